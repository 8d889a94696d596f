"""What a call taught: nothing is held against anyone that was said a moment before."""

from __future__ import annotations

from datetime import UTC, datetime

from trainer.core.debrief import debrief
from trainer.core.scenario import Scenario
from trainer.core.session import Session, Take, TakeKind
from trainer.core.verdict import PointVerdict, Verdict

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
CALL = Scenario.model_validate(
    {
        "id": "x",
        "title": "X",
        "turns": [
            {
                "id": "idea",
                "says": "What is it?",
                "key_points": [{"id": "name_it", "label": "Say what it is"}, {"id": "offer", "label": "Offer it"}],
                "donts": [{"id": "rude", "label": "Be short"}],
            },
            {
                "id": "close",
                "says": "Well then.",
                "key_points": [
                    {"id": "name_it", "label": "Say what it is", "must": True},
                    {"id": "bye", "label": "Bye"},
                ],
            },
        ],
    }
)


def take(turn: str, *hits: str, kind: TakeKind = "first") -> Take:
    written = CALL.turn(turn)
    assert written
    verdict = Verdict(
        tuple(PointVerdict(p.id, "key_point", p.id in hits, 0.9) for p in written.key_points),
        tuple(PointVerdict(d.id, "dont", d.id in hits, 0.9) for d in written.donts),
        50,
        "test",
    )
    return Take(f"{turn}{kind}", "s", turn, 1, kind, NOON, written.says.of("neutral")[0], "", "", verdict)


def work(*takes: Take) -> list[str]:
    session = Session("s", "x", "X", "x", "d", "sample", "normal", 1, "typed", NOON, takes)
    return [row.point.id for row in debrief(session, CALL).things]


def test_what_was_said_before_being_asked_again_is_not_missed() -> None:
    assert work(take("idea", "name_it"), take("idea", "offer", kind="again")) == []
    assert work(take("idea"), take("idea", "offer", kind="again")) == ["name_it"]


def test_a_dont_stays_committed_when_the_second_reply_is_clean() -> None:
    assert work(take("idea", "name_it", "rude"), take("idea", "offer", kind="again")) == ["rude"]


def test_a_retake_stands_alone() -> None:
    assert work(take("idea", "name_it", "rude"), take("idea", "offer", kind="retake")) == ["name_it"]


def test_what_was_said_elsewhere_in_the_call_is_worked_on_last() -> None:
    assert work(take("idea", "name_it"), take("close")) == ["offer", "bye", "name_it"]
