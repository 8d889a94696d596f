"""What the terminal is asked to show, without a terminal."""

from __future__ import annotations

import io
import os
import sys
import threading
from collections.abc import Callable

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from trainer.core.moments import Noted
from trainer.core.scenario import Turn
from trainer.core.speech import Reply, Transcript
from trainer.errors import HungUp
from trainer.terminal import recording
from trainer.terminal.keys import lines
from trainer.terminal.plain import PlainScreen
from trainer.terminal.screen import TerminalScreen, in_lines
from trainer.terminal.typed import TypedLines, TypedTerminal

TURN = Turn.model_validate({"id": "desk", "says": "Hello?"})


def test_no_offer_is_broken_at_the_edge_of_the_screen() -> None:
    keys = ["[d] details", "[r] retake a turn", "[m] model answer", "[o] overrule a grade", "[Enter] go on"]
    lines = in_lines("What next?", keys, 60).split("\n")
    assert lines == [
        "What next?  [d] details  [r] retake a turn  [m] model answer",
        "[o] overrule a grade  [Enter] go on",
    ]


def test_a_long_question_breaks_between_words() -> None:
    shown = in_lines("Not sure. Did you say this: Ask for the person by name?", ["[y] yes"], 40)
    assert shown == "Not sure. Did you say this: Ask for the\nperson by name?  [y] yes"


@pytest.mark.parametrize("answer", ["²", "11", "-1", "very", "?"])
def test_what_is_no_rating_is_told_why_and_asked_for_again(
    answer: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    why = f"“{answer}” is no whole number from 0 to 10.\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{answer}\n4\n"))
    out = io.StringIO()
    assert PlainScreen(out, asks=True).rate("How nervous?") == 4
    assert out.getvalue() == f"How nervous? {why}How nervous? "
    with create_pipe_input() as typing, create_app_session(typing, DummyOutput()):
        typing.send_text(f"{answer}\r4\r")
        assert TerminalScreen().rate("How nervous?") == 4
    assert capsys.readouterr().out == why


def test_plain_lines_fit_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Narrow(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("shutil.get_terminal_size", lambda *_: os.terminal_size((40, 20)))
    told = "Say that you liked the talk, ask once, and make your number easy to write down."
    narrow, piped = Narrow(), io.StringIO()
    for out in (narrow, piped):
        PlainScreen(out, asks=False).show(Noted(told))
    lines = narrow.getvalue().splitlines()
    assert max(map(len, lines)) <= 40
    assert " ".join(lines) == f"Note: {told}"
    assert max(map(len, piped.getvalue().splitlines())) > 40


def test_a_colour_code_that_is_typed_is_no_mouse() -> None:
    with create_pipe_input() as typing, create_app_session(typing, DummyOutput()):
        typing.send_text("\x1b[31mhello\r")
        said = TypedTerminal(plain=False).listen(TURN, ())
        assert isinstance(said, Reply)
        assert said.said == "hello"
        typing.send_text("\x1b[31m4\r")
        assert TerminalScreen().rate("How nervous?") == 4
        typing.send_text("\x1b[31mhello\r")
        assert lines(io.StringIO()).prompt("What is the call about?") == "hello"


def test_only_an_empty_line_skips_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    plainly = PlainScreen(io.StringIO(), asks=True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    assert plainly.rate("How nervous?") is None
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    assert plainly.choose("What next?", (("d", "details"),), "") == ""
    with create_pipe_input() as typing, create_app_session(typing, DummyOutput()):
        typing.send_text("\r")
        assert TerminalScreen().rate("How nervous?") is None


def test_what_is_not_offered_is_told_so_and_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("details\nd\n"))
    out = io.StringIO()
    assert PlainScreen(out, asks=True).choose("What next?", (("d", "details"),), "") == "d"
    asked = "What next? (d details; Enter: go on) "
    assert out.getvalue() == f"{asked}“details” is none of these.\n{asked}"


def test_a_transcript_is_accepted_by_enter_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Reply(Transcript("hello", engine="whisper"))
    monkeypatch.setattr(sys, "stdin", io.StringIO("hallo\ne\nhallo\n"))
    corrected = PlainScreen(io.StringIO(), asks=True).correct(heard)
    assert isinstance(corrected, Reply)
    assert corrected.said == "hallo"


@pytest.mark.parametrize(
    "ask",
    [
        lambda screen: screen.rate("How nervous?"),
        lambda screen: screen.choose("What next?", (("d", "details"),), ""),
    ],
    ids=["rate", "choose"],
)
def test_an_input_that_ends_after_a_wrong_answer_hangs_up(
    ask: Callable[[PlainScreen], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("eleven\n"))
    with pytest.raises(HungUp):
        ask(PlainScreen(io.StringIO(), asks=True))


@pytest.mark.parametrize("plain", [True, False], ids=["plain", "keys"])
@pytest.mark.parametrize("mistyped", ["/hangpu", "/foo", " /", "/help!"])
def test_a_mistyped_slash_word_is_no_reply(
    mistyped: str, plain: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{mistyped}\n/hangup\n"))
    with create_pipe_input() as typing, create_app_session(typing, DummyOutput()):
        typing.send_text(f"{mistyped}\r/hangup\r")
        assert TypedTerminal(plain=plain).listen(TURN, ()) == "hangup"
    told = f"There is no {mistyped.strip()}; there are /repeat, /help, /pause and /hangup.\n"
    assert told in capsys.readouterr().out


@pytest.mark.parametrize("said", ["24/7", "/ well", "/hangup it is", "and/or"])
def test_a_slash_among_words_is_said(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{said}\n"))
    reply = TypedTerminal(plain=True).listen(TURN, ())
    assert isinstance(reply, Reply)
    assert reply.said == said


def test_an_empty_line_is_silence_when_it_comes_twice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for typed, said in (("\n\n", ""), ("\nHello\n", "Hello")):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        reply = TypedTerminal(plain=True).listen(TURN, ())
        assert isinstance(reply, Reply)
        assert reply.said == said
        assert capsys.readouterr().out.count("press Enter once more to say nothing") == 1


def test_in_a_pipe_every_line_is_a_reply() -> None:
    reply = TypedLines(io.StringIO("/foo\n")).listen(TURN, ())
    assert isinstance(reply, Reply)
    assert reply.said == "/foo"


@pytest.mark.parametrize(
    "ask",
    [
        lambda err: TypedTerminal(plain=False, out=err).listen(TURN, ()),
        lambda err: TypedTerminal(plain=True, out=err).listen(TURN, ()),
        lambda err: recording.hold(lambda: 0.5, threading.Event(), err),
        lambda err: recording.hold_plainly(lambda: 0.5, threading.Event(), err),
        lambda err: recording.ready_plainly(err),
    ],
    ids=["typed", "typed plainly", "spoken", "spoken plainly", "ready"],
)
def test_a_reply_is_asked_for_beside_stdout(
    ask: Callable[[io.StringIO], Reply | str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    err = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO("hello\n"))
    with create_pipe_input() as typing, create_app_session(typing):
        typing.send_text("\r\r")
        assert ask(err)
    assert err.getvalue()
    assert capsys.readouterr().out == ""
