"""One key press at a time: what was typed before a question does not answer it."""

from __future__ import annotations

from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from trainer.terminal.keys import press

ANSWERS = {"a": "first", "b": "second", "c": "third"}


def test_the_rest_of_a_line_does_not_answer_the_next_question() -> None:
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text("ab")
        assert press(lambda: "one", ANSWERS, "enter") == "first"
        keys.send_text("c")
        assert press(lambda: "two", ANSWERS, "enter") == "third"
