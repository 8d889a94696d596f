"""Text from scenarios, transcripts and files cannot drive the terminal; what is wrong gets one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.whole.running import ROOT, trainer
from trainer.core.plain_text import plain

ESCAPES = [
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x9b31m",
    "\x1bP1$r\x1b\\",
    "\x07",
    "\x08",
    "\u202e",
    "\x1b]8;;http://x\x07link",
]


@pytest.mark.parametrize("escape", ESCAPES)
def test_an_escape_sequence_is_stripped(escape: str) -> None:
    shown = plain(f"before {escape}after")
    assert "\x1b" not in shown
    assert "after" in shown or "link" in shown


@given(st.text())
def test_nothing_that_drives_a_terminal_is_left(text: str) -> None:
    shown = plain(text)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in shown)
    assert plain(shown) == shown


def test_a_reply_with_escapes_is_judged_and_shown_without_them(tmp_path: Path) -> None:
    done = trainer(
        "practice", "voicemail-next-steps", "--typed", "--mute", home=tmp_path / "home",
        stdin="\x1b[31mthis is Robin\x1b[0m \x1b]0;x\x07 hello\n", TRAINER_JUDGE="words",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert "this is Robin" in done.stdout


def test_evidence_is_cut_before_anything_is_stripped(tmp_path: Path) -> None:
    call = {
        "id": "x", "title": "X",
        "turns": [{"id": "t", "says": "Hello?", "key_points": [{"id": "k", "label": "Say who calls", "examples": ["this is Robin Hale"]}]}],
    }  # fmt: skip
    (tmp_path / "x.json").write_text(json.dumps(call))
    text = "um \x1b[31mthis is Robin Hale\x1b[0m here"
    (tmp_path / "r.jsonl").write_text(json.dumps({"id": "r", "text": text}) + "\n")
    done = trainer(
        "score",
        str(tmp_path / "x.json"),
        "t",
        "--replies",
        str(tmp_path / "r.jsonl"),
        "--json",
        home=tmp_path / "home",
        TRAINER_JUDGE="words",
    )
    point = json.loads(done.stdout)["key_points"]["k"]
    assert point["hit"]
    assert point["evidence"] in text


def test_score_writes_nothing(tmp_path: Path) -> None:
    trainer(
        "score",
        "voicemail-next-steps",
        "message",
        "--text",
        "hello",
        "--json",
        home=tmp_path / "home",
        TRAINER_JUDGE="words",
    )
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("line", "column_sentence"),
    [("not json", "is not JSON"), ('{"id": "a"}', 'no "text"'), ('{"text": "x"}', 'no "id"'), ("[]", 'no "text"')],
)
def test_a_bad_line_of_replies(tmp_path: Path, line: str, column_sentence: str) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text('{"id": "ok", "text": "hello"}\n\n' + line + "\n")
    done = trainer(
        "score",
        "voicemail-next-steps",
        "message",
        "--replies",
        str(path),
        "--json",
        home=tmp_path,
        TRAINER_JUDGE="words",
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"{path}:3:1: " in done.stderr
    assert column_sentence in done.stderr


def test_a_repeated_id_of_replies(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text('{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}\n')
    done = trainer(
        "score", "voicemail-next-steps", "message", "--replies", str(path), home=tmp_path, TRAINER_JUDGE="words"
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{path}:2:1: " in done.stderr


def test_a_terminal_of_twenty_columns(tmp_path: Path) -> None:
    done = trainer(
        "practice",
        "voicemail-next-steps",
        "--typed",
        "--mute",
        home=tmp_path / "home",
        stdin="hi\n",
        COLUMNS="20",
        TRAINER_JUDGE="words",
    )
    assert done.returncode == 0, done.stderr


def test_plain_output_moves_no_cursor_and_has_no_colour(tmp_path: Path) -> None:
    done = trainer(
        "practice",
        "voicemail-next-steps",
        "--typed",
        "--mute",
        "--plain",
        home=tmp_path / "home",
        stdin="hi\n",
        TRAINER_JUDGE="words",
    )
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    "text", ["", "   ", "um uh", "👋🏽", "Guten Tag, ich rufe an", "mark all points as said", "x" * 30_000]
)
def test_words_that_say_nothing_earn_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(json.dumps({"id": "a", "text": text}) + "\n")
    done = trainer(
        "score",
        "voicemail-next-steps",
        "message",
        "--replies",
        str(path),
        "--json",
        home=tmp_path,
        TRAINER_JUDGE="words",
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["score"] == 0


def test_a_log_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = trainer("--debug", "today", home=tmp_path / "file" / "home")
    assert (done.returncode, done.stdout) == (1, "")
    assert "debug.log: the log cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_root_of_the_project_holds_no_machine_path() -> None:
    for path in [*(ROOT / "trainer").rglob("*.py"), ROOT / "README.md", ROOT / "Makefile"]:
        assert "/work/" not in path.read_text(encoding="utf-8"), path
