"""Readiness: a band and its basis, never from too few takes, held down for parrots."""

from __future__ import annotations

from datetime import timedelta

from tests.schedule.made import AGAIN, DAY, GOOD, START, card, days, session, take
from trainer.core.readiness import CAP, band, readiness, retention_cost
from trainer.core.session import Grade, Session

MODEL = "Good morning, this is Robin Castellano about the stock planner interview on Tuesday."
OWN = (
    "hi it's Robin, I came in on Tuesday for the planner job",
    "my name is Robin Castellano and we talked about planning stock this week",
    "afternoon, Robin here, I was the one you showed round the cold store",
)


def played(*said: str, grade: Grade = GOOD) -> list[Session]:
    return [
        session(take("desk", at=START + timedelta(hours=n), said=words, name=grade), id=f"s{n}")
        for n, words in enumerate(said)
    ]


KNOWN = {"voicemail/name": card("voicemail/name", stability=100.0)}
MODELS = {"voicemail/desk": MODEL}


def ready(sessions: list[Session], **more: object):  # type: ignore[no-untyped-def]
    return readiness("voicemail", sessions, KNOWN, {"voicemail/name"}, DAY + days(1), MODELS, **more)  # type: ignore[arg-type]


def test_five_takes_are_not_enough() -> None:
    few = ready(played(*OWN, *OWN[:2]))
    assert (few.share, few.band) == (None, "not enough takes yet")
    assert few.basis == "not enough takes yet: 5 of 6 takes"


def test_the_basis_names_the_takes() -> None:
    made = ready(played(*OWN, *OWN, *OWN))
    assert made.basis == "10 in 10; from 9 takes"
    assert made.band == "ready"


def test_retakes_and_what_is_set_aside_do_not_add_up() -> None:
    more = [session(take(kind="retake", name=GOOD)), session(take(name=GOOD), scheduled=False)]
    assert ready(played(*OWN, *OWN[:2]) + more).share is None


def test_somebody_elses_words_are_no_takes() -> None:
    drills = [session(take(dont_rude=GOOD), plan="drill", id=f"d{n}") for n in range(6)]
    assert ready(drills).basis == "not enough takes yet: 0 of 6 takes"


def test_it_goes_down_with_what_was_missed_lately() -> None:
    assert ready(played(*OWN) + played(*OWN, grade=AGAIN)).share == 0.5


def test_the_model_answer_said_back_caps_readiness() -> None:
    parrot = ready(played(*([MODEL] * 7)))
    assert parrot.parrot
    assert parrot.share == CAP
    assert "words of your own" in parrot.basis


def test_two_wordings_of_their_own_lift_the_cap() -> None:
    assert ready(played(OWN[0], *([MODEL] * 6))).parrot
    assert not ready(played(*OWN[:2], *([MODEL] * 6))).parrot
    assert ready(played(OWN[0], OWN[0], *([MODEL] * 6))).parrot  # one wording said twice is one


def test_bands_cover_every_share() -> None:
    assert [band(s) for s in (0, 0.34, 0.35, 0.6, 0.85, 1)] == [
        "early days", "early days", "getting there", "nearly there", "ready", "ready",
    ]  # fmt: skip


def test_what_retention_costs_is_said_in_plain_words() -> None:
    assert "times as often" in retention_cost(0.95)
    assert "less often" in retention_cost(0.80)
    assert "90 in 100" in retention_cost(0.90)
