"""`trainer stats`: progress in the terminal."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from trainer.commands.saying import say
from trainer.core.plain_text import plain
from trainer.wiring import App

if TYPE_CHECKING:
    from trainer.core.stats import Missed, Share, Stats

WIDTH = 78
CHART_LINES = 11
BLOCKS = "▁▂▃▄▅▆▇█"
WEEKS_SHOWN = 16


@click.command(epilog="Example: trainer stats --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; its schema ships with the program.")
@click.pass_obj
def stats(app: App, as_json: bool) -> None:
    """Coverage over time, the points missed most, don'ts, nerves, the weeks ahead, and whether forecasts come true."""
    from trainer.core.stats import as_object

    made = make(app)
    if as_json:
        click.echo(json.dumps(as_object(made), ensure_ascii=False))
        return
    if not made.sessions:
        say("There is nothing to count yet; `trainer practice` makes the first take.")
        return
    charts = sys.stdout.isatty() and not app.settings.plain
    for line in lines(made, charts=charts, colour="NO_COLOR" not in app.environ):
        say(line)


def make(app: App) -> Stats:
    """The numbers as of today."""
    from trainer.commands.plan import ready_for
    from trainer.core import composer
    from trainer.core.placeholders import readable
    from trainer.core.scenario import card_of
    from trainer.core.stats import make_stats

    scenarios = app.scenarios
    sessions = app.store.ledger()
    today = app.clock.today()
    cards, foretold = app.replay(sessions)
    facts = app.facts(app.application())
    labels = {
        card_of(s.family, "key_point", p.id): p.label for s in scenarios for t in s.turns for p in t.key_points
    } | {card_of(s.family, "dont", d.id): d.label or d.id for s in scenarios for t in s.turns for d in t.donts}
    labels = {card: readable(label, facts) for card, label in labels.items()}
    families = sorted({s.family for s in sessions if s.takes})
    return make_stats(
        sessions,
        cards,
        foretold,
        today=today,
        labels=labels,
        readiness=ready_for(app, families, sessions, cards, today),
        minutes_a_take=composer.TURN_MINUTES + composer.LONE_MINUTES / 2,
    )


def lines(made: Stats, *, charts: bool, colour: bool) -> Iterable[str]:
    """What the terminal shows, at most 78 columns wide."""
    yield (
        f"{_count(made.takes, 'take')} in {_count(made.sessions, 'session')}, "
        f"{made.minutes_a_week:g} minutes a week of practice; "
        f"{_count(made.points, 'point')} met, {made.due} due, {made.resting} at rest."
    )
    if made.readiness:
        yield from _table("How ready", ("call type", "readiness", "basis"), _ready_rows(made), colour)
    heads = ("call type", "first week", "last week", "asked", *(("course",) if charts else ()))
    yield from _table("Key points said, by week", heads, _coverage_rows(made, charts=charts), colour)
    if charts and len(weeks := _together(made)) > 1:
        yield from _coverage_chart(weeks)
    if made.missed:
        yield from _table("Missed most", ("point", "missed", "of"), _missed_rows(made.missed), colour)
    if made.committed:
        yield from _table("Don'ts that slipped in", ("don't", "times", "of"), _missed_rows(made.committed), colour)
    if made.donts:
        yield "Don'ts by week: " + ", ".join(f"{s.week:%d %b} {_percent(s)}" for s in made.donts[-8:])
    if made.nerves:
        yield "Nerves before → after: " + ", ".join(
            f"{n.day:%d %b} {_rating(n.before)} → {_rating(n.after)}" for n in made.nerves[-8:]
        )
    yield "Weeks ahead, points due: " + ", ".join(f"{a.week:%d %b} {a.due}" for a in made.ahead)
    if made.stuck:
        yield f"Missed four times in a row: {plain(', '.join(made.stuck))}. `trainer today` offers them slowly."
    if made.calibration:
        c = made.calibration
        rows = [(f"{b.expected:.0%}", f"{b.said:.0%}", str(b.count)) for b in c.bins]
        yield from _table("Do forecasts come true?", ("expected", "said", "reviews"), rows, colour)
        yield (
            f"Brier score {c.brier:.3f} (always guessing your average of {c.average:.0%}: {c.brier_of_average:.3f}); "
            f"log loss {c.log_loss:.3f} ({c.log_loss_of_average:.3f}). Smaller is better."
        )


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], colour: bool) -> Iterable[str]:
    import io

    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, title_style="bold", pad_edge=False)
    for number, head in enumerate(heads):
        counts = bool(rows) and all(row[number].rstrip("%").isdigit() for row in rows)
        table.add_column(head, justify="right" if counts else "left")
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    shown = io.StringIO()
    console = Console(
        file=shown, width=min(WIDTH, shutil.get_terminal_size().columns), no_color=not colour, highlight=False,
        force_terminal=colour and sys.stdout.isatty(),
    )  # fmt: skip
    console.print(table)
    yield "\n".join(line.rstrip() for line in shown.getvalue().splitlines() if line.strip())


def _coverage_chart(weeks: Sequence[Share]) -> Iterable[str]:
    """All call types together; each one's own course stands in the table."""
    import plotext

    figure = plotext.figure
    figure.clear()
    figure.plot_size(min(WIDTH, shutil.get_terminal_size().columns), CHART_LINES)
    course = figure.signal(list(range(len(weeks))), [100 * s.share for s in weeks])
    course.lines()
    figure.draw(course)
    shown = sorted({0, len(weeks) // 2, len(weeks) - 1})
    figure.ruler("x").ticks(shown, [f"{weeks[n].week:%d %b}" for n in shown])
    figure.ruler("y").lim(0, 100)
    figure.ruler("y").ticks([0, 50, 100])
    figure.title("Key points said, in %, by week")
    built: str = figure.build().string(colorless=True)  # its colours would paint over the terminal's own
    yield built.rstrip("\n")


def _together(made: Stats) -> list[Share]:
    """Key points said by week, over all call types."""
    from trainer.core.stats import Share

    counted: dict[date, list[int]] = {}
    for share in (s for shares in made.coverage.values() for s in shares):
        week = counted.setdefault(share.week, [0, 0])
        week[0] += share.count
        week[1] += share.asked
    return [Share(week, *count) for week, count in sorted(counted.items())]


def _course(shares: Sequence[Share]) -> str:
    """A small picture of the last weeks, a block a week."""
    return "".join(BLOCKS[min(int(s.share * len(BLOCKS)), len(BLOCKS) - 1)] for s in shares[-WEEKS_SHOWN:])


def _ready_rows(made: Stats) -> list[tuple[str, str, str]]:
    return [(r.family, r.band, r.basis.removeprefix(f"{r.band}: ")) for r in made.readiness]


def _coverage_rows(made: Stats, *, charts: bool) -> list[tuple[str, ...]]:
    return [
        (
            family,
            _percent(shares[0]),
            _percent(shares[-1]),
            str(sum(s.asked for s in shares)),
            *((_course(shares),) if charts else ()),
        )
        for family, shares in made.coverage.items()
        if shares
    ]


def _missed_rows(missed: Sequence[Missed]) -> list[tuple[str, ...]]:
    return [(f"{m.label} ({m.card})", str(m.missed), str(m.asked)) for m in missed]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _percent(share: Share) -> str:
    return f"{share.share:.0%}"


def _rating(value: int | None) -> str:
    return "-" if value is None else str(value)
