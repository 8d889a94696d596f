"""The cue card for the real call: at most 24 lines of 80 columns, each traced to a take or a fact."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from trainer.core.application import Application, Purpose, main_contact, spoken_day
from trainer.core.placeholders import fill_text, known
from trainer.core.plain_text import plain
from trainer.core.scenario import Dont, KeyPoint, Lines, Obstacle, Scenario, Turn
from trainer.core.session import Session, Take
from trainer.core.sources import article
from trainer.core.verdict import Kind

LINES, COLUMNS = 24, 80
MOST_SAY, MOST_IF, MOST_DONT = 9, 4, 3
LABEL = 24  # columns of a point's label, so that the words beside it can be read
HEARD = "heard-on-the-phone"  # the call type of drafts from `trainer log`

Part = Literal["who", "say", "if", "not", "check"]


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of the card. `cue` is what is shown when it is drilled; `trace` is where it comes from."""

    part: Part
    text: str
    trace: str
    cue: str = ""


CHECKLIST: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("A private place, not your work", ("000-33",)),
    ("Your résumé in front of you", ("000-22",)),
    ("A pen, to say back dates and names", ("000-37",)),
    ("A business number, not a private one", ("004-15", "003-16")),
    ("Whom you call, and how the name is said", ("000-25", "000-46", "004-06")),
    ("Two or three sentences, then listen", ("003-04", "003-07", "000-21")),
    ("If you write as well: read it through, names above all", ("001-18", "002-18", "004-20", "004-35")),
)
"""What to have ready, with the rows of the articles that it rests on."""


def card(
    application: Application,
    today: date,
    scenarios: Sequence[Scenario],
    sessions: Sequence[Session],
    purpose: Purpose,
) -> tuple[CardLine, ...]:
    """The lines of the card, what is still missed first. `scenarios` fit the purpose (see `as_far_as_known`)."""
    families = {s.family for s in scenarios}
    takes = _takes(sessions, families | {HEARD})
    who = _who(application, today)
    say = _say(scenarios, takes)
    if_they_say = _obstacles(application, scenarios, takes)
    dont = _donts(scenarios, takes)
    check = [CardLine("check", "Ready? " + " · ".join(_short_check()), _rows(r for _, rows in CHECKLIST for r in rows))]
    room = LINES - len(who) - len(dont) - len(check) - 3  # three headings
    most_if = min(MOST_IF, len(if_they_say), max(2, (room - len(say)) // 2))  # two lines each
    say = say[: min(MOST_SAY, room - 2 * most_if)]
    return tuple(_fitting(line) for line in (*who, *say, *if_they_say[:most_if], *dont, *check))


def as_far_as_known(scenario: Scenario, values: Mapping[str, str]) -> Scenario:
    """The scenario with its blanks filled; wordings, points and obstacles that need an unknown fact are left out."""
    facts = known(scenario, values)

    def fill(text: str | None) -> str | None:
        missing: dict[str, None] = {}
        filled = fill_text(text, facts, missing) if text else None
        return None if missing else filled

    def point(p: KeyPoint) -> KeyPoint | None:
        examples = tuple(text for e in p.examples if (text := fill(e)))
        label, better = fill(p.label), fill(p.better)
        return p.model_copy(update={"label": label, "better": better, "examples": examples}) if label else None

    def obstacle(o: Obstacle) -> Obstacle | None:
        says = tuple(text for line in o.says.neutral if (text := fill(line)))
        response = fill(o.response)
        lines = Lines.model_construct(neutral=says)
        return o.model_copy(update={"says": lines, "response": response}) if says and response else None

    def turn(t: Turn) -> Turn:
        points = tuple(p for k in t.key_points if (p := point(k)))
        obstacles = tuple(o for k in t.obstacles if (o := obstacle(k)))
        donts = tuple(d.model_copy(update={"label": fill(d.label)}) for d in t.donts)
        return t.model_copy(update={"key_points": points, "obstacles": obstacles, "donts": donts})

    return scenario.model_copy(update={"turns": tuple(turn(t) for t in scenario.turns)})


def lines_of(card: Sequence[CardLine], *, why: bool = False) -> list[str]:
    """The card as text: at most 24 lines of 80 columns (with `why`, each followed by where it comes from)."""
    headings: dict[Part, str] = {"say": "SAY", "if": "IF THEY SAY … I SAY …", "not": "NOT"}
    lines: list[str] = []
    before: Part | None = None
    for line in card:
        if line.part != before and line.part in headings:
            lines.append(headings[line.part])
        before = line.part
        lines += line.text.split("\n")
        if why:
            lines.append(f"      from {line.trace}")
    return lines


def _short_check() -> tuple[str, ...]:
    return ("private place", "résumé", "pen", "business number", "how the name is said")


# Who, and the facts.


def _who(a: Application, today: date) -> list[CardLine]:
    contact = main_contact(a)
    lines = []
    if contact:
        said = f" (say {contact.says_as})" if contact.says_as else ""
        role = f", {contact.role}" if contact.role else ""
        lines.append(
            CardLine("who", f"{contact.name}{said}{role}, {a.company}", f"application {a.id}: contacts", "Whom?")
        )
    else:
        lines.append(CardLine("who", f"{a.company}: ask for someone in human resources", _rows(("003-16",)), "Whom?"))
    numbers = []
    if contact and contact.phone:
        kind = "" if contact.number_kind == "business" else f" ({contact.number_kind} number)"
        numbers.append(f"Dial {contact.phone}{kind}")
    if a.me.phone:
        numbers.append(f"mine {a.me.phone}")
    if numbers:
        lines.append(CardLine("who", " · ".join(numbers), f"application {a.id}: phone", "Your own number?"))
    held = [i.on for i in a.interviews if i.on <= today]
    dates = [a.role or ""]
    if held:
        dates.append(f"interview {_short_day(max(held))}")
    if a.promised_by:
        dates.append(f"they decide by {_short_day(a.promised_by)}")
    if any(dates):
        text = " · ".join(d for d in dates if d)
        lines.append(
            CardLine("who", text, f"application {a.id}: role, interviews, promised_by", "Which job, which day?")
        )
    if a.moment:
        lines.append(
            CardLine("who", f"Moment: {a.moment}", f"application {a.id}: moment", "A moment of the interview?")
        )
    if a.fact:
        lines.append(CardLine("who", f"New: {a.fact}", f"application {a.id}: fact", "What is new?"))
    concern = next((c for p in a.contacts for c in p.concerns), None)
    if concern:
        lines.append(CardLine("who", f"Their worry: {concern}", f"application {a.id}: concerns", "What worries them?"))
    return lines


# What to say.


def _takes(sessions: Iterable[Session], families: set[str]) -> list[tuple[Session, Take]]:
    """The takes of these call types that stand, oldest first."""
    found = [(s, t) for s in sessions if s.family in families and not s.aside for t in s.takes if not t.aside]
    return sorted(found, key=lambda pair: pair[1].at)


def _say(scenarios: Sequence[Scenario], takes: list[tuple[Session, Take]]) -> list[CardLine]:
    """Each point once, what was missed last first, then by weight; in the learner's own words where they exist."""
    played = {s.family for s, _ in takes}
    scenarios = [s for s in scenarios if s.family != HEARD]
    chosen = [s for s in scenarios if s.family in played] or list(scenarios[:1])
    points: dict[tuple[str, str], tuple[Scenario, KeyPoint, int]] = {}
    for scenario in chosen:
        for turn in scenario.turns:
            for point in turn.key_points:
                points.setdefault((scenario.family, point.id), (scenario, point, len(points)))
    rows = []
    for (family, id), (scenario, point, order) in points.items():
        last = _last(takes, family, "key_point", id)
        missed = last is not None and not last[1]
        wording = _best_wording(takes, family, id)
        rank = (0 if missed else 1 if point.must else 2, -point.weight, order)
        rows.append((rank, _say_line(scenario, point, missed, last, wording)))
    return [line for _, line in sorted(rows, key=lambda row: row[0])]


def _say_line(
    scenario: Scenario, point: KeyPoint, missed: bool, last: tuple[Take, bool] | None, own: tuple[Take, str] | None
) -> CardLine:
    mark = "! " if missed else "  "
    label = _cut(point.label, LABEL)
    if own:
        take, words = own
        return CardLine("say", f"{mark}{label}: “{words}”", f"your take {take.id} ({take.turn})", point.label)
    words = point.better or (point.examples[0] if point.examples else "")
    text = f"{mark}{label}: “{words}”" if words else f"{mark}{point.label}"
    trace = f"scenario {scenario.id}: {point.id}"
    if missed and last:
        trace += f"; missed in your take {last[0].id}"
    return CardLine("say", text, trace, point.label)


def _last(takes: list[tuple[Session, Take]], family: str, kind: Kind, id: str) -> tuple[Take, bool] | None:
    """The last take that held this point, and whether it was hit."""
    for session, take in reversed(takes):
        verdict = take.verdict.point(kind, id) if session.family == family else None
        if verdict:
            return take, verdict.hit
    return None


def _best_wording(takes: list[tuple[Session, Take]], family: str, id: str) -> tuple[Take, str] | None:
    """The learner's words in the take with the best score, unaided before aided, later before earlier."""
    best: tuple[tuple[bool, int, int], Take, str] | None = None
    for number, (session, take) in enumerate(takes):
        verdict = take.verdict.point("key_point", id) if session.family == family else None
        if verdict is None or not verdict.hit or verdict.evidence is None or verdict.unsure:
            continue
        rank = (not take.assisted, take.verdict.score or 0, number)
        if best is None or rank > best[0]:
            best = (rank, take, _sentence(take.said, verdict.evidence.start, verdict.evidence.end))
    return (best[1], best[2]) if best else None


def _sentence(said: str, start: int, end: int) -> str:
    """The sentence that holds the words, where it is short; else the words themselves."""
    left = max((m.end() for m in re.finditer(r"[.!?]\s+", said[:start])), default=0)
    right = re.search(r"[.!?](\s|$)", said[end:])
    whole = said[left : end + right.start() if right else len(said)].strip()
    return whole if len(whole) <= 60 else said[start:end]


# What may come, and what not to do.


def _obstacles(
    application: Application, scenarios: Sequence[Scenario], takes: list[tuple[Session, Take]]
) -> list[CardLine]:
    """'If they say … I say …': those met in practice that went worst first, then the likeliest of the scripts."""
    scores: dict[str, int] = {}
    for _, take in takes:
        if take.obstacle:
            scores[take.obstacle] = take.verdict.score if take.verdict.score is not None else 100
    rows: list[tuple[tuple[int, int], CardLine]] = []
    for scenario in scenarios:
        for turn in scenario.turns:
            for obstacle in turn.obstacles:
                if not obstacle.response:
                    continue
                says = obstacle.says.neutral[0]
                met = scores.get(obstacle.id)
                trace = f"scenario {scenario.id}: {obstacle.id}"
                line = _if_line(says, obstacle.response, trace)
                rows.append(((0, met) if met is not None else (1, len(rows)), line))
    return [*_heard(application, takes), *(line for _, line in sorted(rows, key=lambda row: row[0]))]


def _heard(application: Application, takes: list[tuple[Session, Take]]) -> list[CardLine]:
    """What this employer has said before, the latest first."""
    own = _best_wording(takes, HEARD, "way_forward")
    reply = own[1] if own else "Show that you heard it, then ask how to go on."
    return [
        _if_line(touch.obstacle, reply, f"application {application.id}: the contact of {touch.on}")
        for touch in sorted(application.touches, key=lambda t: t.on, reverse=True)
        if touch.obstacle
    ]


def _if_line(says: str, reply: str, trace: str) -> CardLine:
    text = f"  “{_cut(says, COLUMNS - 4)}”\n    → {_cut(reply, COLUMNS - 6)}"
    return CardLine("if", text, trace, f"They: “{says}”")


def _donts(scenarios: Sequence[Scenario], takes: list[tuple[Session, Take]]) -> list[CardLine]:
    """What was committed most, then what the scripts warn of."""
    labels: dict[str, tuple[Scenario, Dont]] = {}
    for scenario in scenarios:
        for turn in scenario.turns:
            for dont in turn.donts:
                labels.setdefault(dont.id, (scenario, dont))
    committed: dict[str, list[str]] = {}
    for _, take in takes:
        for verdict in take.verdict.donts:
            if verdict.hit:
                committed.setdefault(verdict.id, []).append(take.id)
    order = sorted(labels, key=lambda id: (-len(committed.get(id, [])), labels[id][1].is_soft))
    lines = []
    for id in order[:MOST_DONT]:
        scenario, dont = labels[id]
        label = dont.label or id.replace("_", " ")
        trace = f"your take {committed[id][-1]}" if id in committed else f"scenario {scenario.id}: dont.{id}"
        lines.append(CardLine("not", f"  {label}", trace, "What not to do?"))
    return lines


# Fitting.


def _short_day(day: date) -> str:
    weekday, number, month = spoken_day(day).replace(",", "").split()
    return f"{weekday[:3]} {number} {month[:3]}"


def _rows(rows: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(article(row) for row in rows))


def _fitting(line: CardLine) -> CardLine:
    text = "\n".join(_cut(plain(row), COLUMNS) for row in line.text.split("\n"))
    return CardLine(line.part, text, line.trace, plain(line.cue))


def _cut(text: str, columns: int) -> str:
    """The text in so many columns of a terminal, at a word's end where it is cut."""
    indent = text[: len(text) - len(text.lstrip(" "))]
    text = indent + " ".join(text.split())
    if _width(text) <= columns:
        return text
    kept = ""
    for c in text:
        if _width(kept + c) > columns - 1:
            break
        kept += c
    at = kept.rfind(" ")
    kept = kept[:at] if at > len(kept) * 0.6 else kept
    return kept.rstrip(" ,;:") + "…"


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def html(card: Sequence[CardLine], title: str, headings: Mapping[Part, str] | None = None) -> str:
    """One A5 page to print; nothing in it comes from outside."""
    from html import escape

    names: Mapping[Part, str] = headings or {"say": "Say", "if": "If they say … I say …", "not": "Not", "check": ""}
    body: list[str] = []
    part: Part | None = None
    for line in card:
        if line.part != part:
            body += ["</ul>"] if part else []
            body += [f"<h2>{names[line.part]}</h2>"] if names.get(line.part) else []
            body.append("<ul>")
        part = line.part
        missed = ' class="missed"' if line.text.startswith("! ") else ""
        text = "<br>".join(escape(row) for row in line.text.strip().split("\n"))
        body.append(f'<li{missed} title="{escape(line.trace)}">{text}</li>')
    return PAGE.format(title=escape(title), body="\n".join([*body, "</ul>"]))


PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
@page {{ size: A5 portrait; margin: 10mm }}
body {{ font: 10pt/1.3 system-ui, sans-serif; max-width: 128mm; margin: 1em auto; padding: 0 1em }}
body {{ color: #111; background: #fff }}
h1 {{ font-size: 13pt; margin: 0 0 .4em }}
h2 {{ font-size: 10.5pt; margin: .6em 0 .2em }}
ul {{ margin: 0; padding: 0; list-style: none }}
li {{ padding: .1em 0; overflow-wrap: anywhere }}
.missed {{ font-weight: bold }}
@media print {{ body {{ margin: 0; padding: 0; max-width: none }} }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""
