"""The story of one application, from the interview to the status call; it stands in the README, too."""

from __future__ import annotations

from pathlib import Path

INTERVIEW = """\
2026-11-03
Grace Oyelaran
hiring manager
oh-yeh-LAH-ran
my small team
y
strong



the tour of the cold store
my certificate in logistics
y
"""


def gate(trainer, *arguments: str) -> dict:
    return trainer("may-i-call", "halden-foods", *arguments, "--json").json


def test_from_the_interview_to_the_status_call(trainer):
    # Tuesday: the interview. The form right after it makes the application.
    trainer.at("2026-11-03T15:30:00+00:00")
    ran = trainer(
        "application", "debrief", typed="Halden Foods\nstock planner\nRobin Castellano\n312 555 0147\n" + INTERVIEW
    )
    assert ran.code == 0, ran.err
    assert "halden-foods" in ran.out
    assert gate(trainer)["for"] == "thank-you"

    # The morning after: the thank-you goes out. May I call? With what was forgotten, yes; about the status, no.
    trainer.at("2026-11-04")
    assert trainer("log", "halden-foods", "--channel", "email", "--kind", "thank-you").code == 0
    status = gate(trainer, "--for", "status")
    assert (status["verdict"], status["earliest"], status["rules"][0]["id"]) == ("red", "2026-11-10", "E3-day-count")
    assert status["rules"][0]["article"] == "How to Effectively Follow Up After an Interview"

    # Three days of practice.
    for day in ("2026-11-04", "2026-11-05", "2026-11-06"):
        trainer.at(day)
        replies = "this is Robin, I wanted to add my certificate in logistics\nthank you\nthank you\nthank you\n"
        assert (
            trainer("practice", "new-information-missed-point", "--typed", "--mute", "--json", typed=replies).code == 0
        )

    # Call day: the card, the call, the log.
    trainer.at("2026-11-09")
    assert gate(trainer)["verdict"] == "green"
    assert "Grace Oyelaran (say oh-yeh-LAH-ran)" in trainer("card").out
    trainer("call-day", "--no-run-through")
    told = (
        "--reached",
        "Grace Oyelaran",
        "--connected",
        "--said",
        "we decide by the twelfth",
        "--promised",
        "2026-11-12",
    )
    logged = trainer("log", "halden-foods", *told, "--nerves", "4", "--json").json
    assert logged["touch"]["kind"] == "new-information"
    assert logged["gate"]["verdict"] == "red"

    # The gate follows their date.
    after = gate(trainer, "--for", "status")
    assert (after["verdict"], after["rules"][0]["id"]) == ("red", "E3-promised")
    assert after["earliest"] == "2026-11-16"  # the week's distance ends on that Monday

    # The date has passed: the status call, the card for it, the log.
    trainer.at("2026-11-16")
    now = gate(trainer)
    assert (now["verdict"], now["channel"]) == ("green", "phone")
    assert now["for"] in ("status", "new-information")
    assert gate(trainer, "--for", "status")["rules"][0]["id"] == "E3-promised"
    assert "they were to decide by Thu 12 Nov" in trainer("card", "--for", "status").out
    done = trainer("log", "halden-foods", "--reached", "Grace Oyelaran", "--invited", "2026-11-24", "--kind", "status")
    assert done.code == 0, done.err
    assert gate(trainer, "--for", "status")["rules"][0]["id"] == "E3-second-round"


def test_four_weeks_with_two_jobs_at_one_employer_and_one_elsewhere(trainer):
    for id, company in (("planner", "Halden Foods"), ("buyer", "HALDEN FOODS"), ("hale", "Hale and Sons")):
        file = trainer.write(f"{id}.yaml", f"id: {id}\ncompany: {company}\ninterviews: [{{on: 2026-11-03}}]\n")
        assert trainer("application", "add", "--file", file).code == 0
    rows = {row["id"]: row for row in trainer("application", "list", "--json").json}
    assert {row["state"] for row in rows.values()} == {"contact"}  # a thank-you is due to each

    trainer.at("2026-11-13")
    assert trainer("log", "planner", "--channel", "voicemail", "--kind", "status").code == 0
    rows = {row["id"]: row for row in trainer("application", "list", "--json").json}
    assert rows["buyer"]["state"] == rows["planner"]["state"] == "wait"
    assert rows["buyer"]["earliest"] == "2026-11-20"
    assert rows["hale"]["state"] == "contact"

    trainer.at("2026-11-20")
    assert trainer("log", "buyer", "--channel", "voicemail", "--kind", "status").code == 0
    rows = {row["id"]: row for row in trainer("application", "list", "--json").json}
    assert rows["planner"]["state"] == rows["buyer"]["state"] == "let-go"
    assert rows["hale"]["idle"] is True

    trainer.at("2026-11-25")
    assert trainer("log", "planner", "--by-them", "--reached", "Grace", "--promised", "2026-11-30").code == 0
    rows = {row["id"]: row for row in trainer("application", "list", "--json").json}
    assert (rows["planner"]["state"], rows["planner"]["earliest"]) == ("wait", "2026-12-01")
    assert rows["buyer"]["state"] == "let-go"


def test_a_debrief_in_which_nothing_new_is_said_adds_no_second_interview(trainer):
    trainer.at("2026-11-03T15:30:00+00:00")
    trainer("application", "debrief", typed="Halden Foods\nstock planner\nRobin Castellano\n312 555 0147\n" + INTERVIEW)
    trainer.at("2026-11-09T10:00:00+00:00")
    later = trainer("application", "debrief", typed="\n" * 5 + "the blue door" + "\n" * 5)
    assert later.code == 0, later.err
    assert "When was the interview [2026-11-03]" in later.err
    assert "the blue door" in trainer("card").out
    assert gate(trainer, "--for", "status")["earliest"] == "2026-11-10"


def test_the_readme_tells_what_the_gate_says(trainer):
    """The sentences of the story in the README are those that the gate prints."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    story = readme.split("## The story of one application", 1)[1].split("\n## ", 1)[0]
    trainer.at("2026-11-03T15:30:00+00:00")
    trainer("application", "debrief", typed="Halden Foods\nstock planner\nRobin Castellano\n312 555 0147\n" + INTERVIEW)
    trainer.at("2026-11-04T10:00:00+00:00")
    trainer("log", "halden-foods", "--channel", "email", "--kind", "thank-you")
    told = [trainer("may-i-call", "halden-foods", "--for", "status").out]
    trainer.at("2026-11-09T10:00:00+00:00")
    said = (
        "--reached",
        "Grace Oyelaran",
        "--connected",
        "--said",
        "we decide by the twelfth",
        "--promised",
        "2026-11-12",
    )
    trainer("log", "halden-foods", *said)
    trainer.at("2026-11-16T10:00:00+00:00")
    told.append(trainer("may-i-call", "--for", "status").out)
    lines = [line for out in told for line in out.splitlines() if line.startswith(("GREEN", "RED", "  "))]
    shown = [line for line in lines if line in story]
    assert [line for line in lines[:2] if line not in story] == []
    assert len(shown) >= 7
