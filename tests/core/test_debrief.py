"""What a call taught: nothing is held against anyone that was said a moment before."""

from __future__ import annotations

from datetime import UTC, datetime

from trainer.core.call import Ended
from trainer.core.debrief import Debrief, debrief
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


def take(turn: str, *hits: str, kind: TakeKind = "first", unsure: tuple[str, ...] = (), said: str = "") -> Take:
    written = CALL.turn(turn)
    assert written
    verdict = Verdict(
        tuple(PointVerdict(p.id, "key_point", p.id in hits, 0.9, p.id in unsure) for p in written.key_points),
        tuple(PointVerdict(d.id, "dont", d.id in hits, 0.9, d.id in unsure) for d in written.donts),
        50,
        "test",
    )
    return Take(f"{turn}{kind}", "s", turn, 1, kind, NOON, written.says.of("neutral")[0], said, said, verdict)


def lesson(*takes: Take, ended: Ended | None = None) -> Debrief:
    return debrief(Session("s", "x", "X", "x", "d", "sample", "normal", 1, "typed", NOON, takes, ended), CALL)


def work(*takes: Take) -> list[str]:
    return [row.point.id for row in lesson(*takes).things]


def test_what_was_said_before_being_asked_again_is_not_missed() -> None:
    assert work(take("idea", "name_it", "offer"), take("idea", kind="again")) == []
    assert work(take("idea", "name_it"), take("idea", kind="again")) == ["offer"]


def test_what_was_said_only_on_being_asked_again_is_worked_on_last() -> None:
    assert work(take("idea", "name_it"), take("idea", "offer", kind="again")) == ["offer"]
    assert work(take("idea"), take("idea", "name_it", kind="again")) == ["offer", "name_it"]


def test_a_dont_stays_committed_when_the_second_reply_is_clean() -> None:
    assert work(take("idea", "name_it", "rude"), take("idea", "offer", kind="again")) == ["rude", "offer"]


def test_a_retake_stands_alone() -> None:
    assert work(take("idea", "name_it", "rude"), take("idea", "offer", kind="retake")) == ["name_it"]


def test_what_was_said_elsewhere_in_the_call_is_worked_on_last() -> None:
    assert work(take("idea", "name_it"), take("close")) == ["offer", "bye", "name_it"]


def test_what_is_not_sure_is_worked_on_after_what_was_missed() -> None:
    assert work(take("idea", "name_it", unsure=("name_it", "rude"))) == ["offer", "rude", "name_it"]


def test_what_is_praised_and_to_be_worked_on_names_its_replies() -> None:
    taught = lesson(take("idea", "name_it", "offer"), take("close", "bye"))
    assert (taught.went_well, taught.work_on) == ("Say what it is (idea).", "say what it is (close).")
    assert [row.label for row in taught.things] == ["Say what it is (close)"]


def test_what_was_said_only_on_being_asked_again_is_told_so() -> None:
    taught = lesson(take("idea"), take("idea", "name_it", kind="again"))
    assert taught.went_well == "Say what it is."
    late = "Say what it is (you said it when asked again; say it the first time)"
    assert [row.label for row in taught.things] == ["Offer it", late]


def test_the_words_were_all_there_only_where_nothing_was_missed_or_is_open() -> None:
    all_there = "nothing that was missed: the words were all there."
    assert lesson(take("idea", "name_it", "offer")).work_on == all_there
    assert lesson(take("idea", "name_it", "offer", unsure=("offer",))).work_on == "make this plainer: offer it."
    open_dont = lesson(take("idea", "name_it", "offer", unsure=("rude",)))
    assert (open_dont.work_on, open_dont.challenge) == ("perhaps leave out: be short.", "once more, without that.")


def test_a_call_that_was_hung_up_is_not_told_to_have_been_stayed_in() -> None:
    assert lesson(take("idea", said="Hi"), ended="hung_up").went_well == "you made the call and spoke."
    assert lesson(take("idea"), ended="hung_up").went_well == "you made the call."
    assert lesson(take("idea"), ended="complete").went_well == "you made the call and stayed on the line."
