"""What a take says of the memory of each point. The learner may overrule; only they can call it easy."""

from __future__ import annotations

from collections.abc import Collection

from trainer.core.scenario import Turn
from trainer.core.session import Grade, PointGrade, TakeKind
from trainer.core.verdict import PointVerdict, Verdict


def grades_for(
    turn: Turn, verdict: Verdict, tempts: Collection[str], kind: TakeKind, assisted: bool
) -> tuple[PointGrade, ...]:
    """A grade for every point that this take has something to say about.

    `tempts` are the don'ts that the line tempted to (the turn's own and its obstacle's) and those committed last time:
    one avoided without temptation says nothing. `kind` 'again' is the reply after the other side asked a second time,
    which counts as helped.
    """
    helped = assisted or kind == "again"
    tempting = {*tempts, *turn.tempts}
    key_points = tuple(PointGrade("key_point", p.id, _key_point(p, helped)) for p in verdict.key_points)
    donts = tuple(
        PointGrade("dont", d.id, Grade.AGAIN if d.hit else Grade.GOOD)
        for d in verdict.donts
        if d.hit or d.id in tempting
    )
    return key_points + donts


def _key_point(point: PointVerdict, helped: bool) -> Grade:
    if not point.hit:
        return Grade.AGAIN
    return Grade.HARD if helped else Grade.GOOD
