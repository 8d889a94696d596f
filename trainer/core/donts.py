"""What a turn's don't means: a shipped one by name, with what the author adds to it, or one of the author's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trainer.core.scenario import Dont, KeyPoint, Turn

ANYWHERE = frozenset(  # don'ts whose shipped wording is right whatever the turn is about
    ("just_exploring", "calling_from_work", "social_overreach", "gift_offer")
)


def by_id(shipped: Iterable[Dont]) -> dict[str, Dont]:
    return {d.id: d for d in shipped}


def of_turn(turn: Turn, shipped: Mapping[str, Dont]) -> tuple[Dont, ...]:
    """The turn's don'ts as they are judged and shown, each with what to say in its place."""
    return tuple(_bettered(dont, resolve(dont, shipped), turn) for dont in turn.donts)


def _bettered(as_written: Dont, dont: Dont, turn: Turn) -> Dont:
    """In place of a don't, say what the turn asks for, where neither its author nor every call has a wording for it."""
    if as_written.better or dont.id in ANYWHERE:
        return dont
    wanted = [p for p in turn.key_points if _wording(p)]
    if dont.id == "generic":  # what only this caller could say
        wanted = [p for p in wanted if p.fact and not p.fact.startswith("me.")]
    if not wanted:
        return dont
    weightiest = max(reversed(wanted), key=lambda p: (p.must, p.weight))
    return dont.model_copy(update={"better": _wording(weightiest)})


def _wording(point: KeyPoint) -> str | None:
    return point.better or next(iter(point.examples), None)


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
