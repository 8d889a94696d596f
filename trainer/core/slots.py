"""Names, numbers, dates and addresses: found in what was said by value and by sound.

A recogniser writes 'Akifur' for Okafor and 'five five five oh one four two' for 555 0142; both are the fact.
A number with a misheard digit is told from another number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from jellyfish import jaro_winkler_similarity, metaphone
from rapidfuzz.distance import Levenshtein

from trainer.core.normalise import MONTHS, Token, tokens
from trainer.core.scenario import KeyPoint
from trainer.core.stems import is_common
from trainer.core.wordlists import TITLES, listed

Sort = Literal["name", "company", "phone", "date", "time", "email", "words"]
How = Literal["value", "sound", "part", "misheard", "wrong"]

WEEKDAYS = listed("monday tuesday wednesday thursday friday saturday sunday")
SMALL = frozenset(
    listed(
        """a an the of and or for to at in on by with from is was am be it i you he she we they this that my your our
    as so if but not do did have had has will would can could me us him her them one all any been go get got who
    what when where how why there here hi hello hey morning good thanks thank please just very about after
    before over into out up down no yes"""
    )
)
NAME_ALIKE = 0.9  # Jaro-Winkler from which two names are one misheard, where they also start alike by sound
NAME_SOUNDS = 0.6  # … where all consonants sound the same (metaphone)
DIGITS_TOLD_APART = 2  # more differing digits than this are another number, not a misheard one
SHORTEST_NUMBER = 5  # digits from which a run is a phone number


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is true of this caller, with the kind of thing that it is."""

    key: str
    value: str
    sort: Sort


@dataclass(frozen=True, slots=True)
class Found:
    """Where a fact stands among the tokens (from first up to, not including, last), and how it was known."""

    first: int
    last: int
    how: How

    @property
    def right(self) -> bool:
        return self.how != "wrong"


def facts_of(facts: Mapping[str, str]) -> tuple[Fact, ...]:
    return tuple(Fact(k, v, sort_of(k, v)) for k, v in facts.items() if v.strip())


@lru_cache(maxsize=512)
def sort_of(key: str, value: str) -> Sort:
    """What kind of thing a fact is, from its value first and its key second."""
    words = re.findall(r"[^\W\d_]+", value)
    digits = re.sub(r"\D", "", value)
    name = key.rsplit(".", 1)[-1].lower()
    if "@" in value:
        return "email"
    if re.fullmatch(r"\s*\d{4}-\d\d-\d\d\s*", value):
        return "date"
    if name in ("phone", "number", "mobile", "telephone") or (len(digits) >= 7 and not words):
        return "phone"
    low = [w.lower() for w in words]
    if re.fullmatch(r"\s*\d{1,2}[:.]\d\d\s*([ap]\.?m\.?)?\s*", value, re.I):
        return "time"
    dated = any(w in MONTHS or (w[:3] in [m[:3] for m in MONTHS] and len(w) == 3) or w in WEEKDAYS for w in low)
    if (dated or re.search(r"\d{4}-\d\d-\d\d", value)) and len(words) <= 8:
        return "date"
    if name == "company":
        return "company"
    if name in NAME_KEYS or key.endswith(".name"):
        return "name"
    return "words"


NAME_KEYS = frozenset(listed("name first_name last_name interviewer recruiter contact manager person"))


def find(fact: Fact, said: Sequence[Token]) -> tuple[Found, ...]:
    """Every place where the fact is said, in order."""
    match fact.sort:
        case "name":
            return find_name(fact.value, said)
        case "company":
            return find_name(fact.value, said, titles=COMPANY_FORMS)
        case "phone":
            return find_number(fact.value, said)
        case "date":
            return find_date(fact.value, said)
        case "email":
            return find_email(fact.value, said)
        case "time" | "words":
            return ()


COMPANY_FORMS = frozenset(listed("ltd limited inc gmbh llc plc co company group the and sons of"))


def find_name(value: str, said: Sequence[Token], titles: frozenset[str] = TITLES) -> tuple[Found, ...]:
    """A name or any part of it: a first name alone is a name."""
    parts = name_parts(value, titles)
    words = tuple([t.text for t in said])
    found: list[Found] = []
    end = 0
    for first, last, heard in _pieces(words) if any(map(is_common, parts)) else _rare_pieces(words):
        if first < end:
            continue
        how = _how_named(parts, heard, last - first > 1)
        if how and found and found[-1].last == first:
            found[-1] = Found(found[-1].first, last, found[-1].how)
        elif how:
            found.append(Found(first, last, how))
        if how:
            end = last
    return tuple(found)


@lru_cache(maxsize=64)
def _rare_pieces(said: tuple[str, ...]) -> tuple[tuple[int, int, str], ...]:
    """Those that are no everyday words, and may so be a name."""
    return tuple(piece for piece in _pieces(said) if not is_common(piece[2]))


@lru_cache(maxsize=64)
def _pieces(said: tuple[str, ...]) -> tuple[tuple[int, int, str], ...]:
    """Single words, and two or three run together: a recogniser may write a name as 'oak a for'."""
    out = []
    for i, word in enumerate(said):
        if word.isdecimal() and word.isascii():
            continue
        out.append((i, i + 1, word))
        for width in (2, 3):
            words = said[i : i + width]
            whole = any(w[0].isdigit() or (len(w) > 4 and is_common(w)) for w in words)
            if len(words) == width and not whole and not SMALL.issuperset(words):
                out.append((i, i + width, "".join(words)))
    return tuple(out)


@lru_cache(maxsize=65536)
def _how_named(parts: tuple[str, ...], heard: str, joined: bool) -> How | None:
    if heard in parts:
        return "value"
    length = len(heard)
    near = [part for part in parts if len(part) >= 4 and 0.6 * len(part) <= length <= 1.7 * len(part)]
    if near and not is_common(heard) and any(sounds_like(part, heard, strict=joined) for part in near):
        return "sound"
    return None


@lru_cache(maxsize=512)
def name_parts(value: str, titles: frozenset[str] = TITLES) -> tuple[str, ...]:
    head = value.split(",")[0].split("(")[0]
    parts = tuple(t.text for t in tokens(head) if t.text not in titles and len(t.text) > 1)
    return parts or tuple(t.text for t in tokens(head))


@lru_cache(maxsize=65536)
def sounds_like(name: str, heard: str, strict: bool = False) -> bool:
    """Could a recogniser have written `heard` for this name?"""
    alike = jaro_winkler_similarity(name, heard)
    a, b = _sound(name), _sound(heard)
    if _consonants(a) == _consonants(b) and len(_consonants(a)) > 1 and abs(len(name) - len(heard)) <= 2:
        return alike >= NAME_SOUNDS
    if strict:
        return alike >= NAME_ALIKE and a[:2] == b[:2]
    return alike >= NAME_ALIKE and a[:1] == b[:1] and Levenshtein.normalized_similarity(a, b) >= 0.6


@lru_cache(maxsize=65536)
def _sound(word: str) -> str:
    return metaphone(word)


@lru_cache(maxsize=65536)
def _consonants(sound: str) -> str:
    """Vowels are what a recogniser gets wrong first: Okafor and Akifur are both K F R."""
    return "".join(c for c in sound if c not in "AEIOU")


def digit_runs(said: Sequence[Token]) -> tuple[tuple[str, int, int], ...]:
    """(digits, first token, last token) of every run of numbers; a small word inside a run does not end it."""
    runs: list[tuple[str, int, int]] = []
    digits, first, last = "", 0, 0
    for i, token in enumerate(said):
        joins = token.text in JOINS and i - last < 2
        if digits and not token.is_number and not joins:
            runs.append((digits, first, last))
            digits = ""
        if token.is_number:
            first = first if digits else i
            digits += token.text
            last = i + 1
    if digits:
        runs.append((digits, first, last))
    return tuple(runs)


JOINS = frozenset(listed("and then dash hyphen space plus extension so"))


def find_number(value: str, said: Sequence[Token]) -> tuple[Found, ...]:
    """The phone number, by value; one or two digits off is misheard, another number is wrong."""
    wanted = re.sub(r"\D", "", value)
    if not wanted:
        return ()
    found = []
    for digits, first, last in digit_runs(said):
        times = digits.count(wanted)
        if times > 1:  # said twice without a word between
            span = (last - first) // times
            found += [
                Found(first + n * span, first + (n + 1) * span if n < times - 1 else last, "value")
                for n in range(times)
            ]
        elif how := _same_number(wanted, digits):
            found.append(Found(first, last, how))
    return tuple(found)


def _same_number(wanted: str, digits: str) -> How | None:
    local = wanted.lstrip("0")
    if wanted in digits or (len(local) >= SHORTEST_NUMBER and local in digits):
        return "value"
    if len(digits) >= max(SHORTEST_NUMBER, (len(wanted) + 1) // 2) and wanted.endswith(digits):
        return "part"
    if len(digits) < max(SHORTEST_NUMBER, len(wanted) - 3):
        return None
    apart = Levenshtein.distance(wanted, digits)
    return "misheard" if apart <= DIGITS_TOLD_APART and apart < len(wanted) / 3 else "wrong"


@dataclass(frozen=True, slots=True)
class Day:
    """What of a date was said."""

    weekday: str | None = None
    month: str | None = None
    day: int | None = None


@lru_cache(maxsize=512)
def day_of(value: str) -> Day:
    if iso := re.search(r"(\d{4})-(\d\d)-(\d\d)", value):
        return Day(None, MONTHS[int(iso[2]) - 1] if 1 <= int(iso[2]) <= 12 else None, int(iso[3]))
    words = tokens(value)
    month = next((_month(t.text) for t in words if _month(t.text)), None)
    weekday = next((t.text for t in words if t.text in WEEKDAYS), None)
    day = next((int(t.text) for t in words if t.is_number and 1 <= int(t.text) <= 31), None)
    return Day(weekday, month, day)


def _month(word: str) -> str | None:
    return next(
        (m for m in MONTHS if word == m or (len(word) in (3, 4) and m.startswith(word) and word != "may")), None
    )


def find_date(value: str, said: Sequence[Token]) -> tuple[Found, ...]:
    """The date by any part that settles it: the weekday, the day with its month, or 'the third'."""
    day = day_of(value)
    found: list[Found] = []
    for i, token in enumerate(said):
        if day.weekday and token.text.rstrip("s") == day.weekday.rstrip("s"):
            found.append(Found(i, i + 1, "part"))
        elif day.day and token.text == str(day.day):
            before = said[i - 1].text if i else ""
            after = [t.text for t in said[i + 1 : i + 3]]
            month_near = any(_month(w) == day.month for w in (before, *after)) if day.month else False
            if month_near or before in ("the", "on") or (day.weekday and before == day.weekday):
                last = i + 1 + next((n + 1 for n, w in enumerate(after) if _month(w) == day.month), 0)
                first = i - 1 if _month(before) and _month(before) == day.month else i
                found.append(Found(first, last, "value"))
    return tuple(found)


def times(said: Sequence[Token]) -> frozenset[str]:
    """The times of day that are named, as a clock's face has them: 'half past nine' and 'nine thirty' are 9:30."""
    words = ["", "", *(t.text for t in said), "", ""]
    found = set()
    for i, word in enumerate(words):
        if not (word.isdecimal() and word.isascii() and 1 <= int(word) <= 12):
            continue
        hour, (first, before), (after, then) = int(word), words[i - 2 : i], words[i + 1 : i + 3]
        if before == "half" or (first, before) == ("half", "past"):
            found.add(f"{hour}:30")
        elif (first, before) == ("quarter", "past"):
            found.add(f"{hour}:15")
        elif (first, before) == ("quarter", "to"):
            found.add(f"{(hour - 2) % 12 + 1}:45")
        elif after in MINUTES and not before.isdecimal() and not then.isdecimal():
            found.add(f"{hour}:{after}")
        elif after == "oclock" or (before == "at" and not after.isdecimal()):
            found.add(f"{hour}:00")
    return frozenset(found)


MINUTES = frozenset(f"{n:02}" for n in range(5, 60, 5))


def find_email(value: str, said: Sequence[Token]) -> tuple[Found, ...]:
    """An address as it is spoken: 'robin dot hale at mail dot com'."""
    target = re.sub(r"[^a-z0-9]+", "", value.lower())
    at = "".join([t.text for t in said if t.text not in SIGNS]).find(target)
    if at < 0 or not target:
        return ()
    places = [i for i, t in enumerate(said) if t.text not in SIGNS for _ in t.text]
    return (Found(places[at], places[at + len(target) - 1] + 1, "value"),)


SIGNS = frozenset(listed("dot at underscore dash hyphen minus point"))


def asked_for(point: KeyPoint, facts: Mapping[str, str]) -> tuple[tuple[Fact, float], ...]:
    """The facts that a key point asks for, each with the share of its examples that hold it (1 where it is named)."""
    known = facts_of(facts)
    if point.fact:
        return tuple((f, 1.0) for f in known if f.key == point.fact)
    texts = point.examples or (point.label,)
    held = [_held(known, text) for text in texts]
    shares = {fact: sum(fact in some for some in held) / len(texts) for fact in known}
    return tuple((fact, share) for fact, share in shares.items() if share > 0)


@lru_cache(maxsize=4096)
def _held(known: tuple[Fact, ...], text: str) -> frozenset[Fact]:
    """The facts that an example holds; calls of a family share their examples."""
    said = tokens(text)
    return frozenset(fact for fact in known if find(fact, said))
