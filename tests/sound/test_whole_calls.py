"""Whole calls by voice: a program speaks into the microphone, listens to the other side, and reads what was kept."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pexpect
import pytest
from rapidfuzz import fuzz

from tests.sound.card import VirtualCard
from tests.whole.running import environment, trainer
from trainer.core.speech import Recording
from trainer.speech_in.whisper import Whisper
from trainer.speech_out.clip import recorded
from trainer.speech_out.neural import NeuralVoice
from trainer.speech_out.persona import Cast

pytestmark = pytest.mark.sound
VOICEMAIL = (
    "Good morning Grace, this is Robin Castellano. You saw me on Tuesday for the stock planner job, and I really enjoyed "
    "our talk. Could you tell me what the next steps are? There is no rush. My number is 312 555 0147. "
    "Once more, 312 555 0147. Thank you, goodbye.",
    "This is Robin Castellano. You saw me on Tuesday for the stock planner job. Thank you for calling back.",
    "Yes, that suits me very well. Thank you very much, goodbye.",
)
REACH_HR = (
    "Good morning, my name is Robin Castellano. Could I speak to Grace Oyelaran in human resources, please?",
    "My name is Robin Castellano. It is about my interview for the stock planner job. Could you put me through, please?",
    "Hello, this is Robin Castellano. I was interviewed on Tuesday for the stock planner job. Could you tell me when I "
    "may expect to hear?",
    "Thank you very much for your help, goodbye.",
)


def spoken(text: str) -> Recording:
    """The learner, spoken by the neural voice and 16 kHz as a microphone gives it."""
    return recorded(_voice().synthesise(text, Cast().persona(None), 0.9))


@cache
def _voice() -> NeuralVoice:
    return NeuralVoice()


def call(
    card: VirtualCard,
    home: Path,
    scenario: str,
    replies: tuple[str, ...],
    *more: str,
    judge: str = "words",
    at_end: Callable[[int], object] = lambda pid: None,
) -> tuple[str, str]:
    """Play a call in a terminal, answering by voice; what was on the screen, and what the loudspeaker played.

    `at_end` is called with the program's process id after the debrief.
    """
    ready = [spoken(text) for text in replies]
    env = environment(home, **card.environment) | {"TERM": "xterm-256color", "TRAINER_JUDGE": judge}
    listening = card.listen()
    child = pexpect.spawn(
        sys.executable, ["-m", "trainer", "practice", scenario, *more],
        env=env, encoding="utf-8", timeout=120, dimensions=(24, 80),
    )  # fmt: skip
    screen = ""
    answered: set[int] = set()
    asks = ["How nervous are you", "How nervous now", "Recording \\[", "What next\\?", pexpect.EOF]
    while (at := child.expect(asks)) != 4:
        screen += child.before
        if at < 2 and at in answered:
            continue  # a prompt is drawn more than once; it takes one answer
        answered.add(at)
        if at == 2:
            time.sleep(0.5)
            if not ready:
                child.send("h")
                continue
            card.speak(ready.pop(0)).wait(60)
            time.sleep(0.8)
            child.send("\r")
            child.expect("What you said\\?")
            screen += child.before
        if at == 3:
            at_end(child.pid)
        child.send("\r")
    screen += child.before
    child.close()
    assert child.exitstatus == 0, screen[-2000:]
    return screen, Whisper().transcribe(listening.heard(), ()).text


def kept(home: Path) -> dict[str, Any]:
    return json.loads(trainer("history", "show", "last", "--json", home=home).stdout)  # type: ignore[no-any-return]


def test_a_voicemail_by_voice(virtual_card: VirtualCard, tmp_path: Path) -> None:
    screen, heard = call(
        virtual_card, tmp_path / "home", "voicemail-next-steps", VOICEMAIL, "--level", "easy", "--seed", "3"
    )
    session = kept(tmp_path / "home")
    first = session["turns"][0]
    assert session["mode"] == "voice"
    assert first["engine"].startswith("whisper")
    assert "Castellano" in first["said"]
    assert first["key_points"]["say_name"]["hit"] if "say_name" in first["key_points"] else first["score"] >= 50
    assert first["score"] >= 50
    assert fuzz.partial_ratio(first["says"].lower(), heard.lower()) > 60, heard
    assert "[beep]" in screen


def test_reaching_hr_by_voice(virtual_card: VirtualCard, tmp_path: Path) -> None:
    _, heard = call(virtual_card, tmp_path / "home", "reach-hr", REACH_HR, "--level", "easy", "--seed", "3")
    session = kept(tmp_path / "home")
    assert len(session["turns"]) >= 2
    assert session["turns"][0]["score"] >= 50
    assert all(turn["engine"].startswith("whisper") for turn in session["turns"])
    for turn in session["turns"][:1]:
        assert fuzz.partial_ratio(turn["says"].lower(), heard.lower()) > 60, heard


def test_the_same_words_get_the_same_verdicts_typed(virtual_card: VirtualCard, tmp_path: Path) -> None:
    call(virtual_card, tmp_path / "home", "voicemail-next-steps", VOICEMAIL[:1], "--level", "easy", "--seed", "3")
    by_voice = kept(tmp_path / "home")["turns"][0]
    typed = trainer(
        "practice", "voicemail-next-steps", "--typed", "--mute", "--level", "easy", "--seed", "3", "--json",
        home=tmp_path / "other", stdin=by_voice["said"] + "\n", TRAINER_JUDGE="words",
    )  # fmt: skip
    assert json.loads(typed.stdout)["turns"][0]["key_points"] == by_voice["key_points"]
    assert json.loads(typed.stdout)["turns"][0]["score"] == by_voice["score"]


def test_the_terminal_is_left_as_it_was_found_after_ctrl_c(virtual_card: VirtualCard, tmp_path: Path) -> None:
    env = environment(tmp_path / "home", **virtual_card.environment) | {
        "TERM": "xterm-256color",
        "TRAINER_JUDGE": "words",
    }
    command = f"stty -a | tr ' ' '\\n' | grep -w icanon; {sys.executable} -m trainer practice reach-hr --seed 3; echo code $?; stty -a | tr ' ' '\\n' | grep -c -w -- icanon"
    child = pexpect.spawn("/bin/sh", ["-c", command], env=env, encoding="utf-8", timeout=120, dimensions=(24, 80))
    child.expect("How nervous are you")
    child.send("\r")
    child.expect("Recording \\[")
    child.send("\x03")
    child.expect("code 130")
    child.expect("1")
    child.expect(pexpect.EOF)
    assert kept_nothing_lost(tmp_path / "home")


def kept_nothing_lost(home: Path) -> bool:
    return os.path.isdir(home) and trainer("history", "--json", home=home).returncode == 0
