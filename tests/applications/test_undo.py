"""What came last is taken back first, be it a call that was practised or a real one that was logged."""

from __future__ import annotations

import pytest

from tests.applications.test_commands import HALDEN

REPLY = "this is Robin Castellano\n"


@pytest.fixture
def halden(trainer):
    assert trainer("application", "add", "--file", trainer.write("halden.yaml", HALDEN)).code == 0
    return trainer


def on_file(trainer) -> str:
    return (trainer.home / "applications" / "halden.yaml").read_text()


def practised(trainer, typed: str = REPLY) -> str:
    return trainer("practice", "voicemail-next-steps", "--typed", "--mute", "--json", typed=typed).json["session"]


def test_a_log_is_taken_back_before_the_session_that_came_before_it(halden):
    before = on_file(halden)
    session = practised(halden)
    assert "`trainer undo` takes that back" in halden("log", "halden", "--channel", "email", "--kind", "thank-you").out
    out = "Taken back, from 2026-11-05 10:00: the log of 2026-11-05 for halden (email, thank-you).\n"
    assert halden("undo").out == out
    assert on_file(halden) == before
    assert halden("history", "show", session).code == 0
    assert session in halden("undo").out
    assert "nothing left" in halden("undo").err


def test_a_session_after_the_log_goes_first(halden):
    halden("log", "halden", "--nobody")
    session = practised(halden)
    assert halden("undo", "--json").json["session"] == session
    told = halden("undo", "--json").json
    assert (told["kind"], told["application"]) == ("log", "halden")


def test_logs_go_one_by_one_with_all_that_they_changed(halden):
    states = [on_file(halden)]
    for told in (
        ("--reached", "Grace Oyelaran", "--promised", "2026-11-12", "--reply-by", "2026-11-10"),
        ("--reached", "Tom Brandt", "--delayed", "--invited", "2026-11-20"),
        ("--reached", "Grace Oyelaran", "--promised", "2026-11-18"),
        ("--by-them", "--channel", "email", "--outcome", "hired"),
    ):
        assert halden("log", "halden", *told).code == 0
        states.append(on_file(halden))
    for state in reversed(states[:-1]):
        assert halden("undo").code == 0
        assert on_file(halden) == state


def test_what_was_edited_since_stays_as_edited(halden):
    halden("log", "halden", "--reached", "Grace Oyelaran", "--promised", "2026-11-12", "--said", "By the twelfth.")
    path = halden.home / "applications" / "halden.yaml"
    path.write_text(
        on_file(halden).replace("promised_by: '2026-11-12'", "promised_by: '2026-11-13'").replace("cold", "ice")
    )
    assert halden("undo").code == 0
    assert "the tour of the ice store" in on_file(halden)
    assert "promised_by: '2026-11-13'" in on_file(halden)
    assert "promised_on" not in on_file(halden)
    assert "touches" not in on_file(halden)


@pytest.mark.parametrize("removed", [False, True])
def test_a_log_that_is_gone_from_its_file_is_said_and_passed_over(halden, removed):
    session = practised(halden)
    halden("log", "halden", "--channel", "email", "--kind", "thank-you")
    if removed:
        assert halden("application", "remove", "halden", "--yes").code == 0
    else:
        halden("application", "edit", "halden", "--file", halden.write("halden.yaml", HALDEN))
    ran = halden("undo")
    assert (ran.code, ran.out) == (1, "")
    assert "log of 2026-11-05 for halden (email, thank-you) is no longer in its file" in ran.err
    assert session in halden("undo").out


def test_what_was_said_is_kept_in_the_application_alone(halden):
    halden("log", "halden", "--reached", "Grace Oyelaran", "--said", "Call back on Friday.", "--next", "ring Tom")
    assert "Call back on Friday" in on_file(halden)
    history = halden("export", "--to", "json").json
    assert "log" in [action["kind"] for action in history["actions"]]
    assert "Friday" not in str(history["actions"])
    assert "ring Tom" not in str(history["actions"])


def test_last_is_the_last_session_with_a_reply(halden):
    for command in (("why", "last"), ("history", "show", "last")):
        assert "no session with a reply yet" in halden(*command).err
    session = practised(halden)
    assert practised(halden, typed="") != session
    for command in (("why", "last"), ("history", "show", "last")):
        assert halden(*command).out.startswith(session)
