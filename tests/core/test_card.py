"""The cue card speaks of the learner's own call, and of nothing that a script made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from trainer.core.application import Application, Purpose, values
from trainer.core.card import COLUMNS, LINES, CardLine, as_far_as_known, card, lines_of
from trainer.core.scenario import Scenario
from trainer.core.session import DRILL, Session, Take
from trainer.core.verdict import Evidence, PointVerdict, Verdict

TODAY = date(2026, 11, 9)
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
OURS = Application.model_validate(
    {
        "id": "gruen",
        "company": "Grünwald & Söhne",
        "role": "Prüfingenieurin",
        "me": {"name": "Anna-Lena O'Brien", "phone": "312 555 0147"},
        "contacts": [{"name": "Dr. Jörg Weiß", "role": "Leiter Qualität"}],
        "interviews": [{"on": "2026-11-03", "with": ["Dr. Jörg Weiß"]}],
        "moment": "the test bench",
        "fact": "passed the auditor course",
    }
)
NAME = {"id": "say_name", "label": "Say your name", "fact": "me.name", "better": "This is {me.name}."}


def call(*points: dict[str, Any], obstacles: list[dict[str, Any]] | None = None) -> Scenario:
    turn = {"id": "desk", "says": "Yes?", "key_points": list(points), "obstacles": obstacles or []}
    cast = {"desk": {"name": "Rosa Linde"}}
    return Scenario.model_validate({"id": "x", "title": "X", "cast": cast, "turns": [turn]})


def point(*wordings: str, label: str = "Say it", **more: Any) -> dict[str, Any]:
    return {"id": "it", "label": label, "better": wordings[0], "examples": list(wordings[1:]), **more}


def made(
    scenario: Scenario, *sessions: Session, application: Application = OURS, purpose: Purpose = "status"
) -> tuple[CardLine, ...]:
    known = as_far_as_known(scenario, values(application, TODAY))
    return card(application, TODAY, [known], sessions, purpose)


def say(scenario: Scenario, *sessions: Session, **more: Any) -> list[str]:
    return [line.text for line in made(scenario, *sessions, **more) if line.part == "say"]


def practised(said: str, *, application: str = "gruen", hit: bool = True) -> Session:
    shown = Evidence(0, len(said), said, "words", "its words", 0.9, 0.5)
    verdict = PointVerdict("it", "key_point", hit, 0.9, evidence=shown if hit else None)
    take = Take("t", "s", "desk", 1, "first", NOON, "Yes?", said, said, Verdict((verdict,), (), 80, "test"))
    return Session("s", "x", "X", "x", "", application, "normal", 1, "typed", NOON, (take,))


@pytest.mark.parametrize(
    "wording",
    [
        "Hello Rosa, this is {me.name}.",
        "thank you, Ms Linde",
        "is Patrick there",
        "The twentieth, I've noted it.",
        "Thursday at ten, I've written it down.",
        "by Monday noon",
        "I can work Saturdays",
        "I'll write to you in February",
        "it's from the first of May",
        "I could give you two references",
        "see you tomorrow",
        "at half past eight, then",
        "I was in last week",
        "you find it on page 12",
        "{second.name} knows me",
    ],
)
def test_a_wording_that_names_what_the_script_made_up_is_not_quoted(wording):
    assert say(call(point(wording))) == ["  Say it"]
    assert say(call(point(wording, "{me.name} here"))) == ["  Say it: “Anna-Lena O'Brien here”"]


@pytest.mark.parametrize(
    "wording",
    [
        "We met on {interview.on}.",
        "you're my first choice",
        "May I ask for one thing?",
        "may I connect with you on LinkedIn",
        "Could I speak to {contact.name}, please?",
        "I'm sure. I'd like that, and I'd love to.",
        "Is Dr. Weiß there?",  # written out, and true
    ],
)
def test_a_wording_that_is_true_of_the_application_is_quoted(wording):
    (line,) = say(call(point(wording)))
    assert line.startswith("  Say it: “")


def test_a_label_is_told_without_what_the_script_made_up():
    assert say(call(point("so be it", label="Say back the day, the twentieth"))) == ["  Say back the day: “so be it”"]
    assert say(call(point("thanks", label="Thank Rosa"))) == []
    assert say(call(point("thanks", label="Ask for two minutes"))) == ["  Ask for two minutes: “thanks”"]


@pytest.mark.parametrize(
    ("promised", "told"),
    [
        (TODAY, "they decide by Mon 9 Nov"),
        (date(2026, 11, 8), "they were to decide by Sun 8 Nov"),
        (date(2027, 1, 8), "they decide by Fri 8 Jan 2027"),
    ],
)
def test_their_date_is_told_as_passed_once_it_has_and_with_another_year(promised, told):
    lines = lines_of(made(call(NAME), application=OURS.model_copy(update={"promised_by": promised})))
    assert f"Prüfingenieurin · interview Tue 3 Nov · {told}" in lines


def test_a_wording_is_never_cut():
    long = "I would be very glad to hear from you about it whenever it suits you"
    assert say(call(point(long, "please ring me", label="Ask them to ring you back"))) == [
        "  Ask them to ring you back: “please ring me”"
    ]
    assert say(call(point(long, long, label="Ask them to ring you back"))) == ["  Ask them to ring you back"]


def test_a_long_label_is_broken_between_words():
    label = "Say that you would rather hear it by telephone than have to wait for a letter of theirs"
    lines = lines_of(made(call(point("x" * 80, label=label))))
    assert "  Say that you would rather hear it by telephone than have to wait for a letter" in lines
    assert "    of theirs" in lines
    narrow = lines_of(made(call(point("x" * 80, label=label))), columns=40)
    assert max(len(line) for line in narrow) <= 40
    assert label in " ".join(" ".join(narrow).split())


def test_the_name_comes_first_also_before_what_was_missed():
    lines = say(call(point("so be it", must=True, weight=3), NAME), practised("hello", hit=False))
    assert lines == ["  Say your name: “This is Anna-Lena O'Brien.”", "! Say it: “so be it”"]


def test_news_that_is_the_reason_for_the_call_is_said_after_the_name():
    scenario = call(point("so be it", must=True), NAME)
    assert say(scenario, purpose="new-information")[1] == "  New: passed the auditor course"
    told = lines_of(made(scenario, purpose="new-information"))
    assert sum("auditor course" in line for line in told) == 1
    assert "New: passed the auditor course" in lines_of(made(scenario, purpose="status"))


def test_a_point_about_the_news_is_the_news():
    news = point("In short, I {fact}.", label="Tell them the news: {fact}", fact="fact")
    assert say(call(point("so be it") | {"id": "other"}, news), purpose="new-information") == [
        "  Tell them the news: passed the auditor course",
        "  Say it: “so be it”",
    ]


@pytest.mark.parametrize(
    ("said", "is_quoted"),
    [
        ("this is Anna-Lena O'Brien", True),
        ("my number is three one two five five five oh one four seven", True),
        ("we met on Tuesday the third of November", True),
        ("good morning rosa, it's me", False),
        ("Thursday at ten, I have noted it", False),
        ("my number is 312 555 0199", False),
    ],
)
def test_own_words_are_quoted_where_they_are_true(said, is_quoted):
    assert any(said in line for line in say(call(point("so be it")), practised(said))) == is_quoted


def test_words_for_another_job_are_not_quoted():
    assert say(call(point("so be it")), practised("this is Robin", application="sample")) == ["  Say it: “so be it”"]


def test_somebody_elses_words_in_a_drill_are_not_quoted():
    drill = replace(practised("this is Anna-Lena O'Brien"), plan=DRILL)
    assert say(call(point("so be it")), drill) == ["  Say it: “so be it”"]


def test_they_say_nothing_that_only_the_script_knows():
    told = {"id": "busy", "says": ["Rosa here, she's out.", "She's out."], "response": "Ask when she'll be back."}
    asks = {"id": "ten", "says": "Are you here for it?", "response": "'Not your ten o'clock, Rosa.'"}
    rows = [line.text for line in made(call(point("so be it"), obstacles=[told, asks])) if line.part == "if"]
    assert rows == ["  “She's out.”\n    → Ask when she'll be back."]


def test_the_card_fits_whatever_the_learner_wrote():
    long = "a very long tale of the interview, " * 100
    application = OURS.model_copy(update={"company": "Ö" * 200, "role": long[:390], "moment": long, "fact": "三" * 900})
    points = [point("so be it", label=f"Say what is number {'so ' * 20}{n}") | {"id": f"p{n}"} for n in range(12)]
    busy = [{"id": f"o{n}", "says": "She's out.", "response": "Ask again."} for n in range(5)]
    lines = lines_of(made(call(NAME, *points, obstacles=busy), application=application, purpose="new-information"))
    assert len(lines) <= LINES
    assert max(len(line) for line in lines) <= COLUMNS
    assert any(line.startswith("  Say your name") for line in lines)
    assert any("→" in line for line in lines)
