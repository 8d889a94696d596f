"""The history as a table: a row a take and point, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from trainer.core.session import Session, Take
from trainer.core.verdict import PointVerdict

COLUMNS = (
    "session", "scenario", "call_type", "application", "level", "mode", "started", "session_score", "scheduled",
    "take", "turn", "number", "kind", "at", "obstacle", "assisted", "aside", "says", "heard", "said", "take_score",
    "point_kind", "point", "hit", "confidence", "unsure", "evidence", "grade", "overruled",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would work out instead of showing


def write(sessions: Sequence[Session]) -> str:
    """The table with its head line; a take without points has one row. Line ends as RFC 4180 has them."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for session in sessions:
        for take in session.takes:
            writer.writerows(_safe(row) for row in _rows(session, take))
    return out.getvalue()


def _rows(session: Session, take: Take) -> Iterator[tuple[object, ...]]:
    head = (
        session.id, session.scenario, session.family, session.application, session.level, session.mode,
        session.started.isoformat(), session.score, session.scheduled,
        take.id, take.turn, take.number, take.kind, take.at.isoformat(), take.obstacle, take.assisted,
        take.aside or session.aside, take.says, take.heard, take.said, take.verdict.score,
    )  # fmt: skip
    points: tuple[PointVerdict | None, ...] = (*take.verdict.key_points, *take.verdict.donts)
    for point in points or (None,):
        yield (*head, *_point(take, point))


def _point(take: Take, point: PointVerdict | None) -> tuple[object, ...]:
    if point is None:
        return ("",) * 8
    grade = next((g for g in take.grades if (g.kind, g.id) == (point.kind, point.id)), None)
    return (
        point.kind,
        point.id,
        point.hit,
        point.confidence,
        point.unsure,
        point.evidence.quote if point.evidence else None,
        grade.grade.name.lower() if grade else None,
        grade.overruled if grade else None,
    )


def _safe(row: Iterable[object]) -> tuple[object, ...]:
    """Texts that a spreadsheet would take for a formula get an apostrophe before them; true and false in lower case."""
    return tuple(_cell(value) for value in row)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
