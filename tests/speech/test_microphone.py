"""Ears that fall back, recognising in the pauses, the engines by name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from types import SimpleNamespace

import pytest
import speech_recognition as sr

from trainer import sound_devices
from trainer.core.scenario import Turn
from trainer.core.speech import RATE, Recording, Reply, Transcript
from trainer.errors import EarUnavailable, HungUp, Outdated, TrainerError
from trainer.ports import Ask
from trainer.settings import Settings
from trainer.speech_in import capture as capture_module
from trainer.speech_in.ahead import Ahead
from trainer.speech_in.capture import Capture, loudness, microphones
from trainer.speech_in.endpoint import Endpoint
from trainer.speech_in.engines import ONLINE, Engine, open_recogniser
from trainer.speech_in.microphone import OrTyping
from trainer.waiting import wait_for

TURN = Turn.model_validate({"id": "t", "says": "Hello?"})


class Counting:
    """A recogniser that says how much it was given, and how often it was asked."""

    name = "counting"
    gives_up = True

    def __init__(self) -> None:
        self.asked = 0

    def transcribe(
        self, recording: Recording, names: Sequence[str], wanted: Callable[[], bool] = lambda: True
    ) -> Transcript:
        self.asked += 1
        return Transcript(f"{recording.seconds:.1f}")


def test_what_was_heard_in_the_last_pause_is_there_at_once() -> None:
    ears = Counting()
    ahead = Ahead(ears, ())
    ahead.look(bytes(2 * RATE * 3), last_speech=2 * RATE, quiet=1.0)
    whole = Recording(bytes(2 * RATE * 4))
    assert ahead.words(whole, last_speech=2 * RATE).text == "3.0"
    assert ears.asked == 1


def test_it_is_thrown_away_where_speech_went_on() -> None:
    ears = Counting()
    ahead = Ahead(ears, ())
    ahead.look(bytes(2 * RATE * 3), last_speech=2 * RATE, quiet=1.0)
    whole = Recording(bytes(2 * RATE * 6))
    assert ahead.words(whole, last_speech=5 * RATE).text == "5.5"  # up to half a second after the last speech
    assert ears.asked == 2


class Slow:
    """A recogniser that goes on for as long as its words are wanted."""

    name = "slow"
    gives_up = True

    def __init__(self) -> None:
        self.given_up = threading.Event()

    def transcribe(
        self, recording: Recording, names: Sequence[str], wanted: Callable[[], bool] = lambda: True
    ) -> Transcript:
        if recording.seconds > 4:
            return Transcript("all of it")
        while wanted():
            self.given_up.wait(0.001)
        self.given_up.set()
        raise Outdated


def test_it_is_given_up_as_soon_as_speech_goes_on_and_begun_again_in_the_next_pause() -> None:
    ears = Slow()
    ahead = Ahead(ears, ())
    ahead.look(bytes(2 * RATE * 3), last_speech=2 * RATE, quiet=1.0)
    ahead.look(bytes(2 * RATE * 4), last_speech=4 * RATE, quiet=0.0)
    assert ears.given_up.wait(5)
    assert ahead.words(Recording(bytes(2 * RATE * 6)), last_speech=5 * RATE).text == "all of it"


def test_a_service_gets_a_reply_once_and_not_in_every_pause() -> None:
    sent: list[int] = []

    def service(recogniser: object, audio: sr.AudioData) -> str:
        sent.append(len(audio.frame_data))
        return "hello"

    ahead = Ahead(Engine("far", service), ())
    for second in (1, 2, 3):
        ahead.look(bytes(2 * RATE * (second + 1)), last_speech=second * RATE, quiet=1.0)
    assert ahead.words(Recording(bytes(2 * RATE * 6)), last_speech=5 * RATE).text == "hello"
    assert sent == [2 * RATE * 11 // 2]


class Unplugged(Counting):
    def transcribe(
        self, recording: Recording, names: Sequence[str], wanted: Callable[[], bool] = lambda: True
    ) -> Transcript:
        raise EarUnavailable("The weights are gone.")


def test_a_fault_in_a_pause_is_told_when_the_reply_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[object] = []
    monkeypatch.setattr("threading.excepthook", printed.append)
    ahead = Ahead(Unplugged(), ())
    ahead.look(bytes(2 * RATE * 3), last_speech=2 * RATE, quiet=1.0)
    with pytest.raises(EarUnavailable, match="The weights are gone"):
        ahead.words(Recording(bytes(2 * RATE * 4)), last_speech=2 * RATE)
    assert printed == []


def test_nothing_is_begun_without_speech_or_without_a_pause() -> None:
    ears = Counting()
    ahead = Ahead(ears, ())
    ahead.look(bytes(2 * RATE), last_speech=0, quiet=0.0)
    ahead.look(bytes(2 * RATE), last_speech=RATE, quiet=0.05)
    assert ears.asked == 0


class Dying:
    def listen(self, turn: Turn, prompt: Sequence[str]) -> Reply | Ask:
        raise EarUnavailable("The microphone was pulled out.")

    def close(self) -> None: ...


class Typing:
    def listen(self, turn: Turn, prompt: Sequence[str]) -> Reply | Ask:
        return Reply(Transcript("typed"))

    def close(self) -> None: ...


def test_a_microphone_that_dies_is_said_once_and_typing_goes_on() -> None:
    said: list[str] = []
    ear = OrTyping(Dying(), Typing, said.append)
    replies = [ear.listen(TURN, ()) for _ in range(3)]
    assert all(isinstance(r, Reply) and r.said == "typed" for r in replies)
    assert said == ["The microphone was pulled out. The call goes on by typing."]


class HangingUp(Dying):
    def listen(self, turn: Turn, prompt: Sequence[str]) -> Reply | Ask:
        raise HungUp


def test_hanging_up_is_not_taken_for_a_fault() -> None:
    with pytest.raises(HungUp):
        OrTyping(HangingUp(), Typing, print).listen(TURN, ())


def test_silence_ends_a_reply_only_after_speech_and_only_if_asked_for() -> None:
    never, after = Endpoint(), Endpoint(0.7)
    for endpoint in (never, after):
        endpoint.follow(bytes(2 * RATE * 8))
        assert not endpoint.ended
        endpoint.last_speech = RATE
    assert not never.ended
    assert after.ended


@pytest.mark.parametrize("name", ONLINE)
def test_services_are_refused_unless_named(name: str) -> None:
    with pytest.raises(EarUnavailable, match=f"--online {name}"):
        open_recogniser(Settings(recogniser=name))


def test_unknown_engines_are_named() -> None:
    with pytest.raises(TrainerError, match="no recogniser 'telepathy'"):
        open_recogniser(Settings(recogniser="telepathy"))
    with pytest.raises(TrainerError, match="no online recogniser 'whisper'"):
        open_recogniser(Settings(), online="whisper")


def test_an_engine_that_understands_nothing_gives_silence_and_one_that_fails_says_so() -> None:
    def puzzled(recogniser: object, audio: object) -> str:
        raise sr.UnknownValueError

    def unreachable(recogniser: object, audio: object) -> str:
        raise sr.RequestError("no connection")

    sound = Recording(bytes(3200))
    assert Engine("puzzled", puzzled).transcribe(sound, ()).text == ""
    with pytest.raises(EarUnavailable, match="no connection"):
        Engine("far", unreachable).transcribe(sound, ())


def test_a_monitor_of_the_loudspeaker_is_no_microphone(monkeypatch: pytest.MonkeyPatch) -> None:
    import miniaudio

    def device(name: str, id: bytes) -> dict[str, object]:
        return {"name": name, "id": miniaudio.ffi.new("char[64]", id)}

    found = [device("Monitor of Speakers", b"alsa_output.pci.monitor"), device("Headset", b"alsa_input.usb")]
    monkeypatch.setattr(sound_devices, "_devices", lambda side: found)
    assert microphones() == ("Headset",)
    assert sound_devices.find("input", "monitor of") is found[0]["id"]  # who wants it may have it


def test_a_wait_ends_with_the_event_or_the_time() -> None:
    came, never = threading.Event(), threading.Event()
    came.set()
    assert wait_for(came, 60)
    assert not wait_for(never, 0.1)


def test_a_microphone_that_stalls_is_a_fault_and_a_machine_that_slept_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([100.0, 100.5, 3600.0, 3600.5, 3601.0, 3601.5, 3602.0, 3602.5])  # a lid was closed in between
    monkeypatch.setattr(capture_module, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    monkeypatch.setattr(capture_module, "microphones", lambda: ("Headset",))
    capture = Capture()
    capture._latest = capture._alive = 100.0
    assert [capture.fault for _ in range(6)] == [None] * 6
    assert capture.fault == "it stopped sending"


def test_loudness_goes_from_silence_to_full_scale() -> None:
    assert loudness(bytes(320)) == 0.0
    assert loudness(b"\xff\x7f" * 160) == pytest.approx(1.0, abs=0.01)
    assert loudness(b"") == 0.0
