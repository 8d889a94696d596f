"""Figures of live sound over a virtual sound card (PulseAudio): part `live` of `make bench`, skipped without it.

Every moment is taken from the card's own monitors: when the learner's last sound was in the air, when the other side's
first was. `python -m tests.bench.bench_live enter 4` runs one part on four replies.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.bench_speech import ROOT, noisy
from tests.data.make_speech import afresh, spoken_yaml
from tests.sound.card import VirtualCard, Watching
from trainer.core.call import Line
from trainer.core.scenario import Turn
from trainer.core.speech import RATE, Recording
from trainer.settings import Settings
from trainer.speech_in.microphone import Microphone
from trainer.speech_in.whisper import Whisper, as_floats

COUNT = 24  # replies
TURN = Turn.model_validate({"id": "t", "says": "Hello?"})
SET = 2.0  # seconds of silence that end a reply here: what the setting is by default; some replies pause for 0.9
AUDIBLE, FAINT = 0.02, 0.003  # of full scale
Row = tuple[str, str, str]  # what, figure, bound


@dataclass(frozen=True, slots=True)
class Call:
    """A reply of 5 to 12 s, and the names of its call."""

    text: str
    names: tuple[str, ...]
    spoken: Recording


def replies(count: int) -> list[Call]:
    written = spoken_yaml()["calls"][:count]
    clips = afresh([one["text"] for one in written])
    return [Call(one["text"], tuple(one["names"]), clip) for one, clip in zip(written, clips, strict=True)]


class Learner:
    """Speaks one reply into the card's microphone, and knows when its last sound was in the air."""

    def __init__(self, card: VirtualCard, said: Recording, clean: Recording) -> None:
        self._card = card
        self._said = Recording(said.samples + bytes(2 * RATE * 4))  # a silence longer than any wait for it
        self._last = last_loud(clean) - first_loud(said)  # after its first sound
        self._air: Watching = card.watch("micline.monitor")
        self.pressed = 0.0

    def __enter__(self) -> Learner:
        return self

    def __exit__(self, *_: object) -> None:
        self._card.hush()
        self._air.stop()

    def speaks(self) -> None:
        self._card.speak(self._said)

    @property
    def ended(self) -> float:
        """When the last sound was in the air; waits for the first."""
        for _ in range(500):
            with contextlib.suppress(LookupError):
                return self._air.first_loud(FAINT) + self._last
            time.sleep(0.02)
        raise LookupError("nothing was heard")

    def presses_enter(self, level: object, over: object) -> str:
        self.speaks()
        time.sleep(max(self.ended + 0.5 - time.perf_counter(), 0))
        self.pressed = time.perf_counter()
        return "done"

    def waits(self, level: object, over: threading.Event) -> str:
        self.speaks()
        over.wait(60)
        return "done"


def enter(card: VirtualCard, ears: Whisper, calls: Sequence[Call]) -> Iterator[Row]:
    """Enter, half a second after the last sound, to the text."""
    took = []
    for one in calls:
        with Learner(card, one.spoken, one.spoken) as learner:
            Microphone(ears, learner.presses_enter).listen(TURN, one.names)  # type: ignore[arg-type]
            took.append(time.perf_counter() - learner.pressed)
    lengths = [one.spoken.seconds for one in calls]
    yield "replies", f"{len(calls)}, of {min(lengths):.1f} to {max(lengths):.1f} s", ""
    yield from both("Enter half a second after the last sound → text", took, ("0.15 s", "0.35 s"))


def silence(card: VirtualCard, ears: Whisper, calls: Sequence[Call]) -> Iterator[Row]:
    yield from _ended_by_silence(card, ears, calls, "clean", lambda r: r)


def noise(card: VirtualCard, ears: Whisper, calls: Sequence[Call]) -> Iterator[Row]:
    yield from _ended_by_silence(card, ears, calls, "15 dB", lambda r: noisy(r, 15))


def _ended_by_silence(
    card: VirtualCard, ears: Whisper, calls: Sequence[Call], how: str, change: Callable[[Recording], Recording]
) -> Iterator[Row]:
    took = []
    for one in calls:
        with Learner(card, change(one.spoken), one.spoken) as learner:
            Microphone(ears, learner.waits, silence=SET).listen(TURN, one.names)  # type: ignore[arg-type]
            took.append(time.perf_counter() - learner.ended)
    whole = [seconds for seconds in took if seconds > 0]
    yield from both(f"by silence ({how}): last sound → text", whole, (f"{SET} + 0.12 s", ""))
    yield f"replies cut ({how})", f"{len(took) - len(whole)} of {len(calls)}", "0"


def speech_recognition(card: VirtualCard, ears: Whisper, calls: Sequence[Call]) -> Iterator[Row]:
    """The same replies through SpeechRecognition's `listen` and `recognize_faster_whisper`, with their defaults."""
    import speech_recognition as sr

    recogniser = sr.Recognizer()
    options = {"device": "cpu", "compute_type": "int8", "cpu_threads": 2}
    took, cut = [], 0
    for one in calls:
        with Learner(card, one.spoken, one.spoken) as learner, card.microphone() as source:
            threading.Timer(0.3, learner.speaks).start()
            audio = recogniser.listen(source, timeout=10)
            listened = time.perf_counter()
            recogniser.recognize_faster_whisper(
                audio, model=str(ears.folder), init_options=options, language="en", beam_size=1
            )
            if listened < learner.ended:
                cut += 1
            else:
                took.append(time.perf_counter() - learner.ended)
    if took:
        yield from both("… SpeechRecognition (not cut): last sound → text", took, ("", ""))
    yield "… SpeechRecognition: replies cut", f"{cut} of {len(calls)}", ""


def first_sound(card: VirtualCard, ears: Whisper, calls: Sequence[Call]) -> Iterator[Row]:
    """The other side's turn → its first sound in the loudspeaker, its line prepared as it is while it rings."""
    from trainer.speech_out.speaker import open_voice

    faults: list[str] = []
    voice = open_voice(Settings(), ROOT / "assets" / "sounds", faults.append)
    took = []
    for one in calls:
        line = Line(one.text)
        voice.prepare([line])
        voice.sound(("pickup",))
        time.sleep(0.6)
        air = card.watch("speaker.monitor")
        time.sleep(0.3)
        began = time.perf_counter()
        voice.speak(line)
        took.append(air.stop().first_loud(AUDIBLE) - began)
    voice.close()
    assert not faults, faults
    yield from both("the other side's turn → its first sound", took, ("0.1 s", ""))


def memory(card: VirtualCard, ears: Whisper, calls: Sequence[Call]) -> Iterator[Row]:
    """A whole voicemail by voice, trained judge included, in a process of its own."""
    from tests.sound.test_whole_calls import VOICEMAIL, call

    peaks: list[float] = []
    with tempfile.TemporaryDirectory() as home:
        call(
            card, Path(home), "voicemail-next-steps", VOICEMAIL, "--level", "easy", "--seed", "3",
            judge="trained", at_end=lambda pid: peaks.append(peak(pid)),
        )  # fmt: skip
    yield "peak memory of a voice call", f"{max(peaks):.0f} MB", "700 MB"


def peak(pid: int) -> float:
    """Megabytes that the process has had at most."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise LookupError(pid)


def both(what: str, took: Sequence[float], bounds: tuple[str, str]) -> Iterator[Row]:
    yield f"{what}, median", f"{statistics.median(took):.3f} s", bounds[0]
    yield "… 95th percentile", f"{np.quantile(took, 0.95):.3f} s", bounds[1]


def first_loud(recording: Recording) -> float:
    """Seconds at which the first of it can be told from silence."""
    return float(np.flatnonzero(np.abs(as_floats(recording)) > FAINT)[0]) / RATE


def last_loud(recording: Recording) -> float:
    """Seconds at which the last of it is heard."""
    return float(np.flatnonzero(np.abs(as_floats(recording)) > AUDIBLE)[-1]) / RATE


PARTS: dict[str, Any] = {
    "enter": enter, "silence": silence, "noise": noise, "speech_recognition": speech_recognition,
    "first_sound": first_sound, "memory": memory,
}  # fmt: skip


def main(wanted: Sequence[str] = (), count: int = COUNT) -> None:
    if not (shutil.which("pulseaudio") and shutil.which("pactl")):
        print("skipped: PulseAudio (pulseaudio, pulseaudio-utils) is not installed")
        return
    ears, calls = Whisper(), replies(count)
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        card = VirtualCard.start(Path(folder))
        os.environ.update(card.environment)
        try:
            for part in wanted or PARTS:
                for what, figure, bound in PARTS[part](card, ears, calls):
                    print(f"{what:<58}  {figure:<28} {'at most ' + bound if bound else ''}".rstrip(), flush=True)
        finally:
            card.stop()


if __name__ == "__main__":
    main(sys.argv[1:2], *[int(n) for n in sys.argv[2:3]])
