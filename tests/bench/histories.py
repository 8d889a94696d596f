"""Histories of any length by a simulated learner: sessions as the rehearsal would have kept them."""

from __future__ import annotations

import math
import random
from datetime import UTC, date, datetime, timedelta

from trainer.core.scenario import Scenario
from trainer.core.session import Grade, PointGrade, Session, Take
from trainer.core.verdict import Evidence, PointVerdict, Verdict, Weighing, score

FAMILIES = ("voicemail", "reach-hr", "status", "thank-you", "new-information", "offer", "feedback", "call-back")
TURNS, POINTS, DONTS = 4, 6, 4
STARTED = datetime(2024, 1, 2, 18, 0, tzinfo=UTC)


def scenario(family: str, number: int = 0) -> Scenario:
    """A call of this type: four turns of six points and four don'ts."""
    turns = [
        {
            "id": f"turn{t}",
            "says": f"Line {t}, how can I help you today?",
            "key_points": [
                {"id": f"p{t}{p}", "label": f"Say thing {p} of turn {t}", "must": p < 2, "examples": [f"thing {p}"]}
                for p in range(POINTS)
            ],
            "donts": [{"id": f"d{d}", "label": f"Do not do thing {d}"} for d in range(DONTS)],
            "tempts": ["d0", "d1"],
            "model_answer": " ".join(f"Here is thing {p} of turn {t}." for p in range(POINTS)),
        }
        for t in range(TURNS)
    ]
    return Scenario.model_validate(
        {"id": f"{family}-{number}", "title": f"A call about {family}", "call_type": family, "turns": turns,
         "rung": 10 * FAMILIES.index(family)}
    )  # fmt: skip


def library() -> tuple[Scenario, ...]:
    return tuple(scenario(f, n) for f in FAMILIES for n in range(3))


def history(takes: int, *, a_day: int = 12, seed: int = 7, started: datetime = STARTED) -> tuple[Session, ...]:
    """So many takes, about `a_day` on each practice day, five days a week. Recall fades and grows by a power law."""
    chance = random.Random(seed)
    known: dict[str, tuple[float, date]] = {}  # card → strength in days, when
    sessions: list[Session] = []
    day, made = started, 0
    while made < takes:
        if day.weekday() < 5:
            for call in range(max(1, a_day // TURNS)):
                if made >= takes:
                    break
                count = min(TURNS, takes - made)
                sessions.append(_session(chance, known, day + timedelta(minutes=10 * call), len(sessions), count))
                made += count
        day += timedelta(days=1)
    return tuple(sessions)


def _session(
    chance: random.Random, known: dict[str, tuple[float, date]], at: datetime, number: int, count: int
) -> Session:
    family = chance.choice(FAMILIES)
    id = f"{int(at.timestamp()):012x}-{number:06d}"
    takes = tuple(_take(chance, known, id, family, turn, at + timedelta(minutes=turn)) for turn in range(count))
    nervous = max(0, min(10, round(8 - number / 40 + chance.gauss(0, 1))))
    return Session(
        id=id, scenario=f"{family}-{chance.randrange(3)}", title=f"A call about {family}", family=family,
        digest="0" * 12, application="sample", level="normal", seed=number, mode="typed", started=at, takes=takes,
        ended="complete", finished=at + timedelta(minutes=count), plan="due", nerves_before=nervous,
        nerves_after=max(0, nervous - chance.randrange(3)),
    )  # fmt: skip


def _take(
    chance: random.Random, known: dict[str, tuple[float, date]], session: str, family: str, turn: int, at: datetime
) -> Take:
    words, points, grades = [], [], []
    for p in range(POINTS):
        id = f"p{turn}{p}"
        said = _met(chance, known, f"{family}/{id}", at.date())
        start = len(" ".join(words)) + (1 if words else 0)
        evidence = None
        if said:
            words.append(f"thing {p} said here")
            evidence = Evidence(start, start + 7, f"thing {p}", "like an example", "It is said so.", 0.9, 0.6)
        points.append(PointVerdict(id, "key_point", said, round(chance.uniform(0.6, 1.0), 2), evidence=evidence))
        grades.append(PointGrade("key_point", id, Grade.GOOD if said else Grade.AGAIN))
    donts = []
    for d in range(DONTS):
        committed = not _met(chance, known, f"{family}/dont.d{d}", at.date(), easier=3.0) and d < 2
        donts.append(PointVerdict(f"d{d}", "dont", committed, 0.9))
        if committed or d < 2:
            grades.append(PointGrade("dont", f"d{d}", Grade.AGAIN if committed else Grade.GOOD))
    weighing = Weighing((1.0,) * POINTS, (False,) * DONTS)
    said_all = " ".join(words) or "um"
    worth = score(tuple(points), tuple(donts), weighing, silent=False)
    return Take(
        id=f"{session}-{turn}", session=session, turn=f"turn{turn}", number=turn + 1, kind="first", at=at,
        says=f"Line {turn}, how can I help you today?", heard=said_all, said=said_all,
        verdict=Verdict(tuple(points), tuple(donts), worth, "words/1"), grades=tuple(grades), weight=float(POINTS),
    )  # fmt: skip


def _met(
    chance: random.Random, known: dict[str, tuple[float, date]], card: str, day: date, easier: float = 1.0
) -> bool:
    strength, last = known.get(card, (0.0, day))
    days = (day - last).days
    recall = 0.3 if not strength else (1 + days / (9 * strength)) ** -1.0
    said = chance.random() < 1 - (1 - recall) / easier
    grown = 1 + 0.5 * (1 - math.exp(-days / max(strength, 0.5))) if said else 0.4
    known[card] = (min(12.0, max(1.0, (strength or 1.0) * grown)), day)
    return said
