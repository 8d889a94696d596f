"""What goes wrong in the middle of a call costs sound at most: it is said once, and what was judged is kept."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.sound.card import VirtualCard
from tests.sound.terminal import Terminal
from tests.whole.running import trainer
from trainer.core.speech import Recording
from trainer.speech_out.clip import recorded
from trainer.speech_out.neural import NeuralVoice
from trainer.speech_out.persona import Cast

pytestmark = pytest.mark.sound
CALL = ("practice", "reach-hr", "--level", "easy", "--seed", "3")
FIRST = "Good morning, my name is Robin Castellano. Could I speak to Grace Oyelaran in human resources, please?"
BYE = "Thank you very much for your help, goodbye."


@cache
def spoken(text: str) -> Recording:
    """The learner, spoken by the neural voice, 16 kHz as a microphone gives it."""
    return recorded(NeuralVoice().synthesise(text, Cast().persona(None), 0.9))


def says(card: VirtualCard, terminal: Terminal, text: str) -> Callable[[], None]:
    def answer() -> None:
        card.speak(spoken(text)).wait(60)
        time.sleep(0.8)
        terminal.press("\r")

    return answer


def in_turn(*answers: Callable[[], object]) -> Callable[[], None]:
    """The first time the first of them, and so on; the last for ever."""
    waiting = list(answers)
    return lambda: (waiting.pop(0) if len(waiting) > 1 else waiting[0])() and None


def kept(home: Path) -> dict[str, Any]:
    return json.loads(trainer("history", "show", "last", "--json", home=home).stdout)  # type: ignore[no-any-return]


@contextmanager
def stopped(card: VirtualCard) -> Iterator[None]:
    """The sound system takes nothing and gives nothing."""
    os.kill(card.server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(card.server.pid, signal.SIGCONT)


def test_ctrl_c_hangs_up_and_keeps_what_was_judged(virtual_card: VirtualCard, tmp_path: Path) -> None:
    it = Terminal(tmp_path, *CALL, env=virtual_card.environment)
    it.call({"record": in_turn(says(virtual_card, it, FIRST), lambda: it.press("\x03"))})
    assert it.code == 130
    assert it.left_as_found
    session = kept(tmp_path)
    assert session["ended"] == "hung_up"
    assert ["Castellano" in turn["said"] for turn in session["turns"]] == [True]


def test_ctrl_c_while_they_speak(virtual_card: VirtualCard, tmp_path: Path) -> None:
    it = Terminal(tmp_path, *CALL, env=virtual_card.environment)
    it.asks()
    it.press("\r")
    it.until("[ring]")
    it.send("\x03")
    it.call({})
    assert it.code == 130
    assert it.left_as_found


def test_a_pulled_microphone_is_said_once_and_the_call_goes_on_by_typing(
    virtual_card: VirtualCard, tmp_path: Path
) -> None:
    it = Terminal(tmp_path, *CALL, env=virtual_card.environment)

    def pulled() -> None:
        virtual_card.speak(spoken(FIRST))
        time.sleep(1.0)
        virtual_card.control("unload-module", "module-remap-source")
        it.until("goes on by typing")

    try:
        it.call({"record": in_turn(says(virtual_card, it, FIRST), pulled), "type": lambda: it.press(BYE + "\r")})
    finally:
        virtual_card.plug_in_microphone()
    assert it.code == 0
    assert it.left_as_found
    assert it.says("The microphone cannot be used (it was unplugged). The call goes on by typing.") == 1
    engines = [turn["engine"].split()[0] for turn in kept(tmp_path)["turns"]]
    assert engines[0] == "whisper"
    assert set(engines[1:]) == {"keyboard"}


def test_a_sound_system_that_hangs_is_said_once_and_holds_nothing_up(virtual_card: VirtualCard, tmp_path: Path) -> None:
    it = Terminal(tmp_path, *CALL, env=virtual_card.environment)
    assert it.asks() == "rate"
    it.press("\r")
    it.until("[ring]")
    with stopped(virtual_card):
        it.call({"type": lambda: it.press(BYE + "\r")})
    assert it.code == 0
    assert it.left_as_found
    assert it.says("The call goes on in captions.") == 1
    assert it.says("The call goes on by typing.") == 1
    assert kept(tmp_path)["turns"]


def test_an_output_that_blocks_while_one_replies(virtual_card: VirtualCard, tmp_path: Path) -> None:
    it = Terminal(tmp_path, *CALL, env=virtual_card.environment)
    assert it.asks() == "rate"
    it.press("\r")
    assert it.asks() == "record"
    with stopped(virtual_card):
        it.until("The microphone cannot be used (it stopped sending). The call goes on by typing.")
        it.call({"type": lambda: it.press(BYE + "\r")})
    assert it.code == 0
    assert it.left_as_found
    assert it.says("goes on in captions") <= 1


def test_devices_of_another_rate_in_the_middle_of_a_reply(virtual_card: VirtualCard, tmp_path: Path) -> None:
    it = Terminal(tmp_path, *CALL, env=virtual_card.environment)

    def moved() -> None:
        with virtual_card.other_devices(rate=44_100):
            says(virtual_card, it, FIRST)()

    it.call({"record": in_turn(moved, says(virtual_card, it, BYE), it.hang_up)})
    assert it.code == 0
    assert it.left_as_found
    assert "Note:" not in it.written
    first, second = kept(tmp_path)["turns"]
    assert "Castellano" in first["said"]
    assert "help" in second["said"]


@pytest.mark.parametrize("when", ["[ring]", "Recording ["])
def test_a_closed_lid_is_no_fault(virtual_card: VirtualCard, tmp_path: Path, when: str) -> None:
    it = Terminal(tmp_path, *CALL, env=virtual_card.environment)
    assert it.asks() == "rate"
    it.press("\r")
    it.until(when)
    it.stop_for(6)
    it.call({"record": in_turn(says(virtual_card, it, FIRST), it.hang_up)})
    assert it.code == 0
    assert it.left_as_found
    assert "Note:" not in it.written
    assert "Castellano" in kept(tmp_path)["turns"][0]["said"]
