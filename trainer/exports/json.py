"""The whole history and the applications as one JSON document, and back.

It is complete, versioned, and described by `schemas/export.json`. Sessions and takes are written as they were judged,
beside the log of what was done with them since, so that a round trip is equal and two machines' histories merge by id.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from trainer.core.application import day_from
from trainer.core.history import Action, History
from trainer.core.scenario import Scenario
from trainer.core.session import PointGrade, Session, Take
from trainer.core.verdict import PointVerdict, Verdict
from trainer.errors import FileFaults

VERSION = 1
MOST_BYTES = 512 * 1024 * 1024
MOST_FAULTS = 20
LONGEST = 100_000  # characters of one text
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")  # of a session, take or action: also a file's name


class Export(BaseModel):
    """A history as `trainer export --to json` writes it."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_max_length=4_000_000, title="Exported history"
    )

    version: Literal[1] = 1
    program: Literal["followup-trainer"] = "followup-trainer"
    exported: AwareDatetime
    sessions: tuple[Session, ...]
    actions: tuple[Action, ...]
    scripts: dict[str, str]
    played: dict[str, str]
    states: dict[str, Any]
    applications: dict[str, str] = Field(default={}, description="The file of each application, YAML, by its id.")


class Kept(BaseModel):
    """What this program keeps as JSON inside a history."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


class Script(Kept):
    """A scenario as it was played, and the facts that held."""

    scenario: Scenario
    facts: dict[str, str]


class Appointment(Kept):
    """A real call that is practised for."""

    call: Annotated[str, Field(max_length=10), AfterValidator(day_from)]
    types: Annotated[list[str], Field(min_length=1)]


class Opinion(Kept):
    """What somebody wrote on the form of a session."""

    turn: str | None
    ratings: dict[str, Annotated[int, Field(ge=0, le=10)]]
    worked: str | None
    change: str | None


class OfOneself(Kept):
    """Would the learner hire the caller of this session?"""

    session: str
    rating: Annotated[int, Field(ge=0, le=10)]


STATES: Mapping[str, Any] = {
    "calls": dict[str, Appointment],
    "last_application": str,
    "opinions": list[Opinion],  # its key names the session, too: opinions/ID
    "swap_ratings": list[OfOneself],
}


def write(history: History, now: datetime, applications: Mapping[str, str] | None = None) -> str:
    """The document, one line a session, UTF-8 text; with the files of the applications, by id."""
    export = _export(history, now, applications or {})
    return json.dumps(_adapter().dump_python(export, mode="json"), ensure_ascii=False, indent=1) + "\n"


def read(data: bytes, where: str) -> History:
    """The history alone of what `read_all` reads."""
    return read_all(data, where)[0]


def read_all(data: bytes, where: str) -> tuple[History, dict[str, str]]:
    """The history in a document and the files of its applications, these unread.

    Raises FileFaults, and so changes nothing, unless all of the history can be right.
    """
    if len(data) > MOST_BYTES:
        raise FileFaults((f"{where}:1:1: this is too large for an exported history ({len(data)} bytes).",))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise FileFaults((f"{where}:1:1: this is not UTF-8 text (byte {fault.start}).",)) from None
    _is_json(text, where)
    try:
        export = _adapter().validate_json(text)
    except ValidationError as fault:
        raise FileFaults(_faults(fault, where)) from None
    history = History(export.sessions, export.actions, export.scripts, export.played, export.states)
    if wrong := tuple(
        f"{where}:1:1: {sentence}" for sentence, _ in zip(_wrong(history), range(MOST_FAULTS), strict=False)
    ):
        raise FileFaults(wrong)
    return history, export.applications


def schema() -> dict[str, Any]:
    """JSON Schema of the document: what is shipped as `schemas/export.json`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_adapter().json_schema()}


@cache
def _adapter() -> TypeAdapter[Export]:
    from trainer.core.call import Ended
    from trainer.core.judging import Accepted
    from trainer.core.scenario import Level

    named = {"Accepted": Accepted, "Ended": Ended, "Level": Level}  # what the types of a history name without importing
    Export.model_rebuild(_types_namespace={**named, **globals()})
    return TypeAdapter(Export)


def _export(history: History, now: datetime, applications: Mapping[str, str]) -> Export:
    return Export.model_construct(
        exported=now,
        sessions=history.sessions,
        actions=history.actions,
        scripts=dict(history.scripts),
        played=dict(history.played),
        states=dict(history.states),
        applications=dict(applications),
    )


def _is_json(text: str, where: str) -> None:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as fault:
        raise FileFaults((f"{where}:{fault.lineno}:{fault.colno}: this is not JSON: {fault.msg}.",)) from None
    except (RecursionError, ValueError):
        raise FileFaults((f"{where}:1:1: this is nested too deeply, or holds a number too long to read.",)) from None
    if not isinstance(found, dict) or found.get("program") != "followup-trainer":
        raise FileFaults((f"{where}:1:1: this is not a history exported by this program.",))
    if found.get("version") != VERSION:
        raise FileFaults(
            (f"{where}:1:1: this export has version {found.get('version')!r}; this program reads {VERSION}.",)
        )


def _faults(fault: ValidationError, where: str) -> tuple[str, ...]:
    return tuple(f"{where}:1:1: {sentence}" for sentence in _sentences(fault))


def _sentences(fault: ValidationError) -> tuple[str, ...]:
    found = []
    for error in fault.errors(include_url=False, include_input=False)[:MOST_FAULTS]:
        place = ".".join(str(part) for part in error["loc"]) or "the document"
        found.append(f"{place}: {error['msg'].removeprefix('Value error, ')}.")
    return tuple(found)


def _wrong(history: History) -> Iterator[str]:
    """What the shapes cannot say: ids that belong together, moments with an offset, evidence that is in the words."""
    sessions: set[str] = set()
    takes: set[str] = set()
    for session in history.sessions:
        yield from _wrong_id("session", session.id, sessions)
        yield from _wrong_moment(session.id, session.started, session.finished)
        yield from _wrong_rating(session)
        for take in session.takes:
            yield from _wrong_id("take", take.id, takes)
            if take.session != session.id:
                yield f"take {take.id!r} says that it belongs to another session ({take.session!r})."
            yield from _wrong_take(take)
    actions: set[str] = set()
    began: set[str | None] = set()
    for action in history.actions:
        yield from _wrong_id("action", action.id, actions)
        yield from _wrong_action(action, sessions, takes)
        if action.kind == "session":
            began.add(action.session)
    for id in sorted(sessions - began):
        yield f"session {id!r} has no action that began it."
    for digest, text in history.scripts.items():
        if hashlib.sha256(text.encode()).hexdigest() != digest:
            yield f"the script {digest!r} is not what its digest says."
        yield from _wrong_script(digest, text)
    for id, digest in history.played.items():
        if id not in sessions or digest not in history.scripts:
            yield f"the script of session {id!r} is missing, or the session is."
    for key, value in history.states.items():
        yield from _wrong_state(key, value, sessions)


def _wrong_script(digest: str, text: str) -> Iterator[str]:
    try:
        Script.model_validate_json(text)
    except ValidationError as fault:
        yield f"the script {digest!r} is none: {_sentences(fault)[0]}"


def _wrong_state(key: str, value: Any, sessions: set[str]) -> Iterator[str]:
    name, slash, session = key.partition("/")
    if name not in STATES or bool(slash) != (name == "opinions"):
        yield f"the state {key[:80]!r} is none that this program keeps."
        return
    if slash and session not in sessions:
        yield f"the state {key[:80]!r} is about a session that is missing."
    try:
        TypeAdapter(STATES[name]).validate_json(json.dumps(value))
    except ValidationError as fault:
        yield f"the state {key[:80]!r} cannot be: {_sentences(fault)[0]}"


def _wrong_id(what: str, id: str, seen: set[str]) -> Iterator[str]:
    if not ID.fullmatch(id):
        yield f"{what} {id[:80]!r} has an id that cannot be."
    if id in seen:
        yield f"{what} {id!r} stands there twice."
    seen.add(id)


def _wrong_moment(id: str, *moments: datetime | None) -> Iterator[str]:
    if any(m is not None and (m.tzinfo is None or not 1990 <= m.year <= 9000) for m in moments):
        yield f"{id!r} has a time without its offset, or of a year that cannot be."


def _wrong_rating(session: Session) -> Iterator[str]:
    if any(n is not None and not 0 <= n <= 10 for n in (session.nerves_before, session.nerves_after)):
        yield f"session {session.id!r} has a rating of nerves outside 0 to 10."


def _wrong_take(take: Take) -> Iterator[str]:
    yield from _wrong_moment(take.id, take.at)
    if max(len(take.says), len(take.heard), len(take.said)) > LONGEST:
        yield f"take {take.id!r} has a text of more than {LONGEST} characters."
    if take.number < 1 or take.weight < 0 or take.transcribe_ms < 0 or abs(take.number) > 2**31:
        yield f"take {take.id!r} has a number that cannot be."
    yield from _wrong_verdict(take.id, take.verdict, take.said)


def _wrong_verdict(id: str, verdict: Verdict, said: str | None) -> Iterator[str]:
    if verdict.score is not None and not 0 <= verdict.score <= 100:
        yield f"take {id!r} has a score outside 0 to 100."
    for point in (*verdict.key_points, *verdict.donts):
        yield from _wrong_point(id, point, said)
    if any(p.kind != "key_point" for p in verdict.key_points) or any(p.kind != "dont" for p in verdict.donts):
        yield f"take {id!r} has a point among those of the other kind."


def _wrong_point(id: str, point: PointVerdict, said: str | None) -> Iterator[str]:
    if not 0 <= point.confidence <= 1:
        yield f"take {id!r}, {point.id!r}: a confidence outside 0 to 1."
    evidence = point.evidence
    if evidence and said is not None and said[evidence.start : evidence.end] != evidence.quote:
        yield f"take {id!r}, {point.id!r}: the evidence does not stand in what was said."
    if said is not None and any(not 0 <= a <= b <= len(said) for a, b in point.spans):
        yield f"take {id!r}, {point.id!r}: a span outside what was said."


def _wrong_action(action: Action, sessions: set[str], takes: set[str]) -> Iterator[str]:
    yield from _wrong_moment(action.id, action.at, action.undone)
    if not 0 <= action.place < 2**62:
        yield f"action {action.id!r} has a place that cannot be."
    if action.session is not None and action.session not in sessions:
        yield f"action {action.id!r} is about a session that is missing ({action.session[:80]!r})."
    if any(t not in takes for t in ({action.take} - {None}) | {r.take for r in action.rejudged}):
        yield f"action {action.id!r} is about a take that is missing."
    for again in action.rejudged:
        yield from _wrong_verdict(again.take, again.verdict, None)
    needed: dict[str, Any] = {
        "session": action.session,
        "exclude": action.session,
        "overrule": action.take and isinstance(action.grade, PointGrade),
        "dispute": action.accepted,
        "suspend": action.what,
        "resume": action.what,
        "log": action.logged and ID.fullmatch(action.logged.application),
    }
    if action.kind in needed and not needed[action.kind]:
        yield f"action {action.id!r} lacks what a {action.kind} needs."
