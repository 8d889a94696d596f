"""A session as one JSON object: what `practice --json` and `history show --json` print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trainer.core.session import Session, Take
from trainer.core.verdict import PointVerdict

VERSION = 1


def practice_object(
    session: Session, next: Sequence[dict[str, str]] = (), unused: Sequence[str] = ()
) -> dict[str, Any]:
    """The session as it stands. `next`: when its cards are due; `unused`: recordings that the call did not need."""
    return {
        "version": VERSION,
        "session": session.id,
        "id": session.id,
        "scenario": session.scenario,
        "title": session.title,
        "call_type": session.family,
        "application": session.application,
        "seed": session.seed,
        "level": session.level,
        "mode": session.mode,
        "started": session.started.isoformat(),
        "ended": session.ended,
        "finished": session.finished.isoformat() if session.finished else None,
        "scheduled": session.scheduled,
        "aside": session.aside,
        "nerves": {"before": session.nerves_before, "after": session.nerves_after},
        "score": session.score,
        "unused": list(unused),
        "turns": [take_object(take) for take in session.takes],
        "next": list(next),
    }


def take_object(take: Take) -> dict[str, Any]:
    """One take: a turn that was asked again or taken again stands once for each."""
    return {
        "turn": take.turn,
        "take": take.id,
        "kind": take.kind,
        "at": take.at.isoformat(),
        "says": take.says,
        "obstacle": take.obstacle,
        "heard": take.heard,
        "said": take.said,
        "edited": take.said != take.heard,
        "score": take.verdict.score,
        "key_points": {p.id: point_object(p) for p in take.verdict.key_points},
        "donts": {p.id: point_object(p) for p in take.verdict.donts},
        "grades": [
            {"kind": g.kind, "id": g.id, "grade": g.grade.name.lower(), "overruled": g.overruled} for g in take.grades
        ],
        "assisted": take.assisted,
        "aside": take.aside,
        "judge": take.verdict.judge,
        "engine": take.engine,
        "seconds": take.seconds,
        "timing": {"transcribe_ms": take.transcribe_ms, "judge_ms": take.verdict.milliseconds},
    }


def point_object(point: PointVerdict) -> dict[str, Any]:
    """A key point or don't with its words: `evidence` is an exact piece of what was said, null unless hit."""
    return {
        "hit": point.hit,
        "evidence": point.evidence.quote if point.evidence else None,
        "confidence": point.confidence,
        "unsure": point.unsure,
        "spans": [list(span) for span in point.spans],
        "why": point.evidence.why if point.evidence else None,
    }


def row_object(session: Session) -> dict[str, Any]:
    """One line of `history --json`."""
    return {
        "id": session.id,
        "scenario": session.scenario,
        "title": session.title,
        "call_type": session.family,
        "application": session.application,
        "level": session.level,
        "mode": session.mode,
        "started": session.started.isoformat(),
        "ended": session.ended,
        "score": session.score,
        "takes": len(session.takes),
        "turns": len({t.turn for t in session.takes}),
        "scheduled": session.scheduled,
        "aside": session.aside,
        "nerves": {"before": session.nerves_before, "after": session.nerves_after},
    }
