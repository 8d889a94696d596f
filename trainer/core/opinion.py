"""What the judge thinks of one point before it quotes: how likely, why, and where to look."""

from __future__ import annotations

from dataclasses import dataclass

from trainer.core.combining import Combined
from trainer.core.rubric import Point
from trainer.core.signs import Signs

THRESHOLD = 0.5  # likelihood that decides
NOTHING_SAID = Combined(0.01)
BY_MEANING = "what it means"  # a model's reading, weighed with the words


@dataclass(frozen=True, slots=True)
class Opinion:
    """Of one point in one reply. `signs` is None where nothing was said."""

    point: Point
    signs: Signs | None
    combined: Combined
    focus: tuple[tuple[int, int, float], ...] = ()  # where a model looked, in characters
    quote: tuple[int, int] | None = None  # tokens, where a rule knows them
    further: tuple[tuple[int, int], ...] = ()  # tokens of more places
    ruled: str = ""  # a rule that decided against or for it, in plain words
    rule: str = "like an example"


def why(opinion: Opinion) -> str:
    """One sentence for the learner."""
    if opinion.ruled:
        return opinion.ruled
    if opinion.signs is None:
        return "Nothing was said."
    if opinion.rule == "your own list":
        return "It is on your own list of wordings."
    if opinion.signs.slot > 0:
        return "The name or number that it asks for was said."
    return f"It says what '{opinion.signs.example}' says."
