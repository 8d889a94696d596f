"""As a new user would: `doctor` and a whole call with no sound at all, speakers only, a microphone only, and both."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.sound.card import MICROPHONE, SPEAKER, PipeMicrophone, VirtualCard
from tests.sound.terminal import Terminal
from tests.sound.test_manners import BYE, CALL, FIRST, kept, spoken
from trainer.core.speech import Recording

pytestmark = pytest.mark.sound


@dataclass
class Room:
    """What there is in it, and how to speak there."""

    name: str
    env: dict[str, str]
    speak: Callable[[Recording], object] | None

    @property
    def hears(self) -> bool:
        return self.speak is not None

    @property
    def sounds(self) -> bool:
        return self.name in {"speakers", "both"}


@pytest.fixture(params=["nothing", "speakers", "microphone", "both"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    if os.environ.get("REQUIRE_SOUND") != "1":
        pytest.skip("needs PulseAudio as a virtual sound card; REQUIRE_SOUND=1 runs it, as .ci/run does")
    if not (shutil.which("pulseaudio") and shutil.which("pactl")):
        pytest.fail("PulseAudio (pulseaudio, pulseaudio-utils) is not installed")
    name = request.param
    if name == "nothing":
        yield Room(name, {"PULSE_SERVER": f"unix:{tmp_path}/none", "XDG_RUNTIME_DIR": str(tmp_path)}, None)
        return
    pipe = PipeMicrophone(tmp_path)
    modules = {"speakers": SPEAKER, "microphone": pipe.modules, "both": (*SPEAKER, *MICROPHONE)}[name]
    card = VirtualCard.start(tmp_path, modules)
    try:
        if name == "microphone":
            pipe.start()
            yield Room(name, card.environment, pipe.speak)
        else:
            yield Room(name, card.environment, (lambda r: card.speak(r).wait(60)) if name == "both" else None)
    finally:
        card.stop()
        pipe.stop()


def test_doctor_says_what_there_is(room: Room, tmp_path: Path) -> None:
    it = Terminal(tmp_path / "home", "doctor", env=room.env)
    if room.speak:
        it.until("Say a few words now")
        threading.Timer(0.3, room.speak, [spoken("Good morning, this is Robin.")]).start()
    it.call({})
    assert it.code == 0
    rows = {row.split()[1]: row.split()[0] for row in it.written.splitlines() if row[:4] in {"ok  ", "FAIL"}}
    assert rows["microphone"] == ("ok" if room.hears else "FAIL")
    assert rows["speakers"] == ("ok" if room.sounds else "FAIL")
    assert rows.get("trial") == (None if room.name == "nothing" else "ok"), it.written
    assert it.says("This is what was recorded") == (room.name == "both")
    assert it.says("“This is the other side.") == room.sounds
    assert it.says("heard:") == room.hears


def test_a_whole_call(room: Room, tmp_path: Path) -> None:
    it = Terminal(tmp_path / "home", *CALL, env=room.env)
    replies = [FIRST, BYE]

    def by_voice() -> None:
        assert room.speak
        room.speak(spoken(replies.pop(0) if replies else BYE))
        time.sleep(0.8)
        it.press("\r")

    def by_typing() -> None:
        it.press((replies.pop(0) if replies else BYE) + "\r")

    it.call({"record": by_voice, "type": by_typing})
    assert it.code == 0
    assert it.left_as_found
    assert it.says("No microphone was found") == (not room.hears)
    assert it.says("The call goes on in captions") == (not room.sounds)
    assert it.says("goes on by typing") == 0
    session = kept(tmp_path / "home")
    assert session["ended"] in {"complete", "ended_by_other_side"}
    assert session["mode"] == ("voice" if room.hears else "typed")
    assert {turn["engine"].split()[0] for turn in session["turns"]} == {"whisper" if room.hears else "keyboard"}
    assert "Castellano" in session["turns"][0]["said"]
