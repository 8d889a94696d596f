"""What is forgotten cannot be found in any byte of any file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.store.made import SAID, Told, a_session, a_store, a_take, play
from trainer.core.history import Rejudged
from trainer.core.judging import Accepted
from trainer.core.speech import Recording
from trainer.core.verdict import Evidence, PointVerdict, Verdict
from trainer.store.files import UNKNOWN
from trainer.store.sqlite import SqliteStore

SECRET = "marmalade-elephant-zeppelin"


def bytes_of(home: Path) -> bytes:
    return b"".join(p.read_bytes() for p in home.rglob("*") if p.is_file())


def two_sessions(home: Path) -> SqliteStore:
    """One session that says the secret everywhere it could be said, and one that does not."""
    store = a_store(home, Told())
    take = a_take("s1", said=f"{SECRET} is what I said", heard=f"heard {SECRET}", says=f"They: {SECRET}")
    first = play(store, replace(a_session("s1"), takes=(take, a_take("s1", 2))))
    store.keep_script("s1", "d1", json.dumps({"facts": {"me.name": SECRET}}))
    play(store, a_session("s2", takes=2))
    store.keep_script("s2", "d2", "{}")
    quoted = PointVerdict("p", "key_point", True, 0.9, evidence=Evidence(0, len(SECRET), SECRET, "r", "w", 0.9, 0.5))
    new = Verdict((quoted,), (), 100, "words/2")
    store.rejudge([Rejudged("s1t1", new, ()), Rejudged("s2t1", Verdict((), (), 90, "words/2"), ())])
    store.dispute("s1", Accepted("key_point", "reach-hr/p", SECRET, True), [Rejudged("s1t1", new, ())])
    store.rejudge([Rejudged("s1t1", new, ())])
    store.set_state("opinions/s1", [{"worked": SECRET}])
    store.keep_recording("s1t1", Recording(b"\1\0" * 100))
    store.keep_recording("s2t1", Recording(b"\1\0" * 100))
    store.backup()
    assert first.id == "s1"
    return store


def test_a_forgotten_session_is_in_no_byte_of_any_file(tmp_path: Path) -> None:
    store = two_sessions(tmp_path)
    assert SECRET.encode() in bytes_of(tmp_path)
    assert store.forget_session("s1") == ()
    assert SECRET.encode() not in bytes_of(tmp_path)
    store.close()
    assert SECRET.encode() not in bytes_of(tmp_path)
    (left,) = a_store(tmp_path).sessions()
    assert left.id == "s2"
    assert left.takes[0].verdict.score == 90  # what judging again said of the others stands
    assert left.takes[1].said == SAID
    assert [a.kind for a in store.history().actions] == ["session", "rejudge"]
    assert [p.name for p in (tmp_path / "recordings").iterdir()] == ["s2t1.wav"]


def test_backups_are_whole_after_forgetting(tmp_path: Path) -> None:
    store = two_sessions(tmp_path)
    store.forget_session("s1")
    for backup in store.backups():
        store.restore(backup.path)
        assert [s.id for s in store.sessions()] in ([], ["s2"])


def test_a_backup_that_cannot_be_searched_is_named(tmp_path: Path) -> None:
    store = two_sessions(tmp_path)
    bad = tmp_path / "backups" / "history-20260101T000000-daily.sqlite3"
    bad.write_bytes(b"no database " + SECRET.encode())
    assert store.forget_session("s1") == (bad,)


def test_recordings_go_alone(tmp_path: Path) -> None:
    store = two_sessions(tmp_path)
    assert store.forget_recordings(store.session("s2")) == 1
    assert store.recording("s1t1") is not None
    assert store.forget_recordings() == 1
    assert len(store.sessions()) == 2


def test_everything_goes_but_what_is_not_ours(tmp_path: Path) -> None:
    home = tmp_path / "home"
    store = two_sessions(home)
    (home / "applications").mkdir()
    (home / "applications" / "halden.yaml").write_text(f"company: {SECRET}")
    (home / "letter.txt").write_text("mine")
    (home / "link.yaml").symlink_to(tmp_path)
    assert sorted(p.name for p in store.forget_everything()) == ["letter.txt", "link.yaml"]
    assert sorted(p.name for p in home.iterdir()) == ["letter.txt", "link.yaml"]
    assert a_store(home).sessions() == ()


def test_every_file_that_is_written_has_a_purpose(tmp_path: Path) -> None:
    store = two_sessions(tmp_path)
    (tmp_path / "cache").mkdir()
    for name in ("scenarios.jsonl", "preview.json", "folds.bin"):
        (tmp_path / "cache" / name).write_text("")
    files = store.files()
    assert {f.purpose for f in files}.isdisjoint({UNKNOWN})
    assert len({f.purpose for f in files if f.name.startswith("cache/")}) == 3
    assert {"history.sqlite3", "recordings/s1t1.wav"} <= {f.name for f in files}
    assert all(f.size == (tmp_path / f.name).stat().st_size for f in files)
