"""What a turn's don't means: a shipped one by name, with what the author adds to it, or one of the author's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trainer.core.scenario import Dont


def by_id(shipped: Iterable[Dont]) -> dict[str, Dont]:
    return {d.id: d for d in shipped}


def resolve(turn_dont: Dont, shipped: Mapping[str, Dont]) -> Dont:
    """The don't as it is judged and shown.

    A shipped name gets all that ships with it. A label or examples of the author's are added: the label joins the shipped
    one, the author's examples come first, and softness stays as shipped unless the author sets `soft` themselves... which
    only an own don't may do; a shipped name keeps its own.
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
