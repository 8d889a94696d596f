"""The blanks of a script, `{me.name}`, and what fills them: the file's own facts first, then the application.

A text's `{{` and `}}` are literal braces. What fills a blank is text and is never filled again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from trainer.core.scenario import Scenario
from trainer.core.wordlists import TITLES
from trainer.errors import TrainerError

W = TypeVar("W", bound=BaseModel)
Path = tuple[str | int, ...]

# The published list: every name, with what it stands for.
PLACEHOLDERS: dict[str, str] = {
    "me.name": "your full name",
    "me.first_name": "your first name",
    "me.phone": "the number that they can reach you on",
    "me.email": "your e-mail address",
    "company": "the employer",
    "role": "the job that you applied for",
    "field": "the field of work",
    "contact.name": "the person that you call",
    "contact.first_name": "that person's first name",
    "contact.last_name": "that person's last name",
    "contact.role": "that person's position",
    "contact.says_as": "how that person's name is spoken",
    "contact.phone": "that person's number",
    "contact.email": "that person's e-mail address",
    "second.name": "a second person whom you met",
    "second.first_name": "the second person's first name",
    "second.last_name": "the second person's last name",
    "second.role": "the second person's position",
    "second.says_as": "how the second person's name is spoken",
    "second.phone": "the second person's number",
    "second.email": "the second person's e-mail address",
    "interview.on": "the day of the interview, such as Tuesday, 3 November",
    "interview.weekday": "the weekday of the interview",
    "promised_by": "the day by which they wanted to decide",
    "reply_by": "the day by which they wanted to hear from you",
    "offer.expires": "the last day of the other offer",
    "moment": "a moment of the interview that stayed with you",
    "fact": "something new that speaks for you",
    "today": "the day of the call",
}
# What a scenario's own `facts` may call them.
ALIASES: dict[str, str] = {
    "name": "me.name",
    "first_name": "me.first_name",
    "phone": "me.phone",
    "email": "me.email",
    "interviewer": "contact.name",
    "contact": "contact.name",
    "interview_date": "interview.on",
    "promised_decision_date": "promised_by",
    "offer_expires": "offer.expires",
}
WEEKDAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})

PART = re.compile(r"(?P<whose>\w+)\.(?:first|last)_name")

BLANK = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|\{")


@dataclass(frozen=True, slots=True)
class Blank:
    """A placeholder in a text; `name` is None where a brace opens none."""

    path: Path
    name: str | None


def known(scenario: Scenario, values: Mapping[str, str]) -> dict[str, str]:
    """Placeholder → text: what the scenario's own facts say, and for the rest the application's `values`.

    The facts stand there under their own keys, too. Who the file names is no longer the application's person: the
    parts of a name follow the name.
    """
    own = {key: value.strip() for key, value in scenario.facts.items()}
    own |= {ALIASES[key]: value for key, value in own.items() if key in ALIASES and ALIASES[key] not in own}
    rest = dict(values)
    if "me.name" in own:
        rest.pop("me.first_name", None)
        own = _first(own["me.name"], "me") | own
    if "contact.name" in own:
        for part in ("first_name", "last_name", "says_as", "email"):
            rest.pop(f"contact.{part}", None)
        own = _person(own)
    if "interview.on" in own:
        rest.pop("interview.weekday", None)
        day = re.split(r"[ ,]", own["interview.on"], maxsplit=1)[0]
        if day.lower() in WEEKDAYS:
            own = {"interview.weekday": day} | own
    return {key: value for key, value in (rest | own).items() if value}


def fill(scenario: Scenario, facts: Mapping[str, str]) -> Scenario:
    """The scenario with every blank filled. `facts` come from `known`.

    Raises TrainerError naming each blank that would stay empty: it is never spoken.
    """
    missing: dict[str, None] = {}
    filled = _filled(scenario, known(scenario, facts), missing)
    if missing:
        raise TrainerError(_refusal(scenario, list(missing)))
    return filled


def fill_text(text: str, facts: Mapping[str, str], missing: dict[str, None]) -> str:
    """One text with its blanks filled; what has no value joins `missing`."""

    def value(found: re.Match[str]) -> str:
        if found[0] in ("{{", "}}"):
            return found[0][0]
        name = (found[1] or "").strip()
        if name in facts:
            return facts[name]
        missing[name] = None
        return found[0]

    return BLANK.sub(value, text) if "{" in text or "}" in text else text


def readable(text: str, facts: Mapping[str, str]) -> str:
    """One text for the eye: a blank without a value is named in plain words."""
    return fill_text(text, PLACEHOLDERS | dict(facts), {})


def in_words(blanks: Iterable[str]) -> str:
    """Placeholders, and what they stand for, in one list."""
    return _listed([f"{name} ({PLACEHOLDERS[name]})" for name in blanks])


def wholes(blanks: Iterable[str]) -> tuple[str, ...]:
    """What has to be known to fill these: a name for its parts, a day for its weekday."""
    found = {PART.sub(r"\g<whose>.name", blank) for blank in blanks}
    if "interview.weekday" in found:
        found = found - {"interview.weekday"} | {"interview.on"}
    return tuple(name for name in PLACEHOLDERS if name in found)


def names(scenario: Scenario) -> frozenset[str]:
    """The placeholders that the scenario's texts hold."""
    return frozenset(blank.name for blank in blanks(scenario) if blank.name)


def needs(scenario: Scenario) -> frozenset[str]:
    """Of these the ones that its own facts do not fill."""
    return names(scenario) - known(scenario, {}).keys()


def blanks(scenario: Scenario) -> Iterator[Blank]:
    """Every placeholder of the scenario with its place."""
    for path, text in texts(scenario):
        for found in BLANK.finditer(text):
            if found[0] not in ("{{", "}}"):
                yield Blank(path, found[1].strip() if found[1] is not None else None)


def texts(scenario: Scenario) -> Iterator[tuple[Path, str]]:
    """Every text of the scenario but its facts, with its path in the model."""
    for name in type(scenario).model_fields:
        if name != "facts":
            yield from _texts(getattr(scenario, name), (name,))


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    match value:
        case str():
            yield path, value
        case BaseModel():
            for name in type(value).model_fields:
                yield from _texts(getattr(value, name), (*path, name))
        case tuple():
            for i, item in enumerate(value):
                yield from _texts(item, (*path, i))
        case dict():
            for key, item in value.items():
                yield from _texts(item, (*path, key))


def _filled(model: W, facts: Mapping[str, str], missing: dict[str, None]) -> W:
    changed: dict[str, Any] = {}
    for name in type(model).model_fields:
        if name == "facts":
            continue
        before = getattr(model, name)
        after = _fill_value(before, facts, missing)
        if after is not before:
            changed[name] = after
    return model.model_copy(update=changed) if changed else model


def _fill_value(value: Any, facts: Mapping[str, str], missing: dict[str, None]) -> Any:
    match value:
        case str():
            return fill_text(value, facts, missing)
        case BaseModel():
            return _filled(value, facts, missing)
        case tuple():
            items = tuple(_fill_value(item, facts, missing) for item in value)
            return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
        case dict():
            return {key: _fill_value(item, facts, missing) for key, item in value.items()}
        case _:
            return value


def _first(name: str, who: str) -> dict[str, str]:
    words = [w for w in name.split() if w.strip(".").lower() not in TITLES]
    return {f"{who}.first_name": words[0]} if words else {}


def _person(own: dict[str, str]) -> dict[str, str]:
    """The parts of a contact's name: 'Ms Irene Castell, head of people' holds a name and a position."""
    name, _, position = (part.strip() for part in own["contact.name"].partition(","))
    words = [w for w in name.split() if w.strip(".").lower() not in TITLES]
    titled = len(words) < len(name.split())
    parts = {"contact.last_name": words[-1]} if len(words) > 1 or (words and titled) else {}
    if len(words) > 1 or (words and not titled):
        parts["contact.first_name"] = words[0]
    if position:
        parts["contact.role"] = position
    return parts | own | {"contact.name": name or own["contact.name"]}


def _refusal(scenario: Scenario, missing: list[str]) -> str:
    unknown = [name for name in missing if name not in PLACEHOLDERS]
    if unknown:
        return f"The script {scenario.id} asks for {_listed(unknown)}, which is no known blank and none of its facts."
    return (
        f"The script {scenario.id} needs {in_words(missing)}, and neither its facts nor the application say it. "
        "Add it with: trainer application edit"
    )


def _listed(words: list[str]) -> str:
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else words[0]
