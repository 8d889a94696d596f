"""Can a reply be found that takes a branch? A search over what a verdict may be.

A condition is a conjunction, so an earlier branch is passed over when one of its parts fails. The search tries which
part of each earlier branch fails, keeping what it has assumed; nothing assumed twice differently is a reply.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from trainer.core.scenario import Branch, Level, Turn, When

MOST_STEPS = 20_000  # searches longer than this in all are given up, and a branch is taken to be reachable

MOST_BRANCHES = 200  # of one turn that are searched; nobody writes more, and each is a level of recursion


@dataclass(slots=True)
class Budget:
    """How many steps the searches of one scenario may still take."""

    steps: int = MOST_STEPS


@dataclass(frozen=True, slots=True)
class Reply:
    """What is assumed of a verdict so far."""

    hit: frozenset[str] = frozenset()
    missed: frozenset[str] = frozenset()
    committed: frozenset[str] = frozenset()
    avoided: frozenset[str] = frozenset()
    some_dont: bool | None = None
    silent: bool | None = None
    levels: frozenset[Level] = frozenset()

    def is_possible(self, donts: frozenset[str]) -> bool:
        """Nothing is both so and not so; a silent reply conveys and commits nothing."""
        says_something = bool(self.hit or self.committed or self.some_dont)
        return not (
            self.hit & self.missed
            or self.committed & self.avoided
            or (self.some_dont is False and self.committed)
            or (self.some_dont and donts <= self.avoided)
            or (self.silent and says_something)
            or not self.levels
        )


def can_hold(
    turn: Turn, earlier: Sequence[Branch], when: When, levels: Sequence[Level], budget: Budget | None = None
) -> bool:
    """Is there a reply at one of the levels for which `when` holds and no earlier branch does?"""
    search = _Search(frozenset(d.id for d in turn.donts), budget or Budget())
    start = Reply(levels=frozenset(levels))
    return any(search.passes(reply, earlier) for reply in search.possible(_holding(start, when)))


def can_fall_through(turn: Turn, levels: Sequence[Level], budget: Budget | None = None) -> bool:
    """Is there a reply that takes none of the turn's branches?"""
    return can_hold(turn, turn.branches, When(), levels, budget)


class _Search:
    def __init__(self, donts: frozenset[str], budget: Budget) -> None:
        self.donts = donts
        self.budget = budget

    def possible(self, replies: Iterator[Reply]) -> Iterator[Reply]:
        return (r for r in replies if r.is_possible(self.donts))

    def passes(self, reply: Reply, branches: Sequence[Branch], at: int = 0) -> bool:
        """Can this reply be completed so that it takes none of these branches from `at` on?"""
        self.budget.steps -= 1
        if at == len(branches) or at == MOST_BRANCHES or self.budget.steps < 0:
            return True
        return any(self.passes(r, branches, at + 1) for r in self.possible(_failing(reply, branches[at].when)))


def _holding(reply: Reply, when: When) -> Iterator[Reply]:
    """The ways in which a condition holds."""
    base = replace(
        reply,
        hit=reply.hit | set(when.hit),
        missed=reply.missed | set(when.missed),
        levels=reply.levels & set(when.level) if when.level else reply.levels,
    )
    for some in when.any or (None,):
        for dont in when.dont or (None,):
            made = replace(
                base,
                hit=base.hit | {some} if some else base.hit,
                committed=base.committed | {dont} if dont else base.committed,
            )
            yield from _said(_dont_or_not(made, when.any_dont), when.silent)


def _failing(reply: Reply, when: When) -> Iterator[Reply]:
    """The ways in which a condition fails, one of its parts each."""
    for id in when.hit:
        yield replace(reply, missed=reply.missed | {id})
    if when.any:
        yield replace(reply, missed=reply.missed | set(when.any))
    for id in when.missed:
        yield replace(reply, hit=reply.hit | {id})
    if when.dont:
        yield replace(reply, avoided=reply.avoided | set(when.dont))
    if when.any_dont is not None:
        yield from _dont_or_not(reply, not when.any_dont)
    if when.silent is not None:
        yield from _said([reply], not when.silent)
    if when.level:
        yield replace(reply, levels=reply.levels - set(when.level))


def _dont_or_not(reply: Reply, wanted: bool | None) -> list[Reply]:
    if wanted is None:
        return [reply]
    return [] if reply.some_dont == (not wanted) else [replace(reply, some_dont=wanted)]


def _said(replies: list[Reply], silent: bool | None) -> Iterator[Reply]:
    for reply in replies:
        if silent is None:
            yield reply
        elif reply.silent != (not silent):
            yield replace(reply, silent=silent)
