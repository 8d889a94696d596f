"""What a turn's don't means: a shipped one by name, with what the author adds to it, or one of the author's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trainer.core.scenario import Dont


def by_id(shipped: Iterable[Dont]) -> dict[str, Dont]:
    return {d.id: d for d in shipped}


def resolve(turn_dont: Dont, shipped: Mapping[str, Dont]) -> Dont:
    """The don't as it is judged and shown.

    A shipped name gets all that ships with it. The author's label is the one that is judged and shown, the author's
    examples come before the shipped ones; a shipped name keeps its softness.
    """
    known = shipped.get(turn_dont.id)
    if known is None:
        return turn_dont
    return known.model_copy(
        update={
            "label": turn_dont.label or known.label,
            "examples": _joined(turn_dont.examples, known.examples),
            "innocent": _joined(turn_dont.innocent, known.innocent),
            "better": turn_dont.better or known.better,
            "why": turn_dont.why or known.why,
            "sources": _joined(turn_dont.sources, known.sources),
        }
    )


def _joined(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*mine, *theirs)))
