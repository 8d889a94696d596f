"""What the terminal is asked to show, without a terminal."""

from __future__ import annotations

from trainer.terminal.screen import in_lines


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
