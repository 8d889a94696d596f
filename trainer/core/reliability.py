"""How often each judge errs, in plain words: a verdict is to be trusted as far as it was measured, and no further."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Errs:
    """Of a hundred each, on the holdout (`python -m tests.bench verdicts`, `training/model_card.md`)."""

    missed: int  # key points that were said
    not_said: int  # key points that were ticked
    seen: int  # don'ts that were committed
    accused: int  # replies without a don't


# By what a judge's name begins with: other weights, other figures.
MEASURED = {
    "judge/9-": Errs(missed=5, not_said=12, seen=73, accused=5),
    "words/": Errs(missed=17, not_said=20, seen=13, accused=3),
}


def in_words(judge: str) -> str | None:
    """Two sentences for the learner; None for a judge that was not measured."""
    errs = next((errs for start, errs in MEASURED.items() if judge.startswith(start)), None)
    if errs is None:
        return None
    return (
        f"This judge errs. On 352 replies of calls that it had never seen it missed {errs.missed} of a hundred key "
        f"points that were said, and {errs.not_said} of a hundred that it ticked were not; it saw {errs.seen} of a "
        f"hundred don'ts, and accused {errs.accused} of a hundred replies without one. "
        "`trainer dispute` puts a wrong verdict right."
    )
