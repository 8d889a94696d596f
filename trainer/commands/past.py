"""What the commands on the history share: which session and take is meant, and the call as it was played."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from trainer.core.plain_text import plain
from trainer.core.scenario import Scenario, Turn
from trainer.core.session import Session, Take
from trainer.core.verdict import Kind, Verdict
from trainer.errors import TrainerError
from trainer.wiring import App

if TYPE_CHECKING:
    from trainer.core.judging import Accepted
    from trainer.core.rejudging import Change, Judge


@dataclass(frozen=True, slots=True)
class Script:
    """A call as it was played: placeholders filled, and the facts that held."""

    scenario: Scenario
    facts: dict[str, str]


def split(which: str) -> tuple[str, str | None]:
    """`SESSION` or `SESSION/TURN`."""
    session, slash, turn = which.partition("/")
    return session, turn if slash else None


def found(app: App, which: str) -> tuple[Session, str | None]:
    """The session (`last`: one with a reply), and the turn where one is named. Raises TrainerError."""
    id, turn = split(which)
    session = app.store.session(id, replied=True)
    turns = list(dict.fromkeys(t.turn for t in session.takes))
    if turn is not None and turn not in turns:
        raise TrainerError(
            f"Session {session.id} has no turn {turn!r}; it has {', '.join(turns) if turns else 'no takes'}."
        )
    return session, turn


def point_named(take: Take, name: str) -> tuple[Kind, str] | None:
    """The point of this take that is meant by `ID`, `dont.ID` or a card such as `voicemail/ID`."""
    id = name.rpartition("/")[2]
    if id.startswith("dont.") and take.verdict.point("dont", id[5:]):
        return "dont", id[5:]
    if take.verdict.point("key_point", id):
        return "key_point", id
    return ("dont", id) if take.verdict.point("dont", id) else None


def take_with_point(session: Session, turn: str | None, name: str) -> tuple[Take, Kind, str]:
    """The first take (of this turn) that was judged on the point. Raises TrainerError that lists what there is."""
    takes = [t for t in session.takes if turn is None or t.turn == turn]
    for take in sorted(takes, key=lambda t: t.kind == "retake"):
        if point := point_named(take, name):
            return take, *point
    there = dict.fromkeys(p.id for t in takes for p in (*t.verdict.key_points, *t.verdict.donts))
    raise TrainerError(f"Nothing in {session.id} was judged on {name!r}; it was on {', '.join(there) or 'no point'}.")


def script_of(app: App, session: Session) -> Script | None:
    """The call as it was played, or None where it was not kept (imported from elsewhere)."""
    text = app.store.script(session.id)
    return _script(text) if text else None


def judge_of(app: App, session: Session, script: Script, accepted: Sequence[Accepted]) -> Judge:
    """The judge of today for a take of this session, with this list of the learner's own."""
    from trainer.rehearsal import judged_in_call

    def judge(turn: Turn, said: str, before: str, *, whole_call: bool) -> Verdict:
        return app.judge(turn, said, before, script.facts, session.family, accepted=accepted, whole_call=whole_call)

    def as_in_the_call(turn: Turn, take: Take) -> Verdict:
        earlier = [t.said for t in session.takes if t.number < take.number]
        return judged_in_call(judge, script.scenario, turn, take.said, take.says, earlier)

    return as_in_the_call


def day_and_time(session: Session) -> str:
    return f"{session.started:%Y-%m-%d %H:%M}"


def one_line(session: Session) -> str:
    """Id, when, what, and how it went, in words."""
    score = "no score" if session.score is None else f"score {session.score}"
    ended = {None: "cut off", "hung_up": "hung up", "out_of_replies": "ran out of recordings"}.get(
        session.ended, (session.ended or "").replace("_", " ")
    )
    notes = [ended] + (["set aside"] if session.aside else []) + ([] if session.scheduled else ["not scheduled"])
    takes = f"{len(session.takes)} take{'' if len(session.takes) == 1 else 's'}"
    return f"{session.id}  {day_and_time(session)}  {plain(session.scenario)}  {score}, {takes}, {', '.join(notes)}"


def change_lines(change: Change) -> list[str]:
    """Old and new of a take that is judged otherwise."""
    take = change.take
    scores = f"score {take.verdict.score} → {change.new.verdict.score}"
    lines = [f"{change.session.id}/{plain(take.turn)}  {take.at:%Y-%m-%d}  {scores}"]
    for old, new in change.points:
        yes, no = ("said", "missed") if new.kind == "key_point" else ("committed", "clean")
        became = f"{yes if old.hit else no} → {yes if new.hit else no}"
        lines.append(f"  {plain(new.id)}: {became}  “{plain(take.said)}”")
    return lines


def change_object(change: Change) -> dict[str, Any]:
    """The same as JSON."""
    return {
        "session": change.session.id,
        "take": change.take.id,
        "turn": change.take.turn,
        "said": change.take.said,
        "score": [change.take.verdict.score, change.new.verdict.score],
        "points": [{"kind": new.kind, "id": new.id, "hit": [old.hit, new.hit]} for old, new in change.points],
    }


@lru_cache(64)  # one script serves many sessions
def _script(text: str) -> Script:
    kept = json.loads(text)
    return Script(Scenario.model_validate(kept["scenario"]), dict(kept["facts"]))
