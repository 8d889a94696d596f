"""Out and in again: equal; twice is once; two machines merge; what is harmed changes nothing."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.store.made import NOON, Told, a_session, a_store, a_take, play
from trainer.core.history import History, Logged, Rejudged
from trainer.core.judging import Accepted
from trainer.core.session import Grade
from trainer.core.verdict import Verdict
from trainer.errors import FileFaults
from trainer.exports import json as exported
from trainer.store.sqlite import SqliteStore

SCHEMA = Path(__file__).parents[2] / "trainer" / "schemas" / "export.json"


SCRIPT = (
    '{"scenario": {"id": "x", "title": "X", "turns": [{"id": "a", "says": "Yes?"}]}, "facts": {"me.name": "Robin"}}'
)
STATES: dict[str, Any] = {
    "last_application": "halden",
    "calls": {"halden": {"call": "2026-11-16", "types": ["reach-hr"]}},
    "opinions/s1": [{"turn": None, "ratings": {"clear": 7}, "worked": "the name came first", "change": None}],
    "swap_ratings": [{"session": "s1", "rating": 6}],
}


def a_used_store(home: Path) -> SqliteStore:
    """A history with everything in it."""
    store = a_store(home, Told())
    first = play(store, a_session("s1", takes=3, seed=2**70))
    store.keep_script("s1", digest(SCRIPT), SCRIPT)
    store.begin(a_session("s2", started=NOON + timedelta(hours=1)))
    store.keep(a_take("s2", said="Zoë 😀 <script> \x1b[31m \x00"))
    store.overrule(first.takes[0], "key_point", "leave_number", Grade.EASY)
    store.exclude("s1", "reception")
    new = Rejudged("s1t1", Verdict((), (), 100, "words/2"), first.takes[0].grades)
    store.dispute("s1", Accepted("key_point", "reach-hr/leave_number", "Robin", True), [new])
    store.suspend("voicemail")
    store.undo()
    promise = {"promised_by": "2026-11-20"}
    store.log(Logged("halden", NOON.date(), "status", "phone", before={}, after=promise))
    for key, value in STATES.items():
        store.set_state(key, value)
    return store


def digest(script: str) -> str:
    return hashlib.sha256(script.encode()).hexdigest()


def written(store: SqliteStore) -> str:
    return exported.write(store.history(), NOON)


def test_a_round_trip_is_equal(tmp_path: Path) -> None:
    one = a_used_store(tmp_path / "one")
    two = a_store(tmp_path / "two")
    assert two.merge(exported.read(written(one).encode(), "x.json")) == (2, 4)
    assert two.history() == one.history()
    assert two.sessions() == one.sessions()
    assert two.accepted() == one.accepted()
    assert written(two) == written(one)


def test_twice_is_once(tmp_path: Path) -> None:
    store = a_used_store(tmp_path)
    before = store.history()
    assert store.merge(exported.read(written(store).encode(), "x.json")) == (0, 0)
    assert store.history() == before


def test_two_machines_merge_without_loss_whichever_way(tmp_path: Path) -> None:
    common = a_used_store(tmp_path / "one")
    two = a_store(tmp_path / "two", Told(NOON + timedelta(days=1)))
    two.merge(common.history())
    play(common, a_session("here", takes=2, started=NOON + timedelta(days=1)))
    play(two, a_session("there", takes=1, started=NOON + timedelta(days=1)))
    two.finish(a_session("s2", ended="complete", finished=NOON + timedelta(days=1)))
    two.undo()  # takes back 'there' again
    mine, theirs = common.history(), two.history()
    common.merge(theirs)
    two.merge(mine)
    assert common.history() == two.history()
    assert [s.id for s in common.sessions()] == ["s1", "s2", "here"]
    assert common.session("s2").ended == "complete"


def test_the_document_fits_its_schema(tmp_path: Path) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(written(a_used_store(tmp_path))), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": 2}, schema)


def test_the_shipped_schema_is_that_of_the_code() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == exported.schema()


def test_an_empty_history_goes_out_and_in(tmp_path: Path) -> None:
    assert exported.read(exported.write(History(), NOON).encode(), "x.json") == History()


NO_TURN = SCRIPT.replace('"turns"', '"turn"')
WRONG_FACT = SCRIPT.replace('"Robin"', "1")
Harm = Callable[[dict[str, Any]], object]
HARMS: dict[str, Harm] = {
    "no version": lambda d: d.pop("version"),
    "other version": lambda d: d.update(version=2),
    "other program": lambda d: d.update(program="x"),
    "unknown key": lambda d: d.update(evil=1),
    "unknown key of a take": lambda d: d["sessions"][0]["takes"][0].update(evil=1),
    "missing take field": lambda d: d["sessions"][0]["takes"][0].pop("said"),
    "id as a path": lambda d: d["sessions"][0]["takes"][0].update(id="../../x"),
    "id empty": lambda d: d["sessions"][0].update(id=""),
    "take twice": lambda d: d["sessions"][0]["takes"].append(d["sessions"][0]["takes"][0]),
    "session twice": lambda d: d["sessions"].append(d["sessions"][0]),
    "take of another session": lambda d: d["sessions"][0]["takes"][0].update(session="s2"),
    "score": lambda d: d["sessions"][0]["takes"][0]["verdict"].update(score=101),
    "confidence": lambda d: d["sessions"][0]["takes"][0]["verdict"]["donts"][0].update(confidence=9),
    "evidence not said": lambda d: d["sessions"][0]["takes"][0].update(said="something else altogether here"),
    "time without offset": lambda d: d["sessions"][0].update(started="2026-11-09T12:00:00"),
    "year": lambda d: d["sessions"][0].update(started="0001-01-01T00:00:00+00:00"),
    "wrong level": lambda d: d["sessions"][0].update(level="impossible"),
    "nerves": lambda d: d["sessions"][0].update(nerves_before=11),
    "grade": lambda d: d["sessions"][0]["takes"][0]["grades"][0].update(grade=5),
    "number": lambda d: d["sessions"][0]["takes"][0].update(number=2**70),
    "weight": lambda d: d["sessions"][0]["takes"][0].update(weight=-1),
    "text where a number is": lambda d: d["sessions"][0]["takes"][0].update(seconds="long"),
    "long text": lambda d: d["sessions"][0]["takes"][0].update(heard="x" * 200_000),
    "action without session": lambda d: d["actions"][0].update(session=None),
    "action about nothing": lambda d: d["actions"][0].update(session="gone"),
    "no action": lambda d: d.update(actions=[]),
    "overrule of nothing": lambda d: next(a for a in d["actions"] if a["kind"] == "overrule").update(take="gone"),
    "log of nothing": lambda d: d["actions"][-1].update(logged=None),
    "log of a path": lambda d: d["actions"][-1]["logged"].update(application="../halden"),
    "place": lambda d: d["actions"][0].update(place=2**63),
    "script": lambda d: d["scripts"].update({"0" * 64: "{}"}),
    "script of nothing": lambda d: d["played"].update(s2="nothing"),
    "script that is no JSON": lambda d: d["scripts"].update({digest("{"): "{"}),
    "script that is no scenario": lambda d: d["scripts"].update({digest(NO_TURN): NO_TURN}),
    "fact of a script": lambda d: d["scripts"].update({digest(WRONG_FACT): WRONG_FACT}),
    "unknown state": lambda d: d["states"].update(evil=1),
    "day of a call": lambda d: d["states"]["calls"]["halden"].update(call="soon"),
    "day of a call with a space": lambda d: d["states"]["calls"]["halden"].update(call=" 2026-11-16"),
    "call without its types": lambda d: d["states"]["calls"]["halden"].update(types=[]),
    "calls as a list": lambda d: d["states"].update(calls=[]),
    "last application as a number": lambda d: d["states"].update(last_application=1),
    "opinion without its words": lambda d: d["states"].update({"opinions/s1": [{"turn": None, "ratings": {}}]}),
    "opinion on nothing": lambda d: d["states"].update({"opinions/gone": []}),
    "rating of oneself": lambda d: d["states"]["swap_ratings"][0].update(rating=11),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_harmed_document_changes_nothing_and_is_said_with_its_place(tmp_path: Path, harm: str) -> None:
    document = json.loads(written(a_used_store(tmp_path)))
    HARMS[harm](document)
    with pytest.raises(FileFaults) as told:
        exported.read(json.dumps(document).encode(), "x.json")
    assert all(fault.startswith("x.json:") and fault.endswith(".") for fault in told.value.faults)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{",
        b'{"version": 1}',
        b"[" * 100_000,
        b'{"version": 1e999}',
        b"9" * 10_000,
        b'{"a": NaN}',
    ],
)
def test_what_is_no_export_is_refused(data: bytes) -> None:
    with pytest.raises(FileFaults, match=r"^x.json:\d+:\d+: "):
        exported.read(data, "x.json")


def test_nan_is_no_number(tmp_path: Path) -> None:
    text = written(a_used_store(tmp_path)).replace('"weight": 2.0', '"weight": NaN', 1)
    with pytest.raises(FileFaults):
        exported.read(text.encode(), "x.json")


def test_a_cut_document_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    data = written(a_used_store(tmp_path)).encode()
    chance = random.Random(4)
    for _ in range(60):
        with pytest.raises(FileFaults):
            exported.read(data[: chance.randrange(len(data) - 2)], "x.json")


def test_a_take_that_is_here_already_is_never_changed_by_an_import(tmp_path: Path) -> None:
    store = a_used_store(tmp_path)
    before = store.history()
    other = replace(before.sessions[0], title="other", takes=(replace(before.sessions[0].takes[0], said="other"),))
    store.merge(replace(before, sessions=(other,)))
    assert store.history() == before
