"""The other side's voice: whatever fails costs the sound, once, and nothing else."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from trainer.core.call import Line
from trainer.core.scenario import Person
from trainer.core.speech import Recording
from trainer.errors import TrainerError, VoiceUnavailable
from trainer.settings import Settings
from trainer.speech_out import speaker as speaker_module
from trainer.speech_out.captions import Captions
from trainer.speech_out.clip import Clip, of, recorded
from trainer.speech_out.neural import NeuralVoice
from trainer.speech_out.persona import PERSONAS, Persona, Synthesiser
from trainer.speech_out.speaker import Speaker, open_voice
from trainer.speech_out.spoken import pronunciations, spoken
from trainer.speech_out.system import SystemVoice
from trainer.speech_out.telephone import as_left, band, tone

SOUNDS = Path(__file__).parents[2] / "assets" / "sounds"


class Loud:
    """An output that keeps what it is given, or fails."""

    def __init__(self, fails: bool = False) -> None:
        self.played: list[Clip] = []
        self.fails = fails

    def play(self, clip: Clip) -> None:
        if self.fails:
            raise VoiceUnavailable("No loudspeaker.")
        self.played.append(clip)

    def close(self) -> None: ...


class Talker:
    """A voice that says a second of tone, and keeps what it was asked."""

    def __init__(self, fault: Exception | None = None, hangs: threading.Event | None = None) -> None:
        self.asked: list[tuple[str, Persona, float]] = []
        self.fault = fault
        self.hangs = hangs

    def synthesise(self, text: str, persona: Persona, speed: float) -> Clip:
        self.asked.append((text, persona, speed))
        if self.hangs:
            self.hangs.wait()
        if self.fault:
            raise self.fault
        return Clip(tone(440, 1.0, 24_000), 24_000)


def speaker(voice: Synthesiser, output: Loud, said: list[str], **more: object) -> Speaker:
    return Speaker(lambda: voice, output, SOUNDS, said.append, **more)  # type: ignore[arg-type]


def test_a_line_is_made_once_and_heard_as_often_as_it_is_said() -> None:
    voice, output, said = Talker(), Loud(), []
    it = speaker(voice, output, said)
    line = Line("Hello there.")
    it.prepare([line])
    it.speak(line)
    it.speak(line)
    assert [text for text, _, _ in voice.asked] == ["Hello there."]
    assert len(output.played) == 2
    assert said == []


@pytest.mark.parametrize("fault", [VoiceUnavailable("No voice."), RuntimeError("broken inside")])
def test_a_voice_that_fails_is_said_once(fault: Exception) -> None:
    voice, output, said = Talker(fault), Loud(), []
    it = speaker(voice, output, said)
    it.speak(Line("One."))
    it.speak(Line("Two."))
    it.sound(("beep",))
    assert len(said) == 1
    assert said[0].endswith("The call goes on in captions.")
    assert len(output.played) == 1  # the beep needs no voice


def test_a_voice_that_hangs_does_not_hold_up_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speaker_module, "LATEST", 0.05)
    free = threading.Event()
    output, said = Loud(), []
    it = speaker(Talker(hangs=free), output, said)
    it.speak(Line("One."))
    it.speak(Line("Two."))
    it.close()
    free.set()
    assert said == ["The voice is too slow. The call goes on in captions."]
    assert output.played == []


def test_no_loudspeaker_is_said_once() -> None:
    output, said = Loud(fails=True), []
    it = speaker(Talker(), output, said)
    it.sound(("ring",))
    it.speak(Line("Hello."))
    it.play(Recording(bytes(3200)))
    assert said == ["No loudspeaker. The call goes on in captions."]


def test_a_missing_sound_is_no_fault(tmp_path: Path) -> None:
    said: list[str] = []
    Speaker(Talker, Loud(), tmp_path, said.append).sound(("ring", "beep"))
    assert said == []


def test_two_people_never_share_a_voice() -> None:
    voice, output = Talker(), Loud()
    it = speaker(voice, output, [])
    for name in ("Ann", "Ben", "Ann", "Cy"):
        it.speak(Line(f"I am {name}.", Person(name=name, voice="warm")))
    personas = [persona.name for _, persona, _ in voice.asked]
    assert personas[0] == "warm"
    assert len(set(personas)) == 3


def test_names_are_spoken_as_they_sound_and_captions_are_not_touched() -> None:
    voice = Talker()
    it = speaker(voice, Loud(), [], says_as={"Grace Oyelaran": "Grace oh-yeh-LAH-ran"}, speed=1.2)
    line = Line("Grace Oyelaran speaking.")
    it.speak(line)
    assert voice.asked[0][0] == "grace oh-yeh-lah-ran speaking."
    assert voice.asked[0][2] == 1.2
    assert line.text == "Grace Oyelaran speaking."


def test_a_line_has_no_silence_around_it() -> None:
    quiet = np.zeros(8_000, np.float32)
    slow = Clip(np.concatenate([quiet, tone(440, 1.0, 24_000), quiet]), 24_000)

    class Slow:
        def synthesise(self, text: str, persona: Persona, speed: float) -> Clip:
            return slow

    output = Loud()
    speaker(Slow(), output, []).speak(Line("Hello."))
    assert output.played[0].seconds == pytest.approx(1.06, abs=0.01)
    assert Clip(quiet, 24_000).trimmed().seconds == Clip(quiet, 24_000).seconds


def test_volume_and_telephone_change_what_is_heard() -> None:
    loud, quiet = Loud(), Loud()
    speaker(Talker(), loud, []).speak(Line("Hello."))
    speaker(Talker(), quiet, [], volume=0.25, telephone=True).speak(Line("Hello."))
    assert np.abs(quiet.played[0].sound).max() == pytest.approx(np.abs(loud.played[0].sound).max() / 4, rel=0.1)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("call 312 555 0147 today", "call three one two, five five five, zero one four seven today"),
        ("on +44 20 7946 0958.", "on four four, two zero, seven nine four six, zero nine five eight."),
        ("dial 0142", "dial zero one four two"),
        ("on 2026-11-03 at 9", "on 2026-11-03 at 9"),
        ("12,000 items in 6 weeks", "12,000 items in 6 weeks"),
        ("in 2026", "in 2026"),
    ],
)
def test_telephone_numbers_are_spoken_digit_by_digit(written: str, said: str) -> None:
    assert spoken(written, {}) == said


def test_how_a_name_is_said_may_be_written_for_the_last_name_alone() -> None:
    assert pronunciations({"Grace Oyelaran": "oh-yeh-LAH-ran"}) == {"Oyelaran": "oh-yeh-LAH-ran"}
    assert pronunciations({"Siobhan Reilly": "shiv-AWN RYE-lee"}) == {"Siobhan": "shiv-AWN", "Reilly": "RYE-lee"}


def strength(recording: Recording, hertz: float) -> float:
    spectrum = np.abs(np.fft.rfft(np.frombuffer(recording.samples, "<i2")))
    return float(spectrum[round(hertz * recording.seconds)])


def test_a_telephone_lets_through_300_to_3400_hertz() -> None:
    mixed = Clip(np.sum([tone(f, 1.0, 16_000, 0.2) for f in (100, 1000, 5000)], axis=0), 16_000)
    heard = recorded(band(mixed))
    assert strength(heard, 1000) > 100 * strength(heard, 100)
    assert strength(heard, 1000) > 100 * strength(heard, 5000)


def test_a_voicemail_stops_taking_in_with_a_beep() -> None:
    message = recorded(Clip(tone(500, 4.0, 16_000), 16_000))
    left = as_left(message, limit=2.0)
    assert left.seconds == pytest.approx(2.4, abs=0.01)
    assert strength(Recording(left.samples[-2 * 6400 :]), 1000) > 1000
    assert as_left(message, limit=10.0).seconds == pytest.approx(4.0, abs=0.01)


def test_another_rate_keeps_length_and_pitch() -> None:
    clip = recorded(Clip(tone(440, 1.0, 24_000), 24_000))
    assert clip.seconds == pytest.approx(1.0, abs=0.001)
    assert strength(clip, 440) > 50 * strength(clip, 660)
    assert of(clip).at(48_000).seconds == pytest.approx(1.0, abs=0.001)


def test_captions_are_silent_and_unknown_voices_are_named() -> None:
    Captions().speak(Line("Hello."))
    with pytest.raises(TrainerError, match="There is no voice 'robot'"):
        open_voice(Settings(voice="robot"), SOUNDS, print)


@pytest.mark.parametrize("name", ["ring", "pickup", "beep", "hold", "engaged", "hangup"])
def test_every_sound_of_a_call_is_there_and_can_be_heard(name: str) -> None:
    output = Loud()
    speaker(Talker(), output, []).sound((name,))  # type: ignore[arg-type]
    assert 0.1 < output.played[0].seconds < 5
    assert 0.1 < np.abs(output.played[0].sound).max() <= 1


def child(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import time; time.sleep(60)", "does not answer"),
        ("import sys; sys.exit('no espeak here')", "no espeak here"),
        ("pass", "made no sound"),
    ],
)
def test_a_system_voice_that_fails_or_hangs_is_unavailable(code: str, says: str) -> None:
    limit = 1.0 if "sleep" in code else 60.0  # a busy machine takes its time to start a program
    voice = SystemVoice(limit=limit, program=child(code))
    with pytest.raises(VoiceUnavailable, match=says):
        voice.synthesise("Hello.", PERSONAS["warm"], 1.0)


def test_the_neural_voice_tells_personas_apart() -> None:
    from trainer.speech_out.neural import NeuralVoice

    voice = NeuralVoice()
    clips = {name: voice.synthesise("Good morning, how can I help?", p, 1.0) for name, p in PERSONAS.items()}
    assert all(c.seconds > 1 for c in clips.values())
    assert clips["slow"].seconds > clips["brisk"].seconds * 1.2
    assert pitch(clips["low"]) < 0.75 * pitch(clips["warm"]) < pitch(clips["warm"]) < pitch(clips["bright"])
    again = voice.synthesise("Good morning, how can I help?", PERSONAS["low"], 1.0)
    assert np.array_equal(again.sound, clips["low"].sound)


def pitch(clip: Clip) -> float:
    """The median pitch in hertz, by autocorrelation of loud frames."""
    size, found = int(0.04 * clip.rate), []
    for start in range(0, len(clip.sound) - size, size):
        frame = clip.sound[start : start + size]
        if np.sqrt(np.mean(frame**2)) < 0.03:
            continue
        alike = np.correlate(frame, frame, "full")[size - 1 :]
        low, high = clip.rate // 400, clip.rate // 80
        lag = low + int(alike[low:high].argmax())
        if alike[lag] > 0.4 * alike[0]:
            found.append(clip.rate / lag)
    return float(np.median(found))


@pytest.mark.parametrize(
    ("line", "as_"), [("Er, no. Leave it.", "Er, no! Leave it."), ("No, no. Bye.", "No, no! Bye.")]
)
def test_a_sentence_that_ends_with_no_is_no_number(line: str, as_: str) -> None:
    voice = NeuralVoice()
    lengths = [
        voice.synthesise(text, PERSONAS["warm"], 1.0).seconds for text in (line, as_, line.replace("no.", "number."))
    ]
    assert abs(lengths[0] - lengths[1]) < 0.1 < lengths[2] - lengths[0]
