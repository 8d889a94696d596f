"""What is kept comes back; what was done with it since shows; and the last thing done is taken back first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta, timezone
from pathlib import Path

import pytest

from tests.store.made import NOON, Told, a_session, a_store, a_take, play
from trainer.core.history import Logged, Rejudged
from trainer.core.judging import Accepted
from trainer.core.session import Grade, PointGrade
from trainer.core.speech import Recording
from trainer.core.verdict import Verdict
from trainer.errors import TrainerError


def test_a_session_comes_back_equal(tmp_path: Path) -> None:
    kept = play(a_store(tmp_path), a_session(takes=3, seed=2**80))
    assert a_store(tmp_path).sessions() == (kept,)


def test_every_take_is_there_before_the_session_ends(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.begin(a_session())
    store.keep(a_take())
    (other,) = a_store(tmp_path).sessions()
    assert other.takes == (a_take(),)
    assert other.ended is None


def test_a_take_that_is_offered_twice_is_kept_once(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.begin(a_session())
    store.keep(a_take())
    store.keep(a_take())
    assert len(store.session("s1").takes) == 1


@pytest.mark.parametrize(
    "said", ["", "quote ' \" \\ ; DROP TABLE takes; --", "nul \x00 here", "Ünï 😀 code", "half \ud83d"]
)
def test_any_words_are_kept_with_their_places(tmp_path: Path, said: str) -> None:
    store = a_store(tmp_path)
    store.begin(a_session())
    store.keep(a_take(said=said))
    (take,) = store.session("last").takes
    assert take.said == said.replace("\ud83d", "\ufffd")
    evidence = take.verdict.key_points[0].evidence
    assert evidence is not None
    assert take.said[evidence.start : evidence.end] == evidence.quote


def test_folder_and_files_are_for_the_learner_alone(tmp_path: Path) -> None:
    store = a_store(tmp_path / "home")
    play(store, a_session(takes=1))
    store.keep_recording("s1t1", Recording(b"\1\0" * 1600))
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    files = [p for p in (tmp_path / "home").rglob("*") if p.is_file()]
    assert {p.parent.name for p in files} == {"home", "backups", "recordings"}
    assert {p.stat().st_mode & 0o777 for p in files} == {0o600}


def test_nothing_is_written_until_it_is_used(tmp_path: Path) -> None:
    a_store(tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_two_machines_sessions_come_in_the_order_of_their_moments_in_any_zone(tmp_path: Path) -> None:
    west = Told(NOON.astimezone(timezone(timedelta(hours=-8))))
    east = Told((NOON - timedelta(hours=1)).astimezone(timezone(timedelta(hours=9))))
    store, other = a_store(tmp_path, west), a_store(tmp_path / "other", east)
    play(store, a_session("b", started=west.at))
    play(other, a_session("a", started=east.at))
    store.merge(other.history())
    assert [s.id for s in store.sessions()] == ["a", "b"]
    assert store.session("last") == a_session(
        "b", started=west.at, ended="complete", finished=west.at + timedelta(minutes=5), nerves_after=3
    )


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({"scenario": "reach-hr"}, ["a1"]),
        ({"family": "voicemail"}, ["a2", "b3"]),
        ({"application": "halden"}, ["b3"]),
        ({"since": date(2026, 11, 10)}, ["a2", "b3"]),
        ({"until": date(2026, 11, 10)}, ["a1", "a2"]),
        ({"since": date(2026, 11, 10), "until": date(2026, 11, 10)}, ["a2"]),
        ({"words": "DANA ruiz"}, ["a1"]),
        ({"words": "straße"}, ["b3"]),
        ({"words": "100%"}, []),
        ({"words": "nothing of the kind"}, []),
    ],
)
def test_sessions_are_found_by_what_they_were(tmp_path: Path, wanted: dict, ids: list[str]) -> None:
    store = a_store(tmp_path)
    later = [NOON + timedelta(days=d) for d in range(3)]
    one = a_take("a2", said="Call 100 back")
    other = a_take("b3", said="in der Strasse, STRASSE")
    play(store, a_session("a1", takes=1))
    play(store, replace(a_session("a2", scenario="vm", family="voicemail", started=later[1]), takes=(one,)))
    vm2 = a_session("b3", scenario="vm2", family="voicemail", application="halden", started=later[2])
    play(store, replace(vm2, takes=(other,)))
    assert [s.id for s in store.sessions(**wanted)] == ids


def test_a_session_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    play(store, a_session("1abc"))
    play(store, a_session("1abd", started=NOON + timedelta(hours=1)))
    assert store.session("1abc").id == "1abc"
    assert store.session("1abd").id == store.session("last").id == "1abd"
    with pytest.raises(TrainerError, match="Several sessions begin with '1ab': 1abc, 1abd"):
        store.session("1ab")
    for unknown in ("zzz", "", "%", "1ab_"):
        with pytest.raises(TrainerError, match="no session"):
            store.session(unknown)


def test_sessions_of_one_moment_keep_their_order(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    for id in ("c", "a", "b"):
        play(store, a_session(id))
    assert [s.id for s in store.sessions()] == ["c", "a", "b"]
    assert store.session("last").id == "b"
    copy = a_store(tmp_path / "copy")
    copy.merge(store.history())
    assert [s.id for s in copy.sessions()] == ["c", "a", "b"]


def test_last_without_a_session_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match="trainer practice"):
        a_store(tmp_path).session("last")


def test_the_last_session_with_a_reply_is_not_one_that_was_hung_up_before_it(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    play(store, a_session("a"))
    with pytest.raises(TrainerError, match="no session with a reply yet"):
        store.session("last", replied=True)
    play(store, a_session("b", takes=1))
    play(store, a_session("c"))
    assert store.session("last").id == "c"
    assert store.session("last", replied=True).id == "b"
    assert store.session("c", replied=True).id == "c"
    play(store, a_session("d", takes=1, plan="drill"))  # in which somebody else spoke
    assert store.session("last", replied=True).id == "b"


def test_undo_takes_back_the_last_whole_action_again_and_again(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    first = play(store, a_session("s1", takes=2))
    before = store.sessions()
    store.overrule(first.takes[0], "key_point", "leave_number", Grade.EASY)
    store.exclude("s1", "reception")
    store.suspend("voicemail")
    words = Accepted("key_point", "reach-hr/leave_number", "Robin Hale", True)
    new = Rejudged("s1t2", Verdict((), (), 100, "words/2"), ())
    store.dispute("s1", words, [new])
    play(store, a_session("s2", takes=1))
    assert [s.id for s in store.sessions()] == ["s1", "s2"]
    undone = []
    while action := store.undo():
        undone.append(action.kind)
        if action.kind == "session" and action.session == "s2":
            (stands,) = store.sessions()
            assert stands.takes[1].verdict.score == 100
            assert store.accepted() == (words,)
        if action.kind == "dispute":
            assert store.accepted() == ()
            assert store.sessions()[0].takes[1].verdict == first.takes[1].verdict
            assert store.suspended() == {"voicemail"}
        if action.kind == "suspend":
            assert store.suspended() == frozenset()
            assert all(t.aside for t in store.session("s1").takes)
        if action.kind == "overrule":
            assert store.sessions() == before
    assert undone == ["session", "dispute", "suspend", "exclude", "overrule", "session"]
    assert store.sessions() == ()
    assert [s.id for s in store.sessions(everything=True)] == ["s1", "s2"]


def test_undo_keeps_the_order_of_doing_when_the_clock_is_moved_back(tmp_path: Path) -> None:
    clock = Told()
    store = a_store(tmp_path, clock)
    store.suspend("first")
    clock.at = NOON - timedelta(days=400)
    store.suspend("second")
    undone = store.undo()
    assert undone is not None
    assert undone.what == "second"


def test_the_learners_grade_stands_whatever_the_judge_says_later(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    session = play(store, a_session(takes=1))
    store.overrule(session.takes[0], "key_point", "leave_number", Grade.EASY)
    store.rejudge([Rejudged("s1t1", session.takes[0].verdict, (PointGrade("key_point", "leave_number", Grade.AGAIN),))])
    (take,) = store.session("s1").takes
    assert take.grades == (PointGrade("key_point", "leave_number", Grade.EASY, overruled=True),)


def test_a_session_or_a_turn_is_set_aside(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    play(store, replace(a_session(), takes=(a_take(turn="a"), a_take(number=2, turn="b"))))
    store.exclude("s1", "b")
    assert [t.aside for t in store.session("s1").takes] == [False, True]
    assert not store.session("s1").aside
    store.exclude("s1")
    assert store.session("s1").aside


def test_suspended_and_resumed(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.suspend("voicemail")
    store.suspend("reach-hr/ask_for_person")
    store.resume("voicemail")
    assert store.suspended() == {"reach-hr/ask_for_person"}


def test_what_a_log_changed_comes_back_and_is_the_last_action(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    promised = {"promised_by": "2026-11-20"}
    logged = Logged("halden", NOON.date(), "status", None, before={}, after=promised)
    store.log(logged)
    action = a_store(tmp_path).last_action()
    assert action is not None
    assert (action.kind, action.logged) == ("log", logged)
    assert store.undo() is not None
    assert store.last_action() is None


def test_states_are_remembered_and_forgotten(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.set_state("ladder", {"3": 7, "name": "Zoë"})
    assert a_store(tmp_path).state("ladder") == {"3": 7, "name": "Zoë"}
    store.set_state("ladder", None)
    assert store.state("ladder") is None


def test_a_script_is_kept_once_for_all_its_sessions(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    for id in ("s1", "s2"):
        store.begin(a_session(id))
        store.keep_script(id, "digest", '{"scenario": {}}')
    assert store.script("s2") == '{"scenario": {}}'
    assert store.script("s3") is None
    assert len(store.history().scripts) == 1


def test_a_recording_comes_back_sample_for_sample(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    sound = Recording(bytes(range(256)) * 50)
    store.keep_recording("t1", sound)
    assert store.recording("t1") == sound
    assert store.recording("t2") is None
