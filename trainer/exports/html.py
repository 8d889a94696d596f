"""Progress as one page that stands alone: charts as inline SVG, every number also in a table, nothing fetched.

Light and dark follow the reader's system; it prints on A4 and reads on a telephone. Colour never carries a meaning
that a word does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from html import escape

from trainer.core.plain_text import plain
from trainer.core.stats import Calibration, Missed, Share, Stats

WIDE, HIGH = 320, 150  # of a chart, in SVG units
LEFT, RIGHT, TOP, BOTTOM = 34, 8, 10, 24  # margins

STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d5dbe3; --page: #fff; --card: #f6f8fa;
  --first: #1f5fa8; --second: #b3541e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b5; --line: #3a4452; --page: #12161c;
  --card: #1a2029; --first: #7db4f0; --second: #f0a574; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 64rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
p { margin: .25rem 0 .75rem; } .soft { color: var(--soft); }
.numbers { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; list-style: none; }
.numbers li { background: var(--card); border-radius: .5rem; padding: .5rem .9rem; flex: 1 1 7rem; }
.numbers b { display: block; font-size: 1.4rem; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: 1rem; }
figure { margin: 0; background: var(--card); border-radius: .5rem; padding: .75rem; break-inside: avoid;
  max-width: 34rem; }
figcaption { color: var(--soft); font-size: .9rem; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--soft); font: 10px system-ui, sans-serif; }
.axis { stroke: var(--line); fill: none; } .first { stroke: var(--first); } .second { stroke: var(--second); }
.path { fill: none; stroke-width: 2; } .second.path { stroke-dasharray: 5 3; } .dash { stroke-dasharray: 3 3; }
circle.first, rect.first { fill: var(--first); } circle.second, rect.second { fill: var(--second); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .95rem; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } td { overflow-wrap: break-word; }
summary { cursor: pointer; color: var(--soft); }
@media print { :root { --ink: #000; --soft: #444; --line: #bbb; --page: #fff; --card: #fff; --first: #1f5fa8;
  --second: #b3541e; } body { padding: 0; max-width: none; } figure { border: 1px solid var(--line); }
  .grid { grid-template-columns: 1fr 1fr; } tr, li { break-inside: avoid; } h2 { break-after: avoid; }
  details > :not(summary) { display: block; } }
@page { size: A4; margin: 16mm; }
"""


def report(stats: Stats) -> bytes:
    """The whole page, UTF-8."""
    body = "\n".join(
        part
        for part in (
            _head(stats),
            _readiness(stats),
            _coverage(stats),
            _missed(stats),
            _donts(stats),
            _nerves(stats),
            _ahead(stats),
            _calibration(stats.calibration),
        )
        if part
    )
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>Practice up to {stats.day}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"{body}\n</body>\n</html>\n"
    )
    return page.encode("utf-8", "replace")


def _head(stats: Stats) -> str:
    numbers = (
        ("takes", stats.takes, "takes"),
        ("sessions", stats.sessions, "sessions"),
        ("minutes", f"{stats.minutes_a_week:g}", "minutes a week"),
        ("points", stats.points, "points met"),
        ("due", stats.due, "due now"),
    )
    items = "".join(f'<li><b data-number="{key}">{value}</b> {label}</li>' for key, value, label in numbers)
    return f'<h1>Practice up to {stats.day.day} {stats.day:%B %Y}</h1>\n<ul class="numbers">{items}</ul>'


def _readiness(stats: Stats) -> str:
    rows = [(r.family, r.band, r.basis.removeprefix(f"{r.band}: ")) for r in stats.readiness]
    return _section("How ready", "A forecast from few takes, so in words.", _table("ready", HEADS_READY, rows), rows)


HEADS_READY = ("call type", "readiness", "basis")


def _coverage(stats: Stats) -> str:
    figures = "\n".join(
        _figure(
            family,
            _line_chart([("said", "first", [(s.week, 100 * s.share) for s in shares])], 100, "%"),
            f"{_percent(shares[0])} in the first week, {_percent(shares[-1])} in the last"
            if len(shares) > 1
            else f"{_percent(shares[0])} in the only week so far",
        )
        for family, shares in stats.coverage.items()
        if shares
    )
    rows = [(f, *_share_row(s)) for f, shares in stats.coverage.items() for s in shares]
    table = _table("coverage", ("call type", "week of", "said", "asked", "share"), rows)
    shown = f'<div class="grid">{figures}</div>{_details("The numbers", table)}'
    return _section("Key points said, by week", "First takes only, week by week.", shown, rows)


def _missed(stats: Stats) -> str:
    rows = [_missed_row(m) for m in stats.missed]
    return _section("Missed most", "", _table("missed", ("point", "card", "missed", "of"), rows), rows)


def _donts(stats: Stats) -> str:
    rows = [_share_row(s) for s in stats.donts]
    chart = _figure(
        "Committed, of the times that a line tempted to one",
        _line_chart([("committed", "second", [(s.week, 100 * s.share) for s in stats.donts])], 100, "%"),
        "Fewer is better.",
    )
    which = [_missed_row(m) for m in stats.committed]
    most = _table("committed", ("don't", "card", "times", "of"), which) if which else ""
    table = _details("The numbers", _table("donts", ("week of", "committed", "tempted", "share"), rows))
    return _section("Don'ts over time", "", f"{chart}{most}{table}", rows)


def _nerves(stats: Stats) -> str:
    rated = stats.nerves
    rows = [(n.day.isoformat(), _rating(n.before), _rating(n.after)) for n in rated]
    chart = _figure(
        "Before (solid) and after (dashed) each session, 0 to 10",
        _line_chart(
            [
                ("before", "first", [(n.day, float(n.before)) for n in rated if n.before is not None]),
                ("after", "second", [(n.day, float(n.after)) for n in rated if n.after is not None]),
            ],
            10,
            "",
        ),
        "As you said it yourself; it never touches a score.",
    )
    table = _details("The numbers", _table("nerves", ("day", "before", "after"), rows))
    return _section("Nerves", "", f"{chart}{table}", rows)


def _ahead(stats: Stats) -> str:
    rows = [(a.week.isoformat(), str(a.due)) for a in stats.ahead]
    chart = _figure("Points that come due", _bar_chart([(a.week, a.due) for a in stats.ahead]), "Week by week.")
    table = _details("The numbers", _table("ahead", ("week of", "due"), rows))
    return _section("The weeks ahead", "", f"{chart}{table}", rows)


def _calibration(c: Calibration | None) -> str:
    if c is None:
        return ""
    rows = [(f"{b.expected:.0%}", f"{b.said:.0%}", str(b.count)) for b in c.bins]
    chart = _figure(
        "Said, of the points expected at so much", _curve(c), "On the dashed line, forecasts come true exactly."
    )
    words = (
        f'<p>Over <span data-number="reviews">{c.reviews}</span> reviews: Brier score '
        f'<span data-number="brier">{c.brier:.4f}</span>, and {c.brier_of_average:.4f} by always guessing your average '
        f'of {c.average:.0%}; log loss <span data-number="log-loss">{c.log_loss:.4f}</span> and '
        f"{c.log_loss_of_average:.4f}. Smaller is better.</p>"
    )
    table = _details("The numbers", _table("calibration", ("expected", "said", "reviews"), rows))
    return _section("Do forecasts come true?", "", f"{chart}{words}{table}", rows)


# Pieces of the page.


def _section(title: str, words: str, content: str, rows: Sequence[object]) -> str:
    if not rows:
        return ""
    said = f'<p class="soft">{escape(words)}</p>' if words else ""
    return f"<section>\n<h2>{escape(title)}</h2>\n{said}{content}\n</section>"


def _figure(title: str, chart: str, caption: str) -> str:
    return f"<figure><h3>{_text(title)}</h3>{chart}<figcaption>{_text(caption)}</figcaption></figure>" if chart else ""


def _details(title: str, content: str) -> str:
    return f"<details><summary>{escape(title)}</summary>{content}</details>"


def _table(name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rows = [tuple(row) for row in rows]
    number = [bool(rows) and all(_is_number(row[n]) for row in rows) for n in range(len(heads))]
    kind = [' class="n"' if n else "" for n in number]
    top = "".join(f"<th{k}>{escape(head)}</th>" for head, k in zip(heads, kind, strict=True))
    body = "\n".join(
        "<tr>" + "".join(f"<td{k}>{_cell(cell)}</td>" for cell, k in zip(row, kind, strict=True)) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll"><table data-table="{name}"><thead><tr>{top}</tr></thead>'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def _line_chart(series: Sequence[tuple[str, str, Sequence[tuple[date, float]]]], top: float, unit: str) -> str:
    """Lines over days; each with a name for those who cannot see it."""
    days = [day for _, _, points in series for day, _ in points]
    if not days:
        return ""
    first, last = min(days), max(days)
    span = max(1, (last - first).days)

    def x(day: date) -> float:
        return LEFT + (WIDE - LEFT - RIGHT) * ((day - first).days / span if last > first else 0.5)

    drawn = []
    for name, style, points in series:
        places = [(x(day), _y(value / top)) for day, value in points]
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in places)
        drawn.append(f'<polyline class="{style} path" points="{path}"><title>{escape(name)}</title></polyline>')
        if len(places) <= 40:
            drawn += [f'<circle class="{style}" cx="{px:.1f}" cy="{py:.1f}" r="2.5"/>' for px, py in places]
    label = "; ".join(
        f"{name} from {points[0][1]:.0f}{unit} to {points[-1][1]:.0f}{unit}" for name, _, points in series if points
    )
    return _svg(label, _axes(top, unit) + _days(first, last) + "".join(drawn))


def _bar_chart(bars: Sequence[tuple[date, int]]) -> str:
    top = max((n for _, n in bars), default=0) or 1
    step = (WIDE - LEFT - RIGHT) / max(1, len(bars))
    drawn = []
    for place, (day, n) in enumerate(bars):
        left, y = LEFT + step * place, _y(n / top)
        drawn.append(
            f'<rect class="first" x="{left + 3:.1f}" y="{y:.1f}" width="{step - 6:.1f}"'
            f' height="{HIGH - BOTTOM - y:.1f}"/><text x="{left + step / 2:.1f}" y="{max(y - 3, 8):.1f}"'
            f' text-anchor="middle">{n}</text><text x="{left + step / 2:.1f}" y="{HIGH - 8}"'
            f' text-anchor="middle">{day.day} {day:%b}</text>'
        )
    return _svg("; ".join(f"week of {day}: {n}" for day, n in bars), _axes(None, "") + "".join(drawn))


def _curve(c: Calibration) -> str:
    def x(share: float) -> float:
        return LEFT + (WIDE - LEFT - RIGHT) * share

    exact = f'<line class="axis dash" x1="{x(0):.1f}" y1="{_y(0):.1f}" x2="{x(1):.1f}" y2="{_y(1):.1f}"/>'
    places = [(x(b.expected), _y(b.said)) for b in c.bins]
    path = " ".join(f"{px:.1f},{py:.1f}" for px, py in places)
    dots = "".join(f'<circle class="first" cx="{px:.1f}" cy="{py:.1f}" r="3"/>' for px, py in places)
    below = "".join(
        f'<text x="{x(p / 100):.1f}" y="{HIGH - 8}" text-anchor="middle">{p}%</text>' for p in (0, 25, 50, 75, 100)
    )
    label = "; ".join(f"expected {b.expected:.0%}, said {b.said:.0%}" for b in c.bins)
    return _svg(label, f'{_axes(100, "%")}{exact}<polyline class="first path" points="{path}"/>{dots}{below}')


def _svg(label: str, content: str) -> str:
    return f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{_text(label)}">{content}</svg>'


def _axes(top: float | None, unit: str) -> str:
    base = f'<path class="axis" d="M{LEFT} {TOP}V{HIGH - BOTTOM}H{WIDE - RIGHT}"/>'
    if top is None:
        return base
    marks = "".join(
        f'<text x="{LEFT - 4}" y="{_y(share) + 3:.1f}" text-anchor="end">{top * share:g}{unit}</text>'
        for share in (0, 0.5, 1)
    )
    return base + marks


def _days(first: date, last: date) -> str:
    if first == last:
        return f'<text x="{(LEFT + WIDE - RIGHT) / 2}" y="{HIGH - 8}" text-anchor="middle">{first:%d %b %y}</text>'
    return (
        f'<text x="{LEFT}" y="{HIGH - 8}">{first:%d %b %y}</text>'
        f'<text x="{WIDE - RIGHT}" y="{HIGH - 8}" text-anchor="end">{last:%d %b %y}</text>'
    )


def _y(share: float) -> float:
    return TOP + (HIGH - TOP - BOTTOM) * (1 - min(max(share, 0.0), 1.0))


def _share_row(share: Share) -> tuple[str, str, str, str]:
    return share.week.isoformat(), str(share.count), str(share.asked), _percent(share)


def _missed_row(missed: Missed) -> tuple[str, str, str, str]:
    return missed.label, missed.card, str(missed.missed), str(missed.asked)


def _percent(share: Share) -> str:
    return f"{share.share:.0%}"


def _rating(value: int | None) -> str:
    return "–" if value is None else str(value)


def _is_number(cell: str) -> bool:
    return cell.rstrip("%").isdigit() or cell == "–"


def _cell(text: str) -> str:
    """A card's name may break after its parts, and not anywhere."""
    return _text(text) if " " in text else re.sub(r"([/_.])", r"\1<wbr>", _text(text))


def _text(text: str) -> str:
    return escape(plain(text))
