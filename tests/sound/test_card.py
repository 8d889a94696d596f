"""Sound both ways over a virtual sound card: heard by the loudspeaker's monitor, spoken into the microphone."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from rapidfuzz import fuzz

from tests.sound.card import VirtualCard
from trainer.core.call import Line
from trainer.core.scenario import Turn
from trainer.core.speech import Recording, Reply
from trainer.errors import EarUnavailable, VoiceUnavailable
from trainer.settings import Settings
from trainer.speech_in import capture as capture_module
from trainer.speech_in.microphone import Microphone, OrTyping, microphones
from trainer.speech_in.recordings import read
from trainer.speech_in.whisper import Whisper
from trainer.speech_out.clip import Clip
from trainer.speech_out.playback import Loudspeaker, outputs
from trainer.speech_out.speaker import open_voice
from trainer.speech_out.telephone import tone

pytestmark = pytest.mark.sound
ROOT = Path(__file__).parents[2]
TURN = Turn.model_validate({"id": "t", "says": "Hello?"})
REPLY = ROOT / "tests" / "data" / "speech" / "r04.opus"
NAMES = ("Robin Castellano", "Grace Bennett", "Halden Foods")


@cache
def ears() -> Whisper:
    return Whisper()


def test_both_devices_are_found(virtual_card: VirtualCard) -> None:
    assert any("Remapped" in name for name in microphones())
    assert outputs()


def test_the_other_side_is_heard(virtual_card: VirtualCard) -> None:
    said: list[str] = []
    voice = open_voice(Settings(), ROOT / "assets" / "sounds", said.append)
    line = Line("Good morning, how can I help you today?")
    voice.prepare([line])
    voice.sound(("beep",))
    listening = virtual_card.listen()
    time.sleep(0.5)
    voice.speak(line)
    time.sleep(0.3)
    heard = ears().transcribe(listening.heard(), ()).text
    assert said == []
    assert fuzz.ratio(heard.lower().strip("."), line.text.lower().strip("?")) > 80


def when_said(card: VirtualCard, sound: Recording) -> Callable[[Callable[[], float], threading.Event], str]:
    """A learner who says it, waits half a second and presses Enter."""

    def hold(level: Callable[[], float], over: threading.Event) -> str:
        speaking, loudest = card.speak(sound), 0.0
        while speaking.poll() is None:
            loudest = max(loudest, level())
            time.sleep(0.02)
        time.sleep(0.5)
        assert loudest > 0.4
        return "done"

    return hold


def test_a_spoken_reply_is_understood(virtual_card: VirtualCard) -> None:
    spoken = read(REPLY)
    reply = Microphone(ears(), when_said(virtual_card, spoken)).listen(TURN, NAMES)  # type: ignore[arg-type]
    assert isinstance(reply, Reply)
    assert "Robin Castellano" in reply.said
    assert reply.recording is not None
    assert reply.recording.seconds >= spoken.seconds - 0.1  # nothing of it is cut


def test_silence_ends_a_reply_where_it_is_asked_for(virtual_card: VirtualCard) -> None:
    def hold(level: Callable[[], float], over: threading.Event) -> str:
        virtual_card.speak(read(REPLY))
        assert over.wait(60)
        return "done"

    reply = Microphone(ears(), hold, silence=1.0).listen(TURN, NAMES)  # type: ignore[arg-type]
    assert isinstance(reply, Reply)
    assert "castellano" in reply.said.lower()


def test_an_ask_throws_the_recording_away(virtual_card: VirtualCard) -> None:
    assert Microphone(ears(), lambda level, over: "repeat").listen(TURN, ()) == "repeat"
    assert Microphone(ears(), lambda level, over: "done", ready=lambda: "help").listen(TURN, ()) == "help"


def test_a_device_that_is_not_there_is_named(virtual_card: VirtualCard) -> None:
    with pytest.raises(EarUnavailable, match="none is named 'Tin Can'"):
        Microphone(ears(), lambda level, over: "done", device="Tin Can").listen(TURN, ())
    with pytest.raises(VoiceUnavailable, match="none is named 'Tin Can'"):
        Loudspeaker("Tin Can").play(Clip(tone(440, 0.1, 24_000), 24_000))


def test_a_pulled_sound_card_costs_the_sound_and_nothing_else(
    tmp_path: Path, virtual_card: VirtualCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Last in this file: the card is gone for good. The reply goes on by typing, the line in its caption."""
    monkeypatch.setattr(capture_module, "STALLS_AFTER", 0.5)

    def pull(level: Callable[[], float], over: threading.Event) -> str:
        virtual_card.server.terminate()
        virtual_card.server.wait(10)
        assert over.wait(20)
        return "done"

    class Typing:
        def listen(self, turn: Turn, prompt: object) -> Reply:
            from trainer.core.speech import Transcript

            return Reply(Transcript("typed"))

        def close(self) -> None: ...

    noted: list[str] = []
    ear = OrTyping(Microphone(ears(), pull), Typing, noted.append)  # type: ignore[arg-type]
    reply = ear.listen(TURN, ())
    assert isinstance(reply, Reply)
    assert reply.said == "typed"
    assert len(noted) == 1
    voice = open_voice(Settings(), ROOT / "assets" / "sounds", noted.append)
    began = time.monotonic()
    voice.sound(("beep", "beep"))
    voice.speak(Line("Is anybody there?"))
    assert time.monotonic() - began < 15
    assert len(noted) == 2


def test_the_fixture_leaves_nothing_behind(virtual_card: VirtualCard) -> None:
    virtual_card.stop()
    assert virtual_card.server.poll() is not None
    left = subprocess.run(["pgrep", "-f", virtual_card.environment["XDG_RUNTIME_DIR"]], capture_output=True)
    assert left.stdout == b""
