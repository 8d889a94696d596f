"""What the terminal is asked to show, without a terminal."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from trainer.core.scenario import Turn
from trainer.core.speech import Reply
from trainer.terminal import recording
from trainer.terminal.plain import PlainScreen
from trainer.terminal.screen import TerminalScreen, in_lines
from trainer.terminal.typed import TypedTerminal

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


def test_what_is_no_number_is_no_rating(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("²\n"))
    assert PlainScreen(io.StringIO(), asks=True).rate("How nervous?") is None
    with create_pipe_input() as typing, create_app_session(typing, DummyOutput()):
        typing.send_text("²\r4\r")
        assert TerminalScreen().rate("How nervous?") == 4


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
        typing.send_text("\r")
        assert ask(err)
    assert err.getvalue()
    assert capsys.readouterr().out == ""
