"""The gate on dated cases that a career adviser can read: tests/data/gate, both sides of every boundary of E3."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from trainer.core.application import Application
from trainer.core.gate import ask
from trainer.core.gate_words import SOURCES
from trainer.core.sources import ARTICLES, OURS

from .plain_yaml import read

FOLDER = Path(__file__).parent.parent / "data" / "gate"
FILES = sorted(FOLDER.glob("*.yaml"))


def cases() -> list[Any]:
    found = []
    for path in FILES:
        data = read(path)
        for row in data["asked"]:
            named = f"{path.stem}-{row['on']}-{row.get('for', 'any')}"
            found.append(pytest.param(data, row, id=named))
    return found


@pytest.mark.parametrize(("data", "row"), cases())
def test_dated_case(data, row):
    application = Application.model_validate(data["application"])
    siblings = [Application.model_validate(s) for s in data.get("siblings", [])]
    answer = ask(application, row["on"], row.get("for"), siblings=siblings)
    rules = [r.id for r in answer.rules if not r.overruled]
    assert answer.verdict == row["verdict"], rules
    assert answer.rules[0].id == row["rule"]
    assert answer.earliest == (row["earliest"] if answer.verdict == "red" else row["on"])
    if "channel" in row:
        assert answer.channel == row["channel"]
    if "for_is" in row:
        assert answer.purpose == row["for_is"]
    beaten = " ".join(r.says for r in answer.rules if r.overruled)
    for words in row.get("overruled", []):
        assert words in beaten
    assert set(row.get("also", [])) <= set(rules)
    assert not set(row.get("not", [])) & set(rules)
    assert all(r.article in (*ARTICLES.values(), OURS) for r in answer.rules)


def test_every_rule_decides_some_case():
    decided = {row.values[1]["rule"] for row in cases()} | {"E3-hours", "E3-overdue"}
    assert decided == set(SOURCES)


APPLICATION = Application.model_validate({"company": "Halden Foods", "interviews": [{"on": "2026-11-03"}]})


@pytest.mark.parametrize(
    ("at", "verdict", "earliest"),
    [
        (time(7, 0), "green", date(2026, 11, 13)),
        (time(12, 0), "green", date(2026, 11, 13)),
        (time(16, 59), "green", date(2026, 11, 13)),
        (time(17, 0), "red", date(2026, 11, 16)),
        (time(23, 0), "red", date(2026, 11, 16)),
    ],
)
def test_after_closing_today_is_over(at, verdict, earliest):
    answer = ask(APPLICATION, date(2026, 11, 13), "status", at=at)
    assert (answer.verdict, answer.earliest) == (verdict, earliest)
    assert (answer.rules[0].id == "E3-hours") == (verdict == "red")


def test_before_opening_the_hour_is_named():
    answer = ask(APPLICATION, date(2026, 11, 13), "status", at=time(7, 0))
    assert "E3-hours" in [r.id for r in answer.rules]


def test_without_a_purpose_green_comes_before_amber_and_red():
    application = Application.model_validate(
        {
            "company": "Halden Foods",
            "interviews": [{"on": "2026-11-03"}],
            "offer": {"expires": "2026-11-20"},
            "fact": "a new certificate",
            "reply_by": "2026-11-20",
        }
    )
    assert ask(application, date(2026, 11, 4)).purpose == "offer"  # offer, reply and new information are green
    told = application.model_copy(update={"offer": None})
    assert ask(told, date(2026, 11, 4)).purpose == "reply"


def test_a_late_thank_you_names_the_contact_that_it_goes_into():
    green = ask(APPLICATION, date(2026, 11, 13), "thank-you")
    assert (green.verdict, green.into, green.rules[0].id) == ("green", "status", "E3-thank-you")
    assert green.rules[0].says.endswith("put it into a contact about the status.")
    news = ask(APPLICATION.model_copy(update={"fact": "x"}), date(2026, 11, 9), "thank-you")
    assert (news.verdict, news.into) == ("green", "new-information")
    waiting = ask(APPLICATION, date(2026, 11, 7), "thank-you")
    assert (waiting.verdict, waiting.into) == ("red", "status")
    assert waiting.rules[0].says.endswith("put it into your next contact.")
    mail = ask(APPLICATION.model_copy(update={"preferred_channel": "email"}), date(2026, 11, 13), "thank-you")
    assert (mail.channel, mail.into) == ("email", "status")
    assert ask(APPLICATION, date(2026, 11, 4), "thank-you").into is None


@pytest.mark.parametrize(
    ("facts", "purpose", "named"),
    [
        ({"interviews": ()}, "status", "interviews: on"),
        ({}, "reply", "reply_by"),
        ({}, "offer", "offer: expires"),
        ({"outcome": {"kind": "rejected"}}, "feedback", "outcome: on"),
        ({"contacts": [{"name": "Jo", "phone": "1", "number_kind": "personal"}]}, "status", "contacts: phone"),
    ],
)
def test_what_is_not_on_file_is_named(facts, purpose, named):
    application = Application.model_validate({**APPLICATION.model_dump(by_alias=True), **facts})
    answer = ask(application, date(2026, 11, 13), purpose)
    assert answer.rules[0].id == "E3-unknown"
    assert named in answer.would_change[0]


def test_a_date_of_another_year_is_said_with_its_year():
    ahead = Application.model_validate({"company": "Halden Foods", "interviews": [{"on": "2027-11-24"}]})
    assert "on Wednesday, 24 November 2027:" in ask(ahead, date(2026, 12, 1)).rules[0].says
    assert "on Wednesday, 24 November:" in ask(ahead, date(2027, 1, 4)).rules[0].says
    promised = APPLICATION.model_copy(update={"promised_by": date(2026, 12, 30)})
    assert "Wednesday, 30 December, has" in ask(promised, date(2026, 12, 31), "status").rules[0].says
    assert "Wednesday, 30 December 2026, has" in ask(promised, date(2027, 1, 4), "status").rules[0].says


@pytest.mark.parametrize("day", [date(2026, 12, 25), date(2027, 1, 1)])
def test_a_call_on_a_day_off_almost_everywhere_says_so_where_no_holidays_are_on_file(day):
    said = [r.says for r in ask(APPLICATION, day, "status").rules if r.id == "E3-business-day"]
    assert len(said) == 1
    assert "add it to holidays" in said[0]
    known = APPLICATION.model_copy(update={"holidays": (date(2026, 12, 28),)})
    for answer in (ask(known, day, "status"), ask(APPLICATION, day + timedelta(days=3), "status")):
        assert answer.verdict == "green"
        assert "E3-business-day" not in [r.id for r in answer.rules]


def test_a_thousand_questions_a_second():
    from time import perf_counter

    touches = [{"on": f"2026-11-{d:02}", "kind": "status"} for d in (4, 5, 13, 20)]
    application = Application.model_validate(
        {"company": "Halden Foods", "fact": "x", "interviews": [{"on": "2026-11-03"}], "touches": touches}
    )
    began = perf_counter()
    for n in range(300):
        ask(application, date.fromordinal(date(2026, 11, 3).toordinal() + n % 40))
    assert perf_counter() - began < 300 / 1000 * 4  # four times as slow as asked for fails even on a busy machine
