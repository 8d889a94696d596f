"""In a terminal: one key after the other, as a learner presses them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from tests.whole.running import environment

ONE_TURN = """
id: short
title: A short call
rung: 1
turns:
  - id: hello
    situation: Somebody picks up.
    says: Hello?
    key_points: [{id: say_name, label: Say your name, examples: [this is Robin], must: true}]
facts: {name: Robin}
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pexpect needs a pseudo-terminal")


def terminal(home: Path, *arguments: str) -> pexpect.spawn[str]:
    folder = home / "scenarios"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "short.yaml").write_text(ONE_TURN, encoding="utf-8")
    env = environment(home, TRAINER_JUDGE="words", TRAINER_NOW="2026-11-09T18:00:00+00:00", TERM="xterm-256color")
    return pexpect.spawn(
        sys.executable, ["-m", "trainer", *arguments], env=env, encoding="utf-8", timeout=60, dimensions=(24, 80)
    )


def test_home_goes_on_until_the_day_is_done(tmp_path: Path) -> None:
    child = terminal(tmp_path)
    child.expect("A short call")
    child.expect(r"\[t\] start typed")
    child.send("t")
    child.expect("How nervous are you")
    child.send("very\r")  # that is no number: it is asked again, and not taken for a reply
    child.expect("How nervous are you")
    child.send("\r")
    child.expect("Hello\\?")
    child.send("this is Robin\r")
    child.expect("What next\\?")
    child.send("\r")
    child.expect("How nervous now")
    child.send("3\r")
    child.expect("Points of this call come again: 1 in \\d+ days")
    child.expect("That was all for today|Go on\\?")
    child.send("q")
    child.expect(pexpect.EOF)


def test_a_painted_table_keeps_its_lines(tmp_path: Path) -> None:
    call = terminal(tmp_path, "practice", "short", "--typed", "--mute")
    call.expect("How nervous are you")
    call.send("\r")
    call.expect("Hello\\?")
    call.send("good day\r")
    call.expect("What next\\?")
    call.send("\r")
    call.expect("How nervous now")
    call.send("\r")
    call.expect(pexpect.EOF)
    stats = terminal(tmp_path, "stats")
    stats.expect(pexpect.EOF)
    words = re.sub(r"\x1b\[[\d;]*m", "", str(stats.before))
    assert re.search(r"(?m)^ *call type +first week +last week +asked", words)


@pytest.mark.parametrize("plainly", [(), ("--plain",)], ids=["keys", "plain"])
def test_beside_json_a_reply_is_asked_for_on_stderr(tmp_path: Path, plainly: tuple[str, ...]) -> None:
    keyboard, terminal_end = os.openpty()
    os.write(keyboard, b"/hangup\r")
    command = [sys.executable, "-m", "trainer", "practice", "reach-hr", "--typed", "--mute", "--json", *plainly]
    env = environment(tmp_path, TRAINER_JUDGE="words")
    done = subprocess.run(command, stdin=terminal_end, capture_output=True, text=True, env=env, timeout=60)
    assert json.loads(done.stdout)["ended"] == "hung_up"
    assert "You" in done.stderr


def test_one_part_of_a_call_says_so_and_asks_for_no_nerves(tmp_path: Path) -> None:
    child = terminal(tmp_path, "practice", "short", "--turn", "hello", "--typed", "--mute")
    child.expect("One part of it alone: Somebody picks up")
    child.expect("Hello\\?")
    child.send("this is Robin\r")
    child.expect("What next\\?")
    assert "nervous" not in child.before
    child.send("r")
    child.expect("Hello\\?")
    child.send("good day\r")
    child.expect("worse: Say your name \\(missed now\\)")
    child.expect("What next\\?")
    child.send("\r")
    child.expect(pexpect.EOF)
    assert "nervous" not in child.before


def test_a_question_shows_its_default_as_it_is_typed_and_fits_the_screen(tmp_path: Path) -> None:
    sheet = tmp_path / "halden.yaml"
    sheet.write_text("company: Halden\ncontacts: [{name: Dana Ruiz, decides: true}]\n", encoding="utf-8")
    added = terminal(tmp_path, "application", "add", "--file", str(sheet))
    added.expect(pexpect.EOF)
    child = terminal(tmp_path, "log", "halden")
    child.expect("Whom did you reach")
    child.send("Dana Ruiz\r")
    child.expect("decides \\(y/n\\) \\[y\\]")
    child.close()


def test_undo_says_what_it_would_take_back_and_asks(tmp_path: Path) -> None:
    def undo(*arguments: str, answer: str = "") -> str:
        child = terminal(tmp_path, "undo", *arguments)
        if answer:
            child.expect("\\(y/n\\):")
            asked = str(child.before)
            assert re.search(r"Take back, from 2026-11-09 18:00:\s+session \w+,\s+A short\s+call", asked), asked
            child.send(f"{answer}\r")
        child.expect(pexpect.EOF)
        return str(child.before)

    call = terminal(tmp_path, "practice", "short", "--typed", "--mute")
    for expected, typed in (("How nervous", ""), ("Hello\\?", "hi"), ("What next\\?", ""), ("How nervous now", "")):
        call.expect(expected)
        call.send(f"{typed}\r")
    call.expect(pexpect.EOF)
    sheet = tmp_path / "halden.yaml"
    sheet.write_text("company: Halden\n", encoding="utf-8")
    for arguments in (("add", "--file", str(sheet)), ("remove", "halden", "--yes")):
        terminal(tmp_path, "application", *arguments).expect(pexpect.EOF)
    assert "Nothing was taken back." in undo(answer="n")
    assert "Nothing was taken back." in undo(answer="\x04")
    assert "Taken back" in undo("--yes")
    assert "nothing left" in undo()


def test_no_line_of_a_drill_is_broken_in_the_middle_of_a_word(tmp_path: Path) -> None:
    child = terminal(tmp_path, "drill", "spot", "reach-hr", "--seed", "4", "--mute")
    told = ""
    for _ in range(4):
        child.expect("Is that a fault\\?")
        told += str(child.before)
        child.send("x")
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\[Enter\] go on", "\n", told)  # the question's own line is taken away
    lines = [line.rstrip() for line in shown.splitlines()]
    assert not [line for line in lines if len(line) > 80]
    assert "I've sent off, so I'm ringing round to see what there is." in " ".join(map(str.strip, lines))


def test_what_a_form_cannot_do_without_or_cannot_read_is_asked_again(tmp_path: Path) -> None:
    child = terminal(tmp_path, "application", "add")
    for question, typed in (
        ("Company:", ""),
        ("needs the name of the company.*Company:", "Halden"),
        ("Which job is it", ""),
        ("Your own name", ""),
        ("Your number", "asdf"),
        ("'asdf' is no telephone number.*Your number", "555 0142"),
    ):
        child.expect(re.compile(question, re.DOTALL))
        child.send(f"{typed}\r")
    for question, typed in (
        ("Whom would you call", ""),
        ("Day of the interview", "2026-11-03"),
        ("By when do they want to decide", "2026-01-02"),
        ("2026-01-02 lies before the first interview, 2026-11-03.*want to decide", ""),
    ):
        child.expect(re.compile(question, re.DOTALL))
        child.send(f"{typed}\r")
    child.expect("By when do they want to hear")
    child.close()


@pytest.mark.parametrize(
    ("key", "said"), [("\x03", "Nothing was saved\\."), ("\x04", "so nothing was saved")], ids=["Ctrl-C", "Ctrl-D"]
)
@pytest.mark.parametrize(
    "arguments", [("application", "add"), ("application", "debrief"), ("scenarios", "new")], ids=" ".join
)
def test_questions_that_are_left_save_nothing_and_say_so(
    tmp_path: Path, arguments: tuple[str, ...], key: str, said: str
) -> None:
    child = terminal(tmp_path, *arguments)
    child.expect("Company:|What is the call about\\?")
    child.send("Halden\r")
    child.expect("Which job is it|A short name for it")
    child.send(key)
    child.expect(said)
    child.expect(pexpect.EOF)
    assert not list(tmp_path.glob("applications/*"))
    assert [path.name for path in tmp_path.glob("scenarios/*")] == ["short.yaml"]
