"""Figures of ears and voice: `python -m tests.bench.bench_speech` (part of `make bench`). Prints one table.

Rows on real voices need ../shared/audio/real and are skipped by name without it; live sound has a bench of its own.
"""

from __future__ import annotations

import json
import re
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import jiwer
import numpy as np
import yaml
from whisper_normalizer.english import EnglishTextNormalizer

from tests.data.make_speech import afresh, spoken_yaml
from trainer.core.names_heard import key, sounds_alike
from trainer.core.normalise import FILLERS
from trainer.core.speech import RATE, Recording
from trainer.speech_in.recordings import read
from trainer.speech_in.whisper import Whisper, as_floats
from trainer.speech_out.telephone import as_left

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "audio" / "real"
CLIPS = ROOT / "tests" / "data" / "speech"
WRITTEN = yaml.safe_load((CLIPS / "replies.yaml").read_text(encoding="utf-8"))
Row = tuple[str, str, str]  # what, figure, bound


def fillers(text: str) -> int:
    """How many words of it the product takes for fillers (ah, too: an uh is often written so)."""
    return sum(word.strip(" .,…-!?").lower() in FILLERS for word in text.split())


plainly = EnglishTextNormalizer()  # Whisper's own: no case, marks and fillers; numbers and contractions made equal


def noisy(recording: Recording, decibels: float) -> Recording:
    """Under pink noise at this ratio of speech to noise."""
    sound = as_floats(recording).astype(np.float64)
    white = np.fft.rfft(np.random.default_rng(0).standard_normal(len(sound)))
    pink = np.fft.irfft(white / np.sqrt(np.maximum(np.arange(len(white)), 1)), len(sound))
    pink *= np.sqrt(np.mean(sound**2) / np.mean(pink**2)) / 10 ** (decibels / 20)
    return Recording((np.clip(sound + pink, -1, 1) * 32767).astype("<i2").tobytes())


def real_voices(ears: Whisper) -> Iterator[Row]:
    if not REAL.is_dir():
        yield "word error rate on real voices", "skipped: ../shared/audio/real is missing", ""
        return
    refs = json.loads((REAL / "refs.json").read_text(encoding="utf-8"))
    recordings = {id: read(REAL / f"{id}.wav") for id in refs}
    ways: dict[str, Callable[[Recording], Recording]] = {
        "clean": lambda r: r,
        "noise at 15 dB": lambda r: noisy(r, 15),
        "telephone band": as_left,
    }
    for way, change in ways.items():
        heard = {id: ears.transcribe(change(r), ()).text for id, r in recordings.items()}
        rate = jiwer.wer([plainly(refs[id]["ref"]) for id in refs], [plainly(heard[id]) for id in refs])
        yield f"word error rate, real voices, {way}", f"{rate:.1%}", ""
        if way == "clean":
            fluent = [id for id in refs if not fillers(refs[id]["ref"])]
            invented = sum(fillers(heard[id]) for id in fluent)
            yield f"fillers invented in {len(fluent)} fluent recordings", str(invented), "0"


def beside_speech_recognition(ears: Whisper) -> Iterator[Row]:
    """The same recordings through SpeechRecognition's faster-whisper, which loads the model at every call."""
    import speech_recognition as sr

    if not find_spec("soundfile"):  # which SpeechRecognition needs for it and does not bring
        yield "SpeechRecognition's recognize_faster_whisper", "skipped: the package soundfile is not installed", ""
        return
    recogniser = sr.Recognizer()
    ours, theirs = [], []
    options = {"device": "cpu", "compute_type": "int8", "cpu_threads": 2}
    for id in list(WRITTEN["replies"])[:8]:
        recording = read(CLIPS / f"{id}.opus")
        ours.append(seconds(lambda r=recording: ears.transcribe(r, WRITTEN["names"])))  # type: ignore[misc]
        audio = sr.AudioData(recording.samples, RATE, 2)
        theirs.append(
            seconds(
                lambda a=audio: recogniser.recognize_faster_whisper(  # type: ignore[misc]
                    a, model=str(ears.folder), init_options=options, language="en", beam_size=1
                )
            )
        )
    mine, other = statistics.median(ours), statistics.median(theirs)
    yield "reply to words, median", f"{mine:.2f} s", ""
    yield "… SpeechRecognition's recognize_faster_whisper", f"{other:.2f} s ({other / mine:.1f} of ours)", ""


def facts_of_the_call(ears: Whisper) -> Iterator[Row]:
    names = WRITTEN["names"]
    replies = {id: ears.transcribe(read(CLIPS / f"{id}.opus"), names).text.lower() for id in WRITTEN["replies"]}
    for fact in ("me.name", "company"):
        right = sum(WRITTEN["facts"][fact].lower() in text for text in replies.values())
        yield f"{fact} heard right", f"{right} of {len(replies)}", "95 %"
    number = re.sub(r"\D", "", WRITTEN["facts"]["me.phone"])
    right = sum(number in re.sub(r"\D", "", text) for text in replies.values())
    yield "number heard right, to the digit", f"{right} of {len(replies)}", "90 %"
    wrong = {id: ears.transcribe(read(CLIPS / f"{id}.opus"), names).text.lower() for id in WRITTEN["wrong"]}
    credited = [id for id, text in wrong.items() if any(sounds_alike("castellano", w) > 0.95 for w in text.split())]
    yield "wrong names credited", f"{len(credited)} of {len(wrong)} {' '.join(credited)}", "5 %"


def names_and_fillers(ears: Whisper) -> Iterator[Row]:
    """Sentences of tests/data/speech/spoken.yaml, spoken afresh by two synthesisers in eleven voices."""
    written = spoken_yaml()
    calls = written["calls"]
    heard = [
        ears.transcribe(clip, call["names"]).text.lower()
        for call, clip in zip(calls, afresh([call["text"] for call in calls]), strict=True)
    ]
    for place, whose in enumerate(("the learner's name", "the other's name", "the company")):
        wrote = [call["names"][place].lower() for call in calls]
        alike = sum(_sounds_in(name, text) for name, text in zip(wrote, heard, strict=True))
        right = sum(name in text for name, text in zip(wrote, heard, strict=True))
        yield f"{whose}, by sound (as it is written)", f"{alike} of {len(calls)} ({right})", "95 %"
    wrong = written["wrong"]
    said = [ears.transcribe(clip, written["told"]).text for clip in afresh([one["says"] for one in wrong])]
    credited = [
        one["says"] for one, text in zip(wrong, said, strict=True) if set(one["not"]) & set(map(key, text.split()))
    ]
    yield "wrong names credited", f"{len(credited)} of {len(wrong)}", "5 %"
    for kind, bound in (("fillers", "95 %"), ("fluent", "0")):
        texts = written[kind]
        counts = [
            (fillers(text), fillers(ears.transcribe(clip, written["told"]).text))
            for text, clip in zip(texts, afresh(texts), strict=True)
        ]
        if kind == "fillers":
            kept, spoken = sum(min(pair) for pair in counts), sum(a for a, _ in counts)
            yield "fillers kept", f"{kept} of {spoken}", bound
        else:
            yield f"fillers invented in {len(texts)} fluent sentences", f"{sum(b for _, b in counts)}", bound


def _sounds_in(name: str, text: str) -> bool:
    """Is every word of the name there, as the judge takes a name?"""
    words = [key(word) for word in text.split()]
    return all(any(sounds_alike(key(part), word) > 0.8 for word in words) for part in name.split())


def recorded(ears: Whisper) -> Iterator[Row]:
    """A recorded reply of ten seconds, from its file to the verdict on the disk: what recogniser and judge leave over."""
    from tests.bench.recorded import over_and_above, peak_of_a_call, write_wav

    with tempfile.TemporaryDirectory() as folder:
        reply = Path(folder) / "reply.wav"
        sound = b"".join(read(CLIPS / f"{id}.opus").samples for id in ("r01", "r02"))
        write_wav(reply, Recording(sound[: 10 * RATE * 2]))
        own, over = over_and_above(ears, reply, Path(folder) / "home")
        yield "10 s reply to verdict: recogniser and judge", f"{own:.2f} s", ""
        yield "… and all else", f"{over * 1000:.0f} ms", "100 ms"
        yield "peak memory of a recorded call", f"{peak_of_a_call(Path(folder) / 'other'):.0f} MB", "600 MB"


def voice(_: Whisper) -> Iterator[Row]:
    from trainer.speech_out.neural import NeuralVoice
    from trainer.speech_out.persona import PERSONAS

    it = NeuralVoice()
    it.synthesise("Warm up.", PERSONAS["warm"], 1.0)
    took = [seconds(lambda t=t: it.synthesise(t, PERSONAS["low"], 1.0)) for t in WRITTEN["replies"].values()]  # type: ignore[misc]
    yield "a line to sound, median", f"{statistics.median(took) * 1000:.0f} ms", "100 ms"


def seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def main(parts: Sequence[Callable[[Whisper], Iterator[Row]]] = ()) -> None:
    began = time.perf_counter()
    ears = Whisper()
    rows: list[Row] = [("the recogniser loaded", f"{time.perf_counter() - began:.2f} s", "")]
    for part in parts or (
        recorded,
        voice,
        facts_of_the_call,
        names_and_fillers,
        beside_speech_recognition,
        real_voices,
    ):
        rows += part(ears)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows.append(("peak memory, bench included", f"{peak:.0f} MB", "700 MB"))
    width = max(len(row[0]) for row in rows)
    for what, figure, bound in rows:
        print(f"{what:<{width}}  {figure:<40} {'at most/least ' + bound if bound else ''}".rstrip())


if __name__ == "__main__":
    main()
