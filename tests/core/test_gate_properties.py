"""What holds of the gate whatever the facts: E3's promises, asked of thousands of made-up applications."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trainer.core.application import Application
from trainer.core.gate import HORIZON, PURPOSES, ask, rule_on
from trainer.core.gate_words import SOURCES
from trainer.core.known import known_on

BASE = date(2026, 11, 3)
COLOURS = ("green", "amber", "red")
KINDS = [
    "status",
    "new-information",
    "reply",
    "offer",
    "feedback",
    "keep-in-touch",
    "document",
    "answer",
    "ring",
    "connect-request",
    "other",
]


def day(low: int, high: int) -> st.SearchStrategy[str]:
    return st.integers(low, high).map(lambda n: (BASE + timedelta(days=n)).isoformat())


def touch(kinds: list[str], *, by: tuple[str, ...] = ("me", "them"), talked: bool = True) -> st.SearchStrategy[dict]:
    talk = st.booleans() if talked else st.just(False)
    return st.fixed_dictionaries(
        {
            "on": day(-5, 45),
            "by": st.sampled_from(by),
            "channel": st.sampled_from(["phone", "voicemail", "email", "linkedin", None]),
            "kind": st.sampled_from(kinds),
            "contact": st.sampled_from(["Grace Oyelaran", None]),
            "answered": talk,
            "connected": talk,
        }
    )


def applications(*, reply_by: bool = True) -> st.SearchStrategy[dict]:
    promised = day(0, 40)
    return st.fixed_dictionaries(
        {
            "company": st.just("Halden Foods"),
            "contacts": st.sampled_from(
                [
                    [],
                    [{"name": "Grace Oyelaran", "rapport": "strong"}],
                    [{"name": "Grace Oyelaran", "phone": "1", "number_kind": "personal"}],
                ]
            ),
            "interviews": st.lists(st.fixed_dictionaries({"on": day(0, 30)}), max_size=2),
            "reply_by": st.none() | day(0, 30) if reply_by else st.none(),
            "delay": st.none() | st.fixed_dictionaries({"told_on": day(1, 20), "until": st.none() | day(5, 40)}),
            "preferred_channel": st.sampled_from([None, None, "phone", "email"]),
            "instructions": st.sampled_from([[], [], ["no-calls"], ["call-me"]]),
            "touches": st.lists(touch([*KINDS, "thank-you"]), max_size=5),
            "offer": st.none() | st.fixed_dictionaries({"expires": st.none() | day(3, 30)}),
            "outcome": st.none()
            | st.fixed_dictionaries(
                {"kind": st.sampled_from(["rejected", "withdrawn", "moved_on", "hired"]), "on": day(1, 40)}
            ),
            "fact": st.sampled_from([None, "a certificate"]),
            "holidays": st.lists(day(0, 40), max_size=3),
        }
    ).flatmap(lambda a: promised.map(lambda p: {**a, "promised_by": _late_enough(a, p)}) | st.just(a))


def _late_enough(a: dict, promised: str) -> str:
    return max([promised, *(i["on"] for i in a["interviews"])])


def made(facts: dict) -> Application:
    return Application.model_validate(facts)


asked_days = st.integers(0, 70).map(lambda n: BASE + timedelta(days=n))
purposes = st.sampled_from(PURPOSES)
many = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


@given(applications(), asked_days, purposes)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_earliest_is_the_first_day_that_is_not_red_when_asked_day_by_day(facts, day, purpose):
    application = made(facts)
    answer = ask(application, day, purpose)
    days = (day + timedelta(days=n) for n in range(HORIZON + 1))
    first = next((d for d in days if ask_verdict(application, d, purpose) != "red"), None)
    assert answer.earliest == first


def ask_verdict(application: Application, day: date, purpose: str) -> str:
    return rule_on(purpose, known_on(application, day)).verdict


@given(applications(reply_by=False), touch(KINDS, by=("me",), talked=False), asked_days, purposes)
@many
def test_one_more_unanswered_contact_never_opens_anything(facts, more, day, purpose):
    before = ask(made(facts), day, purpose).verdict
    after = ask(made({**facts, "touches": [*facts["touches"], more]}), day, purpose).verdict
    assert COLOURS.index(after) >= COLOURS.index(before)


@given(applications(), asked_days, purposes | st.none())
@many
def test_every_verdict_names_its_rules_and_what_would_change_it(facts, day, purpose):
    answer = ask(made(facts), day, purpose)
    assert answer.rules
    assert not answer.rules[0].overruled
    assert answer.would_change
    assert {r.id for r in answer.rules} <= set(SOURCES)
    assert all(r.says and r.article for r in answer.rules)
    assert (answer.verdict == "red") == (answer.channel == "none")
    assert answer.verdict != "green" or answer.channel == "phone"


@given(applications(), asked_days, purposes)
@many
def test_a_later_day_turns_green_to_red_only_by_a_rule_that_says_so(facts, day, purpose):
    application = made(facts)
    now, later = ask(application, day, purpose), ask(application, day + timedelta(days=1), purpose)
    if now.verdict == "green" and later.verdict == "red":
        may = {"E3-ended", "E3-business-day", "E3-reply-by", "E3-offer", "E3-promised", "E3-delay", "E3-stop", "E3-closing",
               "E3-spacing", "E3-second-round", "E3-thank-you", "E3-after-no", "E3-day-count"}  # fmt: skip
        assert later.rules[0].id in may
        if later.rules[0].id == "E3-day-count":  # a new round has begun on that day
            assert any(i.on == later.day for i in application.interviews)


@given(applications(), asked_days)
@many
def test_without_a_purpose_no_supported_purpose_is_better(facts, day):
    application = made(facts)
    best = ask(application, day)
    assert COLOURS.index(best.verdict) <= COLOURS.index(ask(application, day, "status").verdict)


@given(applications(), asked_days, purposes)
@many
def test_no_calls_never_leaves_a_call(facts, day, purpose):
    assert ask(made({**facts, "instructions": ["no-calls"]}), day, purpose).channel != "phone"
