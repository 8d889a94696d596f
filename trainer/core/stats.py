"""What became of the practice: numbers for the charts, from the history that stands.

A point counts as said where its grade is above again; a don't as committed where its grade is again. Both are as the
learner left them, overruled grades included. First takes only: a retake shows what was just read, and a drill how well
somebody else's words were marked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import compress, repeat
from operator import mul, not_
from typing import Any

from trainer.core.ledger import Played, is_own
from trainer.core.readiness import Readiness
from trainer.core.schedule import Card, Foretold, counts, is_due, practice_day
from trainer.core.session import Grade, PointGrade

MOST_MISSED = 10
FEWEST_ASKED = 2  # below, a missed point says little
WEEKS_AHEAD = 8
BINS = 10
SURE = 1e-6  # no forecast is surer than this in the log loss


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `asked` in the week that begins on `week` (a Monday)."""

    week: date
    count: int
    asked: int

    @property
    def share(self) -> float:
        return self.count / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class Missed:
    """A point that was missed, of so many times that it was asked for."""

    card: str
    label: str
    missed: int
    asked: int


@dataclass(frozen=True, slots=True)
class Nerves:
    """What the learner said before and after a session, 0 to 10."""

    session: str
    day: date
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Bin:
    """Of the points expected at `expected` on average, this share was said."""

    expected: float
    said: float
    count: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Do forecasts come true? Brier score and log loss, smaller is better, beside always guessing one's own average."""

    reviews: int
    average: float  # share said, over all
    bins: tuple[Bin, ...]
    brier: float
    brier_of_average: float
    log_loss: float
    log_loss_of_average: float


@dataclass(frozen=True, slots=True)
class Ahead:
    """Points that come due in the week that begins on `week`."""

    week: date
    due: int


@dataclass(frozen=True, slots=True)
class Stats:
    """Everything that `trainer stats` and the report show."""

    day: date
    sessions: int
    takes: int
    minutes_a_week: float
    points: int
    due: int
    resting: int
    coverage: Mapping[str, tuple[Share, ...]]  # call type → key points said, week by week
    missed: tuple[Missed, ...]
    donts: tuple[Share, ...]  # committed, of the times that a line tempted to one, week by week
    committed: tuple[Missed, ...]
    nerves: tuple[Nerves, ...]
    ahead: tuple[Ahead, ...]
    calibration: Calibration | None  # None: nothing was practised twice yet
    readiness: tuple[Readiness, ...]
    stuck: tuple[str, ...]  # cards missed four times in a row


def make_stats(
    sessions: Sequence[Played],
    cards: Mapping[str, Card],
    foretold: Foretold,
    *,
    today: date,
    labels: Mapping[str, str],
    readiness: tuple[Readiness, ...] = (),
    minutes_a_take: float = 1.0,
) -> Stats:
    """`labels`: card → what the point asks, in the author's words."""
    counted = [s for s in sessions if counts(s) and is_own(s)]
    tally = _tally(counted)
    takes = sum(len(s.takes) for s in counted)
    weeks = {_week(practice_day(s.started)) for s in counted}
    return Stats(
        day=today,
        sessions=len(counted),
        takes=takes,
        minutes_a_week=round(takes * minutes_a_take / len(weeks), 1) if weeks else 0.0,
        points=len(cards),
        due=sum(is_due(c, today) for c in cards.values()),
        resting=sum(c.resting for c in cards.values()),
        coverage={
            family: tuple(Share(week, *said) for week, said in sorted(by_week.items()))
            for family, by_week in sorted(tally.said.items())
        },
        missed=_most(tally.points, labels, "key_point"),
        donts=tuple(Share(week, *count) for week, count in sorted(tally.donts.items())),
        committed=_most(tally.points, labels, "dont"),
        nerves=tuple(
            Nerves(s.id, practice_day(s.started), s.nerves_before, s.nerves_after)
            for s in counted
            if s.nerves_before is not None or s.nerves_after is not None
        ),
        ahead=_ahead(cards.values(), today),
        calibration=calibration(foretold),
        readiness=readiness,
        stuck=tuple(sorted(c.name for c in cards.values() if c.is_leech and not c.resting)),
    )


def calibration(foretold: Foretold) -> Calibration | None:
    """How forecasts of recall compare with what was said."""
    n = len(foretold.said)
    if not n:
        return None
    came = list(compress(foretold.expected, foretold.said))
    failed = list(compress(foretold.expected, map(not_, foretold.said)))
    average = len(came) / n
    # The sum of (p - said)² and of the logs, taken apart by what came of it: quick over many reviews.
    brier = sum(map(mul, foretold.expected, foretold.expected)) - 2 * sum(came) + len(came)
    loss = -sum(map(math.log, map(max, came, repeat(SURE)))) - sum(math.log(max(1 - p, SURE)) for p in failed)
    return Calibration(
        reviews=n,
        average=round(average, 4),
        bins=_bins(came, failed),
        brier=round(brier / n, 4),
        brier_of_average=round(average * (1 - average), 4),
        log_loss=round(loss / n, 4),
        log_loss_of_average=round(_entropy(average), 4),
    )


def _bins(came: Sequence[float], failed: Sequence[float]) -> tuple[Bin, ...]:
    """Forecasts that are alike together, from the top, where most of them lie; the last bin has 1 too."""
    found: list[Bin] = []
    for least in (place / BINS for place in reversed(range(BINS))):
        said, missed = [p for p in came if p >= least], [p for p in failed if p >= least]
        came, failed = [p for p in came if p < least], [p for p in failed if p < least]
        if count := len(said) + len(missed):
            found.append(Bin(round((sum(said) + sum(missed)) / count, 4), round(len(said) / count, 4), count))
    return tuple(reversed(found))


def as_object(stats: Stats) -> dict[str, Any]:
    """The JSON object of schemas/stats.json."""
    return {
        "version": 1,
        "day": stats.day.isoformat(),
        **{name: getattr(stats, name) for name in ("sessions", "takes", "minutes_a_week", "points", "due", "resting")},
        "coverage": {family: [_share_object(s) for s in shares] for family, shares in stats.coverage.items()},
        "missed": [asdict(m) for m in stats.missed],
        "donts": [_share_object(s) for s in stats.donts],
        "committed": [asdict(m) for m in stats.committed],
        "nerves": [
            {"session": n.session, "day": n.day.isoformat(), "before": n.before, "after": n.after} for n in stats.nerves
        ],
        "ahead": [{"week": a.week.isoformat(), "due": a.due} for a in stats.ahead],
        "calibration": _calibration_object(stats.calibration) if stats.calibration else None,
        "readiness": [
            {"call_type": r.family, "takes": r.takes, "share": r.share, "band": r.band, "basis": r.basis}
            for r in stats.readiness
        ],
        "stuck": list(stats.stuck),
    }


@dataclass(slots=True)
class _Tally:
    """Counts over first takes, each [number that went a way, number asked]."""

    said: dict[str, dict[date, list[int]]]  # call type → week → key points said
    donts: dict[date, list[int]]  # week → don'ts committed
    points: dict[tuple[str, str, str], list[int]]  # (call type, kind, point) → went wrong


def _tally(sessions: Iterable[Played]) -> _Tally:
    tally = _Tally({}, {}, {})
    alike: dict[tuple[str, int], list[Any]] = {}  # a history repeats the same few tuples of grades: call type and id
    for session in sessions:  # → the very tuple (kept, so that its id is not given anew), how often, its sums
        week = _week(practice_day(session.started))
        said = tally.said.setdefault(session.family, {}).setdefault(week, [0, 0])
        donts = tally.donts.setdefault(week, [0, 0])
        for take in session.takes:
            if take.kind != "first" or take.aside:
                continue
            grades = take.grades
            counted = alike.get((session.family, id(grades)))
            if counted is None:
                alike[session.family, id(grades)] = counted = [grades, 0, *_sums(grades)]
            counted[1] += 1
            said[0] += counted[2]
            said[1] += counted[3]
            donts[0] += counted[4]
            donts[1] += counted[5]
    for (family, _), (grades, times, *_) in alike.items():
        for grade in grades:
            point = tally.points.setdefault((family, grade.kind, grade.id), [0, 0])
            point[0] += times if grade.grade == Grade.AGAIN else 0
            point[1] += times
    tally.said = {f: kept for f, weeks in tally.said.items() if (kept := {w: c for w, c in weeks.items() if c[1]})}
    tally.donts = {w: c for w, c in tally.donts.items() if c[1]}
    return tally


def _sums(grades: Iterable[PointGrade]) -> tuple[int, int, int, int]:
    """Key points said and asked for, don'ts committed and tempted to."""
    points = [g.grade != Grade.AGAIN for g in grades if g.kind == "key_point"]
    donts = [g.grade == Grade.AGAIN for g in grades if g.kind == "dont"]
    return sum(points), len(points), sum(donts), len(donts)


def _most(
    points: Mapping[tuple[str, str, str], Sequence[int]], labels: Mapping[str, str], kind: str
) -> tuple[Missed, ...]:
    """What went wrong most: by how often, then by how large a share of the times asked."""
    found = []
    for (family, of_kind, point), (wrong, asked) in points.items():
        if of_kind == kind and wrong and asked >= FEWEST_ASKED:
            name = f"{family}/{'dont.' if kind == 'dont' else ''}{point}"
            found.append(Missed(name, labels.get(name, point), wrong, asked))
    return tuple(sorted(found, key=lambda m: (-m.missed, -m.missed / m.asked, m.card))[:MOST_MISSED])


def _ahead(cards: Iterable[Card], today: date) -> tuple[Ahead, ...]:
    """Points due week by week; what is overdue is due this week."""
    first = _week(today)
    counted = [0] * WEEKS_AHEAD
    for card in cards:
        place = (_week(max(card.due, today)) - first).days // 7
        if not card.resting and place < WEEKS_AHEAD:
            counted[place] += 1
    return tuple(Ahead(first + timedelta(weeks=n), due) for n, due in enumerate(counted))


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _entropy(p: float) -> float:
    return -sum(q * math.log(q) for q in (p, 1 - p) if q > 0)


def _share_object(share: Share) -> dict[str, Any]:
    return {"week": share.week.isoformat(), "count": share.count, "asked": share.asked, "share": round(share.share, 4)}


def _calibration_object(calibration: Calibration) -> dict[str, Any]:
    return asdict(calibration) | {"bins": [asdict(b) for b in calibration.bins]}
