"""Sessions, cards and scenarios for the tests of the schedule, in a line each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from trainer.core.memory import Memory
from trainer.core.scenario import Scenario
from trainer.core.schedule import Card
from trainer.core.session import Grade, PointGrade, Session, Take, TakeKind
from trainer.core.verdict import PointVerdict, Verdict

AGAIN, HARD, GOOD, EASY = Grade
START = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)  # a Monday
DAY = date(2026, 3, 2)


def take(
    turn: str = "desk",
    kind: TakeKind = "first",
    at: datetime = START,
    *,
    said: str = "hello",
    aside: bool = False,
    overruled: bool = False,
    **grades: Grade,
) -> Take:
    """A take with grades by point id; `dont_x=` is the don't x."""
    points = tuple(
        PointGrade("dont" if id.startswith("dont_") else "key_point", id.removeprefix("dont_"), grade, overruled)
        for id, grade in grades.items()
    )
    hits = tuple(PointVerdict(p.id, "key_point", p.grade > AGAIN, 0.9) for p in points if p.kind == "key_point")
    return Take(
        id=f"{turn}-{kind}-{at.isoformat()}-{said}", session="", turn=turn, number=1, kind=kind, at=at, says="Yes?",
        heard=said, said=said, verdict=Verdict(hits, (), 50, "test"), grades=points, weight=1.0, aside=aside,
    )  # fmt: skip


def session(*takes: Take, family: str = "voicemail", id: str = "", **more: object) -> Session:
    at = takes[0].at if takes else START
    base: dict[str, object] = {
        "id": id or f"{family}-{at.isoformat()}", "scenario": family, "title": family, "family": family, "digest": "",
        "application": "sample", "level": "normal", "seed": 1, "mode": "typed", "started": at, "takes": takes,
    }  # fmt: skip
    return Session(**(base | more))  # type: ignore[arg-type]


def days(n: float) -> timedelta:
    return timedelta(days=n)


def card(
    name: str, *, last: date = DAY, due_in: int = 30, grade: Grade = GOOD, stability: float = 30.0, **more: object
) -> Card:
    family, point = name.split("/")
    base: dict[str, object] = {
        "name": name, "family": family, "kind": "dont" if point.startswith("dont.") else "key_point",
        "point": point.removeprefix("dont."), "due": last + timedelta(days=due_in), "last": last, "grade": grade,
        "memory": Memory(stability, 5.0), "reviews": 4, "misses": 0, "misses_running": int(grade == AGAIN),
    }  # fmt: skip
    return Card(**(base | more))  # type: ignore[arg-type]


def scenario(id: str, turns: int = 3, points: int = 3, *, family: str | None = None, **more: object) -> Scenario:
    """Turn n holds points `n-0`, `n-1`, …; the first of each is a must."""
    written: dict[str, object] = {
        "id": id, "title": f"Call {id}", "call_type": family or id,
        "turns": [
            {
                "id": f"t{t}", "says": "Yes?",
                "key_points": [
                    {"id": f"{t}-{p}", "label": f"Say {p} in turn {t}", "must": p == 0} for p in range(points)
                ],
                "donts": [{"id": "rude", "label": "Be short"}, {"id": "arguing", "label": "Argue"}],
                "tempts": ["rude"],
                "model_answer": f"Good morning, here is everything that turn {t} needs from me.",
            }
            for t in range(turns)
        ],
    }  # fmt: skip
    return Scenario.model_validate(written | more)
