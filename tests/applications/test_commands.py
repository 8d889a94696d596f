"""The commands around the real call, as a learner uses them."""

from __future__ import annotations

import os
import re

import pytest

from trainer.commands.today import items
from trainer.core.share import read_answer, redacted
from trainer.errors import TrainerError
from trainer.wiring import App

HALDEN = """\
id: halden
company: Halden Foods
role: stock planner
me: {name: Robin Castellano, phone: "312 555 0147"}
contacts: [{name: Grace Oyelaran, role: hiring manager, says_as: oh-yeh-LAH-ran, phone: "312 555 0100", number_kind: business, decides: true}, {name: Tom Brandt}, {name: Ines Duarte}]
interviews: [{on: 2026-11-03, with: [Grace Oyelaran]}]
moment: the tour of the cold store
fact: moved 12,000 items to a new stock system
"""


@pytest.fixture
def halden(trainer):
    assert trainer("application", "add", "--file", trainer.write("halden.yaml", HALDEN)).code == 0
    return trainer


def edited(trainer, script: str):
    editor = trainer.write("editor.sh", f"#!/bin/sh\n{script}\n")
    trainer.patch.setenv("EDITOR", f"sh {editor}")
    return trainer("application", "edit", "halden")


@pytest.mark.parametrize("script", ["exit 3", ': > "$1"', 'echo "company: [" > "$1"', 'rm "$1"'])
def test_an_editor_that_goes_wrong_leaves_the_old_file(halden, script):
    before = (halden.home / "applications" / "halden.yaml").read_bytes()
    ran = edited(halden, script)
    assert (ran.code, ran.out) == (1, "")
    assert "halden" in ran.err
    assert (halden.home / "applications" / "halden.yaml").read_bytes() == before


def test_an_edit_is_kept_and_the_old_file_too(halden):
    assert edited(halden, 'sed -i "s/stock planner/buyer/" "$1"').code == 0
    assert "buyer" in (halden.home / "applications" / "halden.yaml").read_text()
    assert "stock planner" in (halden.home / "applications" / "halden.yaml.bak").read_text()


def test_a_bad_edit_is_kept_aside(halden):
    ran = edited(halden, 'sed -i "s/role:/rol:/" "$1"')
    assert 'unknown key "rol"' in ran.err
    assert "rol:" in (halden.home / "applications" / "halden.yaml.edited").read_text()
    assert "edit halden goes on with what you typed" in ran.err
    assert edited(halden, 'sed -i "s/rol: .*/role: buyer/" "$1"').code == 0
    assert "role: buyer" in (halden.home / "applications" / "halden.yaml").read_text()
    assert not (halden.home / "applications" / "halden.yaml.edited").exists()


@pytest.mark.parametrize("editor", ["sh -c 'exit 3'", "/no/such/editor"])
def test_what_an_edit_left_aside_outlives_an_editor_that_fails(halden, editor):
    edited(halden, 'sed -i "s/role:/rol:/" "$1"')
    halden.patch.setenv("EDITOR", editor)
    ran = halden("application", "edit", "halden")
    assert (ran.code, ran.out) == (1, "")
    assert "edit halden goes on with what you typed" in ran.err
    assert "rol:" in (halden.home / "applications" / "halden.yaml.edited").read_text()


def test_an_edit_left_aside_does_not_undo_what_came_in_since(halden):
    edited(halden, 'sed -i "s/role:/rol:/" "$1"')
    aside, file = (halden.home / "applications" / f"halden.yaml{end}" for end in (".edited", ""))
    assert halden("log", "halden", "--channel", "email", "--kind", "thank-you").code == 0
    os.utime(file, (aside.stat().st_mtime + 5,) * 2)
    assert edited(halden, 'sed -i "s/stock planner/buyer/" "$1"').code == 0
    assert "thank-you" in file.read_text()


def test_an_edit_that_changes_the_id_is_kept_aside_and_removed_with_the_job(halden):
    ran = edited(halden, 'sed -i "s/id: halden/id: hale/" "$1"')
    assert (ran.code, ran.out) == (1, "")
    assert "an id stays as it was given" in ran.err
    assert "goes on with what you typed, kept in" in ran.err
    assert "id: hale\n" in (halden.home / "applications" / "halden.yaml.edited").read_text()
    assert halden("application", "remove", "halden", "--yes").code == 0
    assert list((halden.home / "applications").iterdir()) == []


def test_what_is_passed_over_is_said_once(trainer, capsys):
    trainer("application", "add", "--file", trainer.write("hale.yaml", "company: Hale\nme: {name: Jo Doe}\n"))
    app = App()
    assert items(app) == items(app) == ()
    said = capsys.readouterr().err
    assert said.count("are passed over") == 1
    assert "me.name" not in said


def test_questions_in_a_pipe(trainer):
    ran = trainer("application", "add", typed="Hale and Sons\nbuyer\nRobin\n555 0142\n")
    assert ran.code == 0
    assert trainer("application", "list", "--json").json[0]["id"] == "hale-and-sons"
    assert trainer("application", "add", typed="").code == 1


def test_what_is_left_empty_is_named_with_the_next_step(trainer):
    out = trainer("application", "add", typed="Hale and Sons\nbuyer\nRobin\n555 0142\n").out
    assert "Still empty: contacts, interviews, moment, fact." in out
    assert "trainer may-i-call hale-and-sons" in out


def test_a_job_can_be_removed_and_its_plan_with_it(halden):
    assert halden("plan", "halden", "--call", "2026-11-12").code == 0
    assert "Nothing was deleted" in halden("application", "remove", "halden", typed="n\n").out
    assert halden("application", "remove", "halden", "--yes").code == 0
    assert halden("application", "list", "--json").json == []
    assert halden("plan", "halden").code == 1
    assert "no application 'halden'" in halden("application", "remove", "halden", "--yes").err


def test_without_an_answer_nothing_is_removed(halden):
    ran = halden("application", "remove", "halden", typed="")
    assert (ran.code, ran.out) == (2, "")
    assert "--yes" in ran.err
    assert halden("application", "remove", "halden", typed="y\n").code == 0


@pytest.mark.parametrize(
    ("arguments", "typed"),
    [
        (("application", "debrief", "halden"), ""),
        (("application", "debrief", "halden"), "2026-11-04\nTom Brandt\n"),
        (("application", "edit", "halden"), "Hale and Sons\n"),
        (("log", "halden"), ""),
        (("log", "halden"), "Grace Oyelaran\ny\n"),
    ],
)
def test_answers_that_break_off_change_nothing(halden, arguments, typed):
    file = halden.home / "applications" / "halden.yaml"
    file.write_text("# my own words\n" + file.read_text())
    before = file.read_bytes()
    ran = halden(*arguments, typed=typed)
    assert (ran.code, ran.out) == (1, "")
    assert "nothing was saved" in ran.err
    assert file.read_bytes() == before


def test_a_debrief_without_an_answer_makes_no_interview(halden):
    before = (halden.home / "applications" / "halden.yaml").read_bytes()
    ran = halden("application", "debrief", "halden", typed="\n" * 20)
    assert (ran.code, ran.err.splitlines()[-1]) == (1, "No question was answered, so nothing was saved.")
    assert (halden.home / "applications" / "halden.yaml").read_bytes() == before


def test_a_debrief_names_the_job_that_it_adds_to(halden):
    first, other = halden("application", "debrief", typed="\n" * 20).err.splitlines()[:2]
    assert first == "The interview at Halden Foods (halden)."
    assert "trainer application debrief ID" in other
    named = halden("application", "debrief", "halden", typed="\n" * 20).err.splitlines()
    assert named[0] == first
    assert other not in named


def test_a_number_is_no_way_to_say_a_name(trainer):
    ran = trainer("application", "add", typed="Hale\nbuyer\nRobin\n555 0142\nDana Ruiz\nowner\n555 0100\n")
    assert (ran.code, ran.err.splitlines()[-1]) == (
        1, "How is the name said (such as oh-yeh-LAH-ran): '555 0100' is no way to say a name; Enter skips this."
    )  # fmt: skip


def test_a_job_just_added_is_not_called_idle(trainer):
    trainer("application", "add", typed="Hale and Sons\nbuyer\n")
    assert trainer("application", "list", "--json").json[0]["idle"] is False


def test_what_is_due_and_what_was_missed_is_told_with_the_jobs_own_words(halden):
    for day in ("2026-11-05", "2026-11-06"):
        halden.at(day)("practice", "thank-you-next-day", "--typed", "--turn", "thanks", typed="Hello\nHello\n")
    halden.at("2026-11-07")
    for words in (halden("today", "--minutes", "30").out, halden("stats").out):
        assert "{" not in words
    assert "the tour of the cold store" in halden("stats", "--json").out


def test_a_dont_that_no_line_tempts_to_is_done_with_once_it_was_kept_clear_of(trainer):
    call = """
id: short
title: A short call
turns:
  - id: hello
    says: Hello?
    key_points: [{id: say_name, label: Say your name, examples: [this is Robin]}]
    donts: [{id: gift_offer, label: Offer a gift, examples: [I could bring you a box of chocolates]}]
"""
    file = trainer.write("short.yaml", call)
    gift = "This is Robin, I could bring you a box of chocolates"
    due = {}
    for day, said in (("2026-11-05", gift), ("2026-11-06", "This is Robin"), ("2026-11-07", "This is Robin")):
        ran = trainer.at(day)("practice", file, "--typed", "--mute", "--json", typed=said + "\n")
        due[day] = {n["card"]: n["due"] for n in ran.json["next"]}
    assert due["2026-11-05"]["short/dont.gift_offer"] == "2026-11-06"
    assert due["2026-11-06"]["short/dont.gift_offer"] > "2026-11-06"
    assert "short/dont.gift_offer" not in due["2026-11-07"]  # avoided without temptation: it says nothing


def test_the_calendar_has_the_days_of_the_plan_and_the_call(halden):
    assert halden("plan", "halden", "--call", "2026-11-12", "--type", "new-information").code == 0
    days = {d["day"] for d in halden("plan", "halden", "--json").json["days"]}
    written = halden("export", "--to", "ics").out.replace("\r\n ", "")
    assert {f"UID:practice-{day}@" for day in days} <= {line.split("followup")[0] for line in written.splitlines()}
    assert "SUMMARY:The call to Halden Foods" in written
    assert "DTSTART;VALUE=DATE:20261112" in written


def test_the_calendar_counts_the_points_that_it_does_not_name(halden):
    for call in ("voicemail-next-steps", "reach-hr"):
        halden("practice", call, "--typed", "--mute", typed="Hello\nHello\n")
    written = halden("export", "--to", "ics").out.replace("\n ", "").replace("\\,", ",")
    slots = re.findall(r"(\d+) points? due: ([^;)]*)\)", written)
    assert any(int(many) > 8 for many, _ in slots)
    for many, points in slots:
        named, _, more = points.partition(" and ")
        assert len(named.split(", ")) + int(more.removesuffix(" more") or 0) == int(many)


def test_on_the_day_of_the_call_there_is_one_run_through_and_nothing_else(halden):
    halden("practice", "thank-you-next-day", "--typed", typed="Hello\nHello\n")
    halden("practice", "new-information-experience", "--typed", typed="Hello\nHello\n")
    halden("plan", "halden", "--call", "2026-11-12", "--type", "new-information")
    halden.at("2026-11-12")
    assert "trainer call-day halden" in halden().out
    assert [(i["scenario"], i["kind"]) for i in halden("today", "--json").json] == [
        ("new-information-experience", "call-day")
    ]
    assert "practice new-information-experience" in halden("call-day", "halden").out
    halden("practice", "new-information-experience", "--typed", typed="Hello\n")
    assert halden("today", "--json").json == []


def test_a_plan_names_each_call_once_a_day(halden):
    out = halden("plan", "halden", "--call", "2026-11-12").out
    assert "kinds of call; for fewer: trainer plan halden --type" in out
    days = [line.split(": ", 1)[1].split("; ") for line in out.splitlines() if " min: " in line]
    assert days
    assert all(len({call.split(" (")[0] for call in day}) == len(day) for day in days)


def test_without_a_day_the_plan_goes_up_to_the_day_that_the_gate_names(halden):
    halden.at("2026-11-05T20:00:00+00:00")  # today is over, tomorrow is open
    earliest = halden("may-i-call", "halden", "--json").json["earliest"]
    assert halden("plan", "halden", "--json").json["call"] == earliest


def test_a_date_that_does_not_exist_is_a_sentence(halden):
    ran = halden("may-i-call", "halden", "--on", "2026-02-30")
    assert (ran.code, ran.out, ran.err) == (1, "", "The date 2026-02-30 does not exist.\n")
    assert halden("may-i-call", "nobody").code == 1
    assert halden("may-i-call", "halden", "--for", "fun").code == 2


def test_a_late_thank_you_is_no_call_to_say_thank_you(halden):
    told = halden("may-i-call", "halden", "--for", "thank-you", "--on", "2026-11-13").out.splitlines()
    assert told[:2] == [
        "Halden Foods, stock planner. Friday, 13 November 2026.",
        "GREEN: yes, call today. (about the status, with your thanks)",
    ]
    early = halden("may-i-call", "halden", "--for", "thank-you").out
    assert "(to say thank you)" in early


def test_the_gate_speaks_of_the_employers_day(halden):
    file = halden.write(
        "z.yaml", "id: zone\ncompany: Zed\ninterviews: [{on: 2026-11-03}]\ntime_zone: Australia/Sydney\n"
    )
    halden("application", "add", "--file", file)
    halden.at("2026-11-12T14:00:00+00:00")  # one in the morning of the 13th there
    answer = halden("may-i-call", "zone", "--for", "status", "--json").json
    assert (answer["verdict"], answer["earliest"]) == ("green", "2026-11-13")
    halden.at("2026-11-13T06:30:00+00:00")  # half past five in the afternoon there
    answer = halden("may-i-call", "zone", "--for", "status", "--json").json
    assert (answer["verdict"], answer["rules"][0]["id"]) == ("red", "E3-hours")


def test_an_obstacle_becomes_a_call_that_plays(halden):
    told = ("--reached", "Grace Oyelaran", "--obstacle", "We only take {calls} on Tuesdays, I'm afraid.")
    logged = halden("log", "halden", *told, "--json").json
    assert halden("scenarios", "validate", str(halden.home / "scenarios" / f"{logged['draft']}.yaml")).code == 0
    replies = "this is Robin Castellano about my interview\nI understand, when would be a better time\nthank you\n"
    played = halden("practice", logged["draft"], "--typed", "--mute", "--json", typed=replies).json
    assert played["turns"][1]["says"] == "We only take {calls} on Tuesdays, I'm afraid."
    assert played["score"] == 100
    assert halden("log", "halden", *told, "--json").json["draft"] is None  # it is rehearsed by now
    assert "We only take {calls} on Tuesdays" in halden("card", "halden").out


def test_a_call_of_tomorrow_is_not_logged(halden):
    before = halden("application", "list", "--json").json
    assert halden("log", "halden", "--nobody", "--on", "2026-11-06").code == 1
    assert halden("log", "halden", "--promised", "2026-10-01").code == 1
    assert halden("application", "list", "--json").json == before


@pytest.mark.parametrize(
    "told", [("--promised", "2026-11-04"), ("--reply-by", "2026-10-01"), ("--invited", "2025-12-01")]
)
def test_what_was_named_in_a_contact_does_not_lie_before_it(halden, told):
    before = (halden.home / "applications" / "halden.yaml").read_bytes()
    ran = halden("log", "halden", "--reached", "Grace Oyelaran", *told)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"{told[1]} lies before the day of the contact, 2026-11-05.\n"
    assert (halden.home / "applications" / "halden.yaml").read_bytes() == before
    assert halden("log", "halden", "--reached", "Grace Oyelaran", told[0], "2026-11-05").code == 0


@pytest.mark.parametrize("place", [3, 4, 5])
def test_a_date_that_is_asked_for_does_not_lie_before_the_contact(halden, place):
    answers = ["Grace Oyelaran", "y", "", "", "", "", "", "", "", ""]
    answers[place] = "2026-11-04"
    ran = halden("log", "halden", typed="\n".join(answers) + "\n")
    assert (ran.code, ran.out) == (1, "")
    assert "2026-11-04 lies before the day of the contact, 2026-11-05." in ran.err


def test_the_log_says_what_kind_of_contact_it_kept(halden):
    out = halden("log", "halden", "--reply-by", "2026-11-10").out
    assert out.startswith("Kept for Halden Foods (phone, new-information); `trainer undo` takes that back.\n")


@pytest.mark.parametrize(
    ("told", "kept"),
    [(("--nerves", "0"), {"nerves": 0, "connected": False}), (("--not-connected",), {"connected": False})],
)
def test_whatever_is_told_is_not_asked(halden, told, kept):
    ran = halden("log", "halden", *told, "--json")
    assert ran.code == 0, ran.err
    assert {key: ran.json["touch"][key] for key in kept} == kept


def test_the_log_asks_in_a_pipe(halden):
    ran = halden("log", "halden", typed="\ny\n6\n")
    assert ran.code == 0, ran.err
    assert "channel: voicemail" in (halden.home / "applications" / "halden.yaml").read_text()


def test_the_card_fits_and_every_line_is_traced(halden):
    replies = "this is Robin Castellano\n" * 4
    halden("practice", "voicemail-next-steps", "--typed", "--mute", "--seed", "1", typed=replies)
    lines = halden("card", "halden", "--for", "status").out.splitlines()
    assert len(lines) <= 24
    assert max(len(line) for line in lines) <= 80
    rows = halden("card", "halden", "--for", "status", "--json").json["lines"]
    assert all(row["trace"] for row in rows)
    say = [row for row in rows if row["part"] == "say"]
    assert say[0]["text"].startswith("Say your name")
    assert say[1]["text"].startswith("! ")  # what was missed comes next
    assert "missed in your take" in say[1]["trace"]
    assert any("your take" in row["trace"] and "Robin Castellano" in row["text"] for row in say)


def test_a_card_is_made_of_what_is_known(trainer):
    trainer("application", "add", "--file", trainer.write("a.yaml", "company: Halden Foods\n"))
    lines = trainer("card", "--for", "status").out
    assert "SAY" in lines
    assert "human resources" in lines
    assert "{" not in lines


def test_the_card_as_a_page_loads_nothing(halden):
    page = halden.home.parent / "card.html"
    assert halden("card", "halden", "--html", str(page)).code == 0
    text = page.read_text(encoding="utf-8")
    assert "A5" in text
    assert "http" not in text
    assert "src=" not in text


def test_what_is_written_for_you_is_for_your_eyes_only(halden):
    halden("practice", "voicemail-next-steps", "--typed", "--mute", typed="this is Robin\n")
    written = {
        "card.html": ("card", "halden", "--html"),
        "take.txt": ("share", "last", "--out"),
        "take.html": ("share", "last", "--out"),
        "progress.html": ("report", "--out"),
        "takes.csv": ("export", "--to", "csv", "--out"),
        "copy.sqlite3": ("backup", "--out"),
    }
    for name, command in written.items():
        file = halden.home.parent / name
        file.write_text("an older one")
        file.chmod(0o644)
        ran = halden(*command, str(file))
        assert ran.code == 0, ran.err
        assert file.stat().st_size > 100
        assert os.name != "posix" or file.stat().st_mode & 0o777 == 0o600, name


@pytest.mark.parametrize(
    "command",
    [("card", "halden", "--html"), ("report", "--out"), ("export", "--to", "csv", "--out"), ("backup", "--out")],
)
@pytest.mark.parametrize("out", [".", "/"])
def test_a_folder_is_no_file_to_write(halden, command, out):
    ran = halden(*command, out)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"{out} is a folder; name a file.\n"
    assert not (halden.home / "backups").exists()


@pytest.mark.parametrize(
    "command",
    [("history", "--since"), ("history", "--until"), ("may-i-call", "halden", "--on"), ("plan", "halden", "--call")],
)
@pytest.mark.parametrize("day", ["20261116", "2026-1-16", "2026-02-30", "soon"])
def test_a_day_is_read_in_one_way(halden, command, day):
    ran = halden(*command, day)
    assert (ran.code, ran.out) == (1, "")
    assert day in ran.err


def test_a_shared_take_has_no_names_and_no_numbers(halden):
    said = "Hi Grace Oyelaron, this is Robin Castellano from Halden Foods, Ines and Tom say hello, three one two five five five oh one four seven"
    halden("practice", "voicemail-next-steps", "--typed", "--mute", typed=said + "\n")
    text = halden("share", "last").out
    for secret in ("Grace", "Oyelar", "Robin", "Castellano", "Halden", "Ines", "Tom", "five five", "312"):
        assert secret not in text
    answer = read_answer(
        text.replace("0 to 10: ", "0 to 10: 7").replace("What worked: ", "What worked: the name came first")
    )
    assert dict(answer.ratings) == {"would-call-back": 7, "clear": 7, "friendly": 7}
    assert answer.worked == "the name came first"


def test_a_form_that_is_not_one():
    with pytest.raises(TrainerError, match="session"):
        read_answer("hello")
    with pytest.raises(TrainerError, match="0 to 10"):
        read_answer("session: x\nClear? 0 to 10: eleven")
    with pytest.raises(TrainerError, match="empty"):
        read_answer("session: x\nWhat worked: \n")


def test_redaction_leaves_plain_words():
    facts = {"me.name": "Will Ng", "contact.name": "Grace Okafor", "company": "Hale"}
    assert (
        redacted("I will wait 12 days, Grace Akafor, and mail a@b.org", facts)
        == "I [caller] wait 12 days, [person], and mail [e-mail]"
    )


def test_call_day_without_a_score(halden):
    ran = halden.at("2026-11-13")("call-day", "halden", "--no-run-through")
    assert ran.code == 0
    assert "score" not in ran.out.lower()
    for part in ("out for 6", "private place", "Your card:", "trainer log halden"):
        assert part in ran.out
