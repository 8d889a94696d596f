"""What is counted in a reply: questions that ask something, and none that only sound like it."""

from __future__ import annotations

import pytest

from trainer.core.habits import questions, step_questions
from trainer.core.normalise import tokens


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("What are the next steps? And who decides, and would there be a third round after that?", 3),
        ("What happens next, and what happens after that?", 2),
        ("Which is the better day for you?", 1),
        ("It was minus twenty, which is something, and my dog had eaten the sofa, can you imagine.", 0),
        ("The bus was late, which was nobody's fault, and would you believe it, so was the train.", 0),
    ],
)
def test_questions_are_counted(said: str, asked: int) -> None:
    assert len(questions(tokens(said))) == asked


def test_the_second_question_about_steps_is_one_too_many() -> None:
    assert len(step_questions(tokens("What are the next steps, and who decides, and on which day?"))) == 2
    assert len(step_questions(tokens("What are the next steps? And how can I reach you?"))) == 1
