"""The past judged again: what a take would be worth to the judge, or by the learner's own list, of today.

Nothing is changed here: what comes out is kept as one action, which `undo` takes back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from trainer.core.grading import grades_for
from trainer.core.history import Rejudged
from trainer.core.scenario import Scenario, Turn
from trainer.core.session import Grade, Session, Take
from trainer.core.verdict import Evidence, Kind, PointVerdict, Verdict, Weighing, score

Judge = Callable[[Turn, Take], Verdict]


@dataclass(frozen=True, slots=True)
class Change:
    """A take that would be judged otherwise."""

    session: Session
    take: Take  # as it stands
    new: Rejudged

    @property
    def points(self) -> tuple[tuple[PointVerdict, PointVerdict], ...]:
        """(old, new) of every point whose hit changes."""
        old = {(p.kind, p.id): p for p in _points(self.take.verdict)}
        pairs = ((old.get((p.kind, p.id)), p) for p in _points(self.new.verdict))
        return tuple((before, after) for before, after in pairs if before and before.hit != after.hit)


def judged_again(session: Session, scenario: Scenario, judge: Judge) -> tuple[Change, ...]:
    """The takes of this session that the judge sees otherwise now: a point's hit, or the score."""
    changes = []
    for take in session.takes:
        turn = scenario.turn(take.turn)
        if turn is None:
            continue
        verdict = judge(turn, take)
        if _gist(verdict) != _gist(take.verdict):
            changes.append(Change(session, take, regraded(take, turn, verdict)))
    return tuple(changes)


def point_again(
    session: Session, scenario: Scenario, judge: Judge, kind: Kind, id: str, hit: bool
) -> tuple[Change, ...]:
    """The takes of this session whose verdict on this one point becomes `hit`; the rest of them stays as it was."""
    changes = []
    for take in session.takes:
        turn = scenario.turn(take.turn)
        before = take.verdict.point(kind, id)
        if turn is None or before is None or before.hit == hit:
            continue
        after = judge(turn, take).point(kind, id)
        if after is not None and after.hit == hit:
            changes.append(Change(session, take, regraded(take, turn, with_point(take, turn, after))))
    return tuple(changes)


def settled(session: Session, take: Take, turn: Turn, kind: Kind, id: str, hit: bool, words: str) -> Change:
    """The take with this point as the learner says it was, whatever a judge makes of it."""
    before = take.verdict.point(kind, id)
    assert before is not None
    start = take.said.find(words)
    evidence = None
    if hit:
        evidence = before.evidence or Evidence(
            start, start + len(words), words, "your own list", "You had this wording counted.", 1.0, 1.0
        )
    after = replace(before, hit=hit, confidence=1.0, unsure=False, evidence=evidence, spans=before.spans if hit else ())
    return Change(session, take, regraded(take, turn, with_point(take, turn, after)))


def answered(take: Take, turn: Turn, point: PointVerdict, hit: bool) -> PointVerdict:
    """An unsure point as the learner settled it when asked; a hit quotes the words that it rests on."""
    evidence = resting_on(take, turn, point) if hit else None
    return replace(point, hit=hit, confidence=1.0, unsure=False, evidence=evidence)


def resting_on(take: Take, turn: Turn, point: PointVerdict) -> Evidence | None:
    """What the judge quotes for a point, else the words nearest to it: the judge quotes none where it saw no hit."""
    if point.evidence:
        return point.evidence
    from trainer.core.normalise import tokens
    from trainer.core.quoting import characters, nearest

    said = tokens(take.said)
    written = next(
        (p for p in (turn.key_points if point.kind == "key_point" else turn.donts) if p.id == point.id), None
    )
    if not said or written is None:
        return None
    place = nearest(written.examples or (written.label or written.id,), said, take.said)
    start, end = characters(said, *place)
    return Evidence(start, end, take.said[start:end], "settled by you", "You said so when you were asked.", 1.0, 1.0)


def with_point(take: Take, turn: Turn, point: PointVerdict) -> Verdict:
    """The take's verdict with this point in its place, and the score that follows."""
    key_points = _with(take.verdict.key_points, point)
    donts = _with(take.verdict.donts, point)
    weights = {p.id: p.weight for p in turn.key_points}
    soft = {d.id: d.is_soft for d in turn.donts}
    weighing = Weighing(tuple(weights.get(p.id, 1.0) for p in key_points), tuple(soft.get(d.id, False) for d in donts))
    silent = not any(c.isalnum() for c in take.said)
    return replace(
        take.verdict, key_points=key_points, donts=donts, score=score(key_points, donts, weighing, silent=silent)
    )


def regraded(take: Take, turn: Turn, verdict: Verdict) -> Rejudged:
    """What the verdict says of the memory of each point."""
    obstacle = next((o for o in turn.obstacles if o.id == take.obstacle), None)
    resisted = [g.id for g in take.grades if g.kind == "dont" and g.grade > Grade.AGAIN]
    tempts = (*turn.tempts, *(obstacle.tempts if obstacle else ()), *resisted)
    return Rejudged(take.id, verdict, grades_for(turn, verdict, tempts=tempts, kind=take.kind, assisted=take.assisted))


def _with(points: Sequence[PointVerdict], point: PointVerdict) -> tuple[PointVerdict, ...]:
    return tuple(point if (p.kind, p.id) == (point.kind, point.id) else p for p in points)


def _points(verdict: Verdict) -> tuple[PointVerdict, ...]:
    return (*verdict.key_points, *verdict.donts)


def _gist(verdict: Verdict) -> tuple[object, ...]:
    return verdict.score, tuple(sorted((p.kind, p.id, p.hit) for p in _points(verdict)))
