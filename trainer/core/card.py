"""The cue card for the real call: at most 24 lines of 80 columns, each traced to a take or a fact."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile
from typing import Literal

from trainer.core.application import Application, Purpose, main_contact, spoken_day, values
from trainer.core.invented import names_somebody, names_time_or_number, people_in, without_facts
from trainer.core.ledger import is_own
from trainer.core.placeholders import ALIASES, fill_text, known
from trainer.core.plain_text import plain
from trainer.core.scenario import Dont, KeyPoint, Lines, Obstacle, Scenario, Turn
from trainer.core.session import Session, Take
from trainer.core.sources import article
from trainer.core.verdict import Kind

LINES, COLUMNS = 24, 80
MOST_SAY, MOST_IF, MOST_DONT = 9, 4, 3
MOST_ROWS = 2  # of one text: what the learner wrote may be of any length
NEWS: frozenset[Purpose] = frozenset({"new-information", "keep-in-touch"})  # what is new is the reason for the call
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
    """The lines of the card: after the name, what is still missed. `scenarios` fit the purpose (`as_far_as_known`)."""
    families = {s.family for s in scenarios}
    takes = _takes(sessions, families | {HEARD})
    own = _Own(application, values(application, today), people_in(_names(scenarios)), takes)
    is_news = purpose in NEWS and application.fact is not None
    who = [_fitting(line) for line in _who(application, today, is_news)]
    say = [_fitting(line) for line in _say(scenarios, own, is_news)]
    if_they_say = [_fitting(line) for line in _obstacles(scenarios, own)]
    dont = [_fitting(line) for line in _donts(scenarios, takes)]
    check = [CardLine("check", "Ready? " + " · ".join(_short_check()), _rows(r for _, rows in CHECKLIST for r in rows))]
    room = LINES - _height(who) - _height(dont) - _height(check) - 3  # three headings
    if_they_say = _within(if_they_say[:MOST_IF], max(room * 2 // 5, room - _height(say[:MOST_SAY])))
    say = _within(say[:MOST_SAY], room - _height(if_they_say))
    return (*who, *say, *if_they_say, *dont, *check)


def as_far_as_known(scenario: Scenario, values: Mapping[str, str]) -> Scenario:
    """The scenario with its blanks filled; what needs an unknown fact, or names what the script made up, is left out.

    Wordings are filled from the application's `values` alone, labels from the script's own facts as well.
    """
    facts = known(scenario, values)
    own = {**values, **{alias: values[key] for alias, key in ALIASES.items() if key in values}}
    people, ours = people_in(_names([scenario])), people_in(values.values())

    def fill(text: str | None, facts: Mapping[str, str] = facts) -> str | None:
        missing: dict[str, None] = {}
        filled = fill_text(text, facts, missing) if text else None
        return None if missing else filled

    def wording(text: str | None) -> str | None:
        if not text or names_somebody(text, ours, people) or names_time_or_number(text):
            return None
        return fill(text, own)

    def label(text: str) -> str | None:
        return fill(_true_clauses(text, ours, people))

    def point(p: KeyPoint) -> KeyPoint | None:
        examples = tuple(text for e in p.examples if (text := wording(e)))
        named = label(p.label)
        return (
            p.model_copy(update={"label": named, "better": wording(p.better), "examples": examples}) if named else None
        )

    def obstacle(o: Obstacle) -> Obstacle | None:
        says = tuple(text for line in o.says.neutral if (text := wording(line)))
        response = wording(o.response)
        lines = Lines.model_construct(neutral=says)
        return o.model_copy(update={"says": lines, "response": response}) if says and response else None

    def turn(t: Turn) -> Turn:
        points = tuple(p for k in t.key_points if (p := point(k)))
        obstacles = tuple(o for k in t.obstacles if (o := obstacle(k)))
        donts = tuple(d.model_copy(update={"label": fill(d.label)}) for d in t.donts)
        return t.model_copy(update={"key_points": points, "obstacles": obstacles, "donts": donts})

    return scenario.model_copy(update={"turns": tuple(turn(t) for t in scenario.turns)})


def lines_of(card: Sequence[CardLine], *, why: bool = False, columns: int = COLUMNS) -> list[str]:
    """The card as text: at most 24 lines of 80 columns (with `why`, each followed by where it comes from)."""
    headings: dict[Part, str] = {"say": "SAY", "if": "IF THEY SAY … I SAY …", "not": "NOT"}
    lines: list[str] = []
    before: Part | None = None
    for line in card:
        if line.part != before and line.part in headings:
            lines.append(headings[line.part])
        before = line.part
        lines += _in_rows(line.text, columns)
        if why:
            lines.append(f"      from {line.trace}")
    return lines


def _names(scenarios: Iterable[Scenario]) -> Iterable[str]:
    return (person.name for scenario in scenarios for person in scenario.cast.values() if person.name)


def _true_clauses(label: str, ours: frozenset[str], people: frozenset[str]) -> str | None:
    """'Say back the day, the twentieth' without what the script made up; nothing where its first clause names it."""
    clauses = re.split(r"(?=, )", label)
    true = list(takewhile(lambda c: not (names_somebody(c, ours, people) or names_time_or_number(c)), clauses))
    if true:
        return "".join(true)
    return None if names_somebody(clauses[0], ours, people) else clauses[0]


def _short_check() -> tuple[str, ...]:
    return ("private place", "résumé", "pen", "business number", "how the name is said")


# Who, and the facts.


def _who(a: Application, today: date, is_news: bool) -> list[CardLine]:
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
        dates.append(f"interview {_short_day(max(held), today)}")
    if a.promised_by:
        decide = "they decide by" if a.promised_by >= today else "they were to decide by"
        dates.append(f"{decide} {_short_day(a.promised_by, today)}")
    if any(dates):
        text = " · ".join(d for d in dates if d)
        lines.append(
            CardLine("who", text, f"application {a.id}: role, interviews, promised_by", "Which job, which day?")
        )
    if a.moment:
        lines.append(
            CardLine("who", f"Moment: {a.moment}", f"application {a.id}: moment", "A moment of the interview?")
        )
    if a.fact and not is_news:
        lines.append(CardLine("who", f"New: {a.fact}", f"application {a.id}: fact", "What is new?"))
    concern = next((c for p in a.contacts for c in p.concerns), None)
    if concern:
        lines.append(CardLine("who", f"Their worry: {concern}", f"application {a.id}: concerns", "What worries them?"))
    return lines


# What to say.


@dataclass(frozen=True, slots=True)
class _Own:
    """The learner's job and takes, and whom the scripts made up: what may be quoted, and what may not."""

    application: Application
    facts: Mapping[str, str]
    people: frozenset[str]
    takes: list[tuple[Session, Take]]


def _takes(sessions: Iterable[Session], families: set[str]) -> list[tuple[Session, Take]]:
    """The learner's own takes of these call types that stand, oldest first."""
    own = [s for s in sessions if s.family in families and is_own(s) and not s.aside]
    found = [(s, t) for s in own for t in s.takes if not t.aside]
    return sorted(found, key=lambda pair: pair[1].at)


def _say(scenarios: Sequence[Scenario], own: _Own, is_news: bool) -> list[CardLine]:
    """The name, the news where the call is about it, then each point once: what was missed last, then by weight."""
    played = {s.family for s, _ in own.takes}
    scenarios = [s for s in scenarios if s.family != HEARD]
    chosen = [s for s in scenarios if s.family in played] or list(scenarios[:1])
    points: dict[tuple[str, str], tuple[Scenario, KeyPoint, int]] = {}
    for scenario in chosen:
        for turn in scenario.turns:
            for point in turn.key_points:
                points.setdefault((scenario.family, point.id), (scenario, point, len(points)))
    names: list[_Ranked] = []
    news: list[_Ranked] = []
    rows: list[_Ranked] = []
    for (family, id), (scenario, point, order) in points.items():
        last = _last(own.takes, family, "key_point", id)
        missed = last is not None and not last[1]
        wording = _best_wording(own, family, id)
        rank = (0 if missed else 1 if point.must else 2, -point.weight, order)
        kind = names if _is_name(point) else news if is_news and point.fact == "fact" else rows
        kind.append((rank, _say_line(scenario, point, missed, last, wording)))
    # One line for each, whatever the number of call types that ask for it.
    first = [*_by_rank(names)[:1], *((_by_rank(news) or [_news(own.application)])[:1] if is_news else ())]
    return [*first, *_by_rank(rows)]


_Ranked = tuple[tuple[int, float, int], CardLine]


def _by_rank(rows: list[_Ranked]) -> list[CardLine]:
    return [line for _, line in sorted(rows, key=lambda row: row[0])]


def _is_name(point: KeyPoint) -> bool:
    return point.fact == "me.name" or (point.fact is None and point.id == "say_name")


def _news(application: Application) -> CardLine:
    return CardLine("say", f"  New: {application.fact}", f"application {application.id}: fact", "What is new?")


def _say_line(
    scenario: Scenario, point: KeyPoint, missed: bool, last: tuple[Take, bool] | None, own: tuple[Take, str] | None
) -> CardLine:
    """The point with the learner's own words, else with a wording of the script that fits beside it, else alone."""
    label = f"{'! ' if missed else '  '}{point.label}"
    if own and len(_in_rows(text := f"{label}: “{own[1]}”", COLUMNS)) <= MOST_ROWS:
        return CardLine("say", text, f"your take {own[0].id} ({own[0].turn})", point.label)
    quoted = (f"{label}: “{plain(words)}”" for words in (point.better, *point.examples) if words)
    text = next((text for text in quoted if _width(text) <= COLUMNS), label)
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


def _best_wording(own: _Own, family: str, id: str) -> tuple[Take, str] | None:
    """The learner's words in the take with the best score, unaided before aided, later before earlier.

    Words that were said for another job, or to people and of days that a script made up, are none of this call's.
    """
    best: tuple[tuple[bool, int, int], Take, str] | None = None
    for number, (session, take) in enumerate(own.takes):
        is_ours = session.family == family and session.application == own.application.id
        verdict = take.verdict.point("key_point", id) if is_ours else None
        if verdict is None or not verdict.hit or verdict.evidence is None or verdict.unsure:
            continue
        words = _sentence(take.said, verdict.evidence.start, verdict.evidence.end)
        rank = (not take.assisted, take.verdict.score or 0, number)
        if (best is None or rank > best[0]) and _is_true(words, own):
            best = (rank, take, words)
    return (best[1], best[2]) if best else None


def _is_true(words: str, own: _Own) -> bool:
    """Nobody and nothing is named in them that is not of this application."""
    a = own.application
    ours = people_in((*own.facts.values(), *(c.name for c in a.contacts), *(n for i in a.interviews for n in i.with_)))
    rest = without_facts(words, own.facts)
    # A name that merely sounds like one of ours is struck out as a fact: the script's own people are looked for before.
    return not (names_somebody(words, ours, own.people) or names_time_or_number(rest))


def _sentence(said: str, start: int, end: int) -> str:
    """The sentence that holds the words, where it is short; else the words themselves."""
    left = max((m.end() for m in re.finditer(r"[.!?]\s+", said[:start])), default=0)
    right = re.search(r"[.!?](\s|$)", said[end:])
    whole = said[left : end + right.start() if right else len(said)].strip()
    return whole if len(whole) <= 60 else said[start:end]


# What may come, and what not to do.


def _obstacles(scenarios: Sequence[Scenario], own: _Own) -> list[CardLine]:
    """'If they say … I say …': those met in practice that went worst first, then the scripts' shortest."""
    scores: dict[str, int] = {}
    for _, take in own.takes:
        if take.obstacle:
            scores[take.obstacle] = take.verdict.score if take.verdict.score is not None else 100
    rows: list[tuple[tuple[int, int, int], CardLine]] = []
    for scenario in scenarios:
        for turn in scenario.turns:
            for obstacle in turn.obstacles:
                if not obstacle.response:
                    continue
                # The first one that fits into a row, else the shortest.
                says = min(obstacle.says.neutral, key=lambda text: max(_width(f"  “{text}”"), COLUMNS))
                met = scores.get(obstacle.id)
                trace = f"scenario {scenario.id}: {obstacle.id}"
                line = _if_line(says, obstacle.response, trace)
                rows.append(((0, met, 0) if met is not None else (1, _height([line]), len(rows)), line))
    return [*_heard(own), *(line for _, line in sorted(rows, key=lambda row: row[0]))]


def _heard(own: _Own) -> list[CardLine]:
    """What this employer has said before, the latest first."""
    words = _best_wording(own, HEARD, "way_forward")
    reply = words[1] if words else "Show that you heard it, then ask how to go on."
    return [
        _if_line(touch.obstacle, reply, f"application {own.application.id}: the contact of {touch.on}")
        for touch in sorted(own.application.touches, key=lambda t: t.on, reverse=True)
        if touch.obstacle
    ]


def _if_line(says: str, reply: str, trace: str) -> CardLine:
    says, reply = (" ".join(text.split()) for text in (says, reply))
    return CardLine("if", f"  “{says}”\n    → {reply}", trace, f"They: “{says}”")


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


def _short_day(day: date, today: date) -> str:
    weekday, number, month, *year = spoken_day(day, today).replace(",", "").split()
    return " ".join((weekday[:3], number, month[:3], *year))


def _rows(rows: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(article(row) for row in rows))


def _within(lines: Sequence[CardLine], rows: int) -> list[CardLine]:
    """Those that fit into so many rows, in their order."""
    kept: list[CardLine] = []
    for line in lines:
        if _height(kept) + _height([line]) <= rows:
            kept.append(line)
    return kept


def _height(lines: Iterable[CardLine]) -> int:
    return sum(len(_in_rows(line.text, COLUMNS)) for line in lines)


def _fitting(line: CardLine) -> CardLine:
    """The line, made safe for a terminal; only a text of the learner's own can be so long that it is cut."""
    text = "\n".join(_shortened(plain(part)) for part in line.text.split("\n"))
    return replace(line, text=text, cue=plain(line.cue))


def _shortened(text: str) -> str:
    rows = _wrapped(text, COLUMNS)
    if len(rows) <= MOST_ROWS:
        return text
    kept = " ".join([rows[0], *(row.strip() for row in rows[1:MOST_ROWS])])
    end = "…”" if text.endswith("”") else "…"
    while len(_wrapped(kept + end, COLUMNS)) > MOST_ROWS:
        before, _, word = kept.rpartition(" ")
        kept = kept[:-1] if _width(word) > COLUMNS // 2 else before
    return kept.rstrip(" ,;:") + end


def _in_rows(text: str, columns: int) -> list[str]:
    return [row for part in text.split("\n") for row in _wrapped(part, columns)]


def _wrapped(text: str, columns: int) -> list[str]:
    """The text in rows of so many columns, broken between words; its further rows stand under its words."""
    mark = text[: len(text) - len(text.lstrip(" !→"))]
    hang = " " * (len(mark) if "→" in mark else len(mark) + 2)
    rows: list[str] = []
    row = ""
    for word in text[len(mark) :].split():
        for piece in _pieces(word, columns - len(hang)):
            before = hang if rows else mark
            if row and _width(f"{before}{row} {piece}") > columns:
                rows.append(before + row)
                row = piece
            else:
                row = f"{row} {piece}" if row else piece
    return [*rows, (hang if rows else mark) + row]


def _pieces(word: str, columns: int) -> Iterable[str]:
    """The word, in pieces where it is wider than a row."""
    piece = ""
    for c in word:
        if _width(piece + c) > columns:
            yield piece
            piece = ""
        piece += c
    yield piece


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
