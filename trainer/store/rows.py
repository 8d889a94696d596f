"""Values to rows and back. A take comes back from the disk equal to the one that was kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from trainer.core.history import Action, Logged, Rejudged
from trainer.core.ledger import Entry, Page
from trainer.core.session import Grade, PointGrade, Session, Take
from trainer.core.verdict import Evidence, Kind, PointVerdict, Verdict

if TYPE_CHECKING:
    from trainer.core.judging import Accepted

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SESSION = (
    "id, scenario, title, family, digest, application, level, seed, mode, started, place, ended, finished,"
    " scheduled, plan, nerves_before, nerves_after, aside"
)
TAKE = (
    "id, session, turn, number, kind, at, says, heard, said, verdict, evidence, grades, weight, obstacle, mood, engine,"
    " words, seconds, transcribe_ms, assisted, aside"
)
PAGE = "id, scenario, family, started, scheduled, plan, nerves_before, nerves_after, aside"
ENTRY = "session, number, id, turn, kind, at, said, grades, aside"
EVIDENCE = ("start", "end", "quote", "rule", "why", "likeness", "threshold")
ACTION = "id, at, place, kind, session, body, undone"


def marks(columns: str) -> str:
    """A question mark a column."""
    return ", ".join("?" * (columns.count(",") + 1))


def microseconds(moment: datetime) -> int:
    """Since 1970, in UTC."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def session_row(session: Session, place: int) -> tuple[Any, ...]:
    return tuple(
        _clean(value)
        for value in (
            session.id,
            session.scenario,
            session.title,
            session.family,
            session.digest,
            session.application,
            session.level,
            str(session.seed),
            session.mode,
            session.started.isoformat(),
            place,
            session.ended,
            session.finished.isoformat() if session.finished else None,
            int(session.scheduled),
            session.plan,
            session.nerves_before,
            session.nerves_after,
            int(session.aside),
        )
    )


def session_of(row: Sequence[Any], takes: tuple[Take, ...]) -> Session:
    return Session(
        id=row[0],
        scenario=row[1],
        title=row[2],
        family=row[3],
        digest=row[4],
        application=row[5],
        level=row[6],
        seed=int(row[7]),
        mode=row[8],
        started=datetime.fromisoformat(row[9]),
        takes=takes,
        ended=row[11],
        finished=datetime.fromisoformat(row[12]) if row[12] else None,
        scheduled=bool(row[13]),
        plan=row[14],
        nerves_before=row[15],
        nerves_after=row[16],
        aside=bool(row[17]),
    )


def take_row(take: Take) -> tuple[Any, ...]:
    return tuple(
        _clean(value)
        for value in (
            take.id,
            take.session,
            take.turn,
            take.number,
            take.kind,
            take.at.isoformat(),
            take.says,
            take.heard,
            take.said,
            _json(_verdict_json(take.verdict)),
            _json(_evidence_json(take.verdict)),
            _json([_grade_json(g) for g in take.grades]),
            take.weight,
            take.obstacle,
            take.mood,
            take.engine,
            _json(take.words),
            take.seconds,
            take.transcribe_ms,
            int(take.assisted),
            int(take.aside),
        )
    )


def takes_of(rows: Sequence[Sequence[Any]]) -> Iterable[Take]:
    """The takes of these rows. All verdicts are read in one go: that is what a long history spends its time on."""
    verdicts = json.loads("[" + ",".join([row[9] for row in rows]) + "]")
    moment = datetime.fromisoformat
    for row, verdict in zip(rows, verdicts, strict=True):
        yield Take(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            moment(row[5]),
            row[6],
            row[7],
            row[8],
            _verdict_of(verdict, row[10]),
            _grades(row[11]),
            row[12],
            row[13],
            row[14],
            row[15],
            () if row[16] == "[]" else tuple((w, a, b) for w, a, b in json.loads(row[16])),
            row[17],
            row[18],
            bool(row[19]),
            bool(row[20]),
        )


def entries_of(rows: Iterable[Sequence[Any]]) -> dict[str, list[Entry]]:
    """The entries of these rows by session, in the order of the takes."""
    found: dict[str, list[Entry]] = {}
    known: dict[str, tuple[PointGrade, ...]] = {}  # a history repeats the same few sets of grades
    moment = datetime.fromisoformat
    for session, number, id, turn, kind, at, said, written, aside in rows:
        grades = known.get(written)
        if grades is None:
            known[written] = grades = _grades(written)
        entry = Entry(number, id, turn, kind, moment(at), said, grades, aside == 1)
        if (of_session := found.get(session)) is None:
            found[session] = [entry]
        else:
            of_session.append(entry)
    for entries in found.values():
        entries.sort()  # by number, then by id
    return found


def page_of(row: Sequence[Any], entries: Sequence[Entry]) -> Page:
    id, scenario, family, started, scheduled, plan, nerves_before, nerves_after, aside = row
    return Page(
        id, scenario, family, datetime.fromisoformat(started), tuple(entries), bool(scheduled), plan, nerves_before,
        nerves_after, bool(aside),
    )  # fmt: skip


def action_row(action: Action) -> tuple[Any, ...]:
    body: dict[str, Any] = {}
    if action.turn is not None:
        body["turn"] = action.turn
    if action.take is not None:
        body["take"] = action.take
    if action.what is not None:
        body["what"] = action.what
    if (log := action.logged) is not None:
        body["logged"] = {**asdict(log), "on": log.on.isoformat()}
    if action.grade is not None:
        body["grade"] = _grade_json(action.grade)
    if (a := action.accepted) is not None:
        body["accepted"] = {"kind": a.kind, "point": a.point, "words": a.words, "counts": a.counts}
    if action.rejudged:
        body["rejudged"] = [
            {
                "take": r.take,
                "verdict": _verdict_json(r.verdict),
                "evidence": _evidence_json(r.verdict),
                "grades": [_grade_json(g) for g in r.grades],
            }
            for r in action.rejudged
        ]
    undone = action.undone.isoformat() if action.undone else None
    row = (action.id, action.at.isoformat(), action.place, action.kind, action.session, _json(body), undone)
    return tuple(_clean(value) for value in row)


def action_of(row: Sequence[Any]) -> Action:
    body = json.loads(row[5]) if row[5] != "{}" else {}
    return Action(
        id=row[0],
        at=datetime.fromisoformat(row[1]),
        place=row[2],
        kind=row[3],
        session=row[4],
        turn=body.get("turn"),
        take=body.get("take"),
        grade=_grade_of(body["grade"]) if "grade" in body else None,
        accepted=_accepted(body["accepted"]) if "accepted" in body else None,
        rejudged=tuple(
            Rejudged(
                r["take"],
                _verdict_of(r["verdict"], _json(r["evidence"])),
                tuple(_grade_of(g) for g in r["grades"]),
            )
            for r in body.get("rejudged", ())
        ),
        what=body.get("what"),
        logged=_logged_of(body["logged"]) if "logged" in body else None,
        undone=datetime.fromisoformat(row[6]) if row[6] else None,
    )


def _accepted(written: dict[str, Any]) -> Accepted:
    from trainer.core.judging import Accepted

    return Accepted(**written)


def _logged_of(written: dict[str, Any]) -> Logged:
    return Logged(**{**written, "on": date.fromisoformat(written["on"])})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _clean(value: Any) -> Any:
    """Without lone surrogates, which cannot be stored; one for one, so that places in the text still hold."""
    if isinstance(value, str) and not value.isascii():
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in value)
    return value


def _verdict_json(verdict: Verdict) -> list[Any]:
    def points(every: tuple[PointVerdict, ...]) -> list[Any]:
        return [[p.id, p.hit, p.confidence, p.unsure] for p in every]

    return [verdict.score, verdict.judge, verdict.milliseconds, points(verdict.key_points), points(verdict.donts)]


def _evidence_json(verdict: Verdict) -> list[Any]:
    points = (*verdict.key_points, *verdict.donts)
    return [
        [place, [getattr(p.evidence, name) for name in EVIDENCE] if p.evidence else None, p.spans]
        for place, p in enumerate(points)
        if p.evidence or p.spans
    ]


def _verdict_of(written: Sequence[Any], evidence: str) -> Verdict:
    score, judge, milliseconds, key_points, donts = written
    points = [_point("key_point", *p) for p in key_points] + [_point("dont", *p) for p in donts]
    if evidence != "[]":
        for place, carrying, spans in json.loads(evidence):
            p = points[place]
            carried = Evidence(*carrying) if carrying else None
            further = tuple([(a, b) for a, b in spans]) if spans else ()
            points[place] = PointVerdict(p.id, p.kind, p.hit, p.confidence, p.unsure, carried, further)
    count = len(key_points)
    return Verdict(tuple(points[:count]), tuple(points[count:]), score, judge, milliseconds)


@lru_cache(50_000)  # most points without evidence are alike, and looking one up is quicker than making it
def _point(kind: Kind, id: str, hit: bool, confidence: float, unsure: bool) -> PointVerdict:
    return PointVerdict(id, kind, hit, confidence, unsure)


def _grade_json(grade: PointGrade) -> dict[str, Any]:
    written = {"kind": grade.kind, "id": grade.id, "grade": int(grade.grade)}
    return written | {"overruled": True} if grade.overruled else written


def _grade_of(written: dict[str, Any]) -> PointGrade:
    return PointGrade(written["kind"], written["id"], Grade(written["grade"]), written.get("overruled", False))


@lru_cache(5_000)  # a history repeats the same few sets of grades
def _grades(written: str) -> tuple[PointGrade, ...]:
    return tuple(_grade_of(g) for g in json.loads(written))
