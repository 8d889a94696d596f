"""How each moment of a call reads on the screen. State is carried by words; colour only repeats it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import assert_never

from rich.text import Text

from trainer.core import debrief as teaching
from trainer.core import moments
from trainer.core.call import Line
from trainer.core.debrief import Row
from trainer.core.delivery import Delivery, delivery
from trainer.core.plain_text import plain
from trainer.core.session import Take
from trainer.core.sources import titles

MARKS = {"said": "+", "missed": "o", "avoided": "+", "committed": "!", "not sure": "?"}
STYLES = {"said": "green", "missed": "yellow", "avoided": "dim", "committed": "bold red", "not sure": "cyan"}


def moment(m: moments.Moment) -> Iterator[Text]:
    """The lines that show a moment, each one paragraph; the screen wraps them."""
    match m:
        case moments.Briefed():
            yield from _briefing(m)
        case moments.Sounded(name):
            yield Text(f"[{name}]", style="dim")
        case moments.Said(line):
            yield from _caption(line)
        case moments.Heard(reply):
            yield Text.assemble(("You: ", "bold"), plain(reply.said) or "(nothing was heard)")
        case moments.Helped(turn):
            yield Text("Help", style="bold")
            if turn.help:
                yield Text("  " + plain(turn.help))
            for point in turn.key_points:
                yield Text(f"  - {plain(point.label)}")
        case moments.Judged():
            yield from _judged(m)
        case moments.Ended():
            yield from _ended(m)
        case moments.Noted(text):
            yield Text(f"Note: {plain(text)}", style="yellow")
        case moments.Marked():
            yield from _marked(m)
        case _:
            assert_never(m)


def point(row: Row) -> Iterator[Text]:
    """One key point or don't with its evidence: the words, the rule, the article, a better wording."""
    yield Text.assemble((f"  {MARKS[row.mark]} {row.mark}: ", STYLES[row.mark]), plain(row.label))
    if row.quote:
        yield Text(f"      “{plain(row.quote)}” ({plain(row.why or '')})")
    if row.mark in {"missed", "committed"} and row.sources:
        yield Text(f"      From: {'; '.join(row.sources)}", style="dim")
    if row.better:
        yield Text(f"      Better: “{plain(row.better)}”")


def _briefing(m: moments.Briefed) -> Iterator[Text]:
    scenario, briefing = m.scenario, m.scenario.briefing
    yield Text(plain(scenario.title), style="bold")
    yield Text(f"Level {m.level}, seed {m.seed}, application {plain(m.application)}.", style="dim")
    if m.why_now:
        yield Text(f"Why now: {plain(m.why_now)}")
    if m.only:
        yield Text(f"One part of it alone: {plain(m.only.situation or m.only.id)}")
    if m.caller:
        yield Text(plain(m.caller))
    if briefing is None:
        return
    if briefing.who:
        yield Text(f"You call: {plain(briefing.who)}")
    yield Text(f"Why: {plain(briefing.why)}")
    if briefing.at_hand:
        yield Text("At hand: " + "; ".join(plain(thing) for thing in briefing.at_hand) + ".")
    if briefing.sources or briefing.articles:
        names = briefing.articles or titles(briefing.sources)
        yield Text("From: " + "; ".join(plain(title) for title in names), style="dim")


def _caption(line: Line) -> Iterator[Text]:
    if line.situation:
        yield Text(f"({plain(line.situation)})", style="dim")
    who = plain((line.speaker.name or line.speaker.role or "") if line.speaker else "") or "They"
    yield Text.assemble((f"{who}: ", "bold cyan"), plain(line.text))


def _judged(m: moments.Judged) -> Iterator[Text]:
    yield from take_rows(m.turn.id, m.take)
    for row in teaching.rows(m.turn, m.take):
        if row.mark != "avoided":
            yield from point(row)
    if kept := sum(row.mark == "avoided" for row in teaching.rows(m.turn, m.take)):
        yield Text(f"  + avoided: {kept} of {len(m.turn.donts)} don'ts", style="dim")
    if m.before:
        better, worse = teaching.gained_and_lost(m.turn, m.before, m.take)
        was, now = m.before.verdict.score, m.take.verdict.score
        yield Text(f"  Last take {_points(was)}, this one {_points(now)}.", style="bold")
        yield from (Text(f"  + better: {plain(row.label)} ({row.mark} now)") for row in better)
        yield from (Text(f"  - worse: {plain(row.label)} ({row.mark} now)") for row in worse)
    yield from _delivery(_measured(m.take, voicemail="beep" in m.turn.then_sound))


def take_rows(turn: str, take: Take) -> Iterator[Text]:
    points = _points(take.verdict.score)
    which = {"first": f": {points}", "again": " (asked again, not scored)", "retake": f" (retake): {points}"}[take.kind]
    yield Text(f"{plain(turn)}{which}", style="bold")
    yield Text(f"  You said: “{plain(take.said)}”" if take.said.strip() else "  You said nothing.")
    if take.said != take.heard:
        yield Text(f"  (put right by you; heard was: “{plain(take.heard)}”)", style="dim")


def _ended(m: moments.Ended) -> Iterator[Text]:
    how = {
        "complete": "The call is over.",
        "hung_up": "You hung up.",
        "out_of_replies": "The recordings are used up; the call ends here.",
        "ended_by_other_side": "They ended the call.",
        None: "The call was cut off.",
    }[m.session.ended]
    yield Text("")
    if not m.session.takes:
        yield Text(f"{how} Nothing was judged.", style="bold")
        return
    kept = " What was judged is kept." if m.session.ended == "hung_up" else ""
    lesson = teaching.debrief(m.session, m.scenario)
    yield Text(f"{how}{kept} Score: {_points(m.session.score)}.", style="bold")
    yield Text.assemble(("Went well: ", "green"), plain(lesson.went_well))
    yield Text.assemble(("Work on: ", "yellow"), plain(lesson.work_on))
    yield Text.assemble(("Challenge: ", "cyan"), plain(lesson.challenge))
    for row in lesson.things:
        yield from point(row)
    before_replies = [take.mood for take in m.session.takes if take.kind != "retake"]
    moods = [mood for mood, _ in groupby(filter(None, [*before_replies, m.mood]))]
    if m.scenario.mood and moods:
        yield Text("Their mood: " + " → ".join(moods), style="dim")
    if m.unused:
        yield Text("Not used: " + ", ".join(plain(name) for name in m.unused))


def _marked(m: moments.Marked) -> Iterator[Text]:
    found, donts = m.found, {dont.id: dont for dont in m.turn.donts}
    counts = f"Found {len(found.hits)}, overlooked {len(found.misses)}, marked without need {len(found.false_alarms)}."
    yield Text(counts, style="bold")
    for mark, style, numbers in (
        ("+ found", "green", found.hits),
        ("o overlooked", "yellow", found.misses),
        ("- nothing wrong with", "dim", found.false_alarms),
    ):
        for piece in (m.cut[n] for n in numbers):
            yield Text.assemble((f"  {mark}: ", style), f"“{plain(piece.text)}”")
            for dont in (donts[id] for id in piece.faults):
                why = f" {plain(dont.why)}" if dont.why else ""
                yield Text(f"      {plain(dont.label or dont.id)}.{why}")
                if dont.better:
                    yield Text(f"      Better: “{plain(dont.better)}”")


def _measured(take: Take, *, voicemail: bool) -> Delivery | None:
    kept = take.engine.startswith("whisper")
    return delivery(take.words, take.seconds, voicemail=voicemail, keeps_fillers=kept)


def _delivery(measured: Delivery | None) -> Iterator[Text]:
    """Bands in words, never scored; 'not measured' where it is not."""
    if measured is None:
        yield Text("  Delivery: not measured.", style="dim")
        return
    yield Text("  Delivery (not scored): " + "; ".join(measured.lines()) + ".", style="dim")


def _points(score: int | None) -> str:
    return "not scored" if score is None else f"{score} of 100"
