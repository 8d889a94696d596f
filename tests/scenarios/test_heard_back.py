"""Every shipped line, spoken by the default voice as in a call, is heard back by the recogniser: none is garbled.

All wordings of all moods and levels, the built-in application filled in, each by the voice of whoever says it. The
recogniser's weights hear them in batches first, which is quick; what did not come out clearly is heard again by the
recogniser itself. A line is clear where what was heard sounds like it: names and homophones are spelled as one likes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import jellyfish
import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from tests.scenarios.test_deck import FACTS, FILES, filled, written
from trainer.core.normalise import plain
from trainer.core.placeholders import known
from trainer.core.scenario import Lines, Scenario
from trainer.speech_in.whisper import Floats, Whisper, as_floats, packaged_folder
from trainer.speech_out.clip import Clip, recorded
from trainer.speech_out.neural import NeuralVoice
from trainer.speech_out.persona import PERSONAS, Cast
from trainer.speech_out.spoken import pronunciations, spoken
from trainer.wiring import says_as

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skip(reason="not yet seen to pass on a quiet machine: run it by name after taking this line out"),
]
LONGEST = 15.0  # seconds that a line may take
CLEAR = 0.75  # likeness by sound of a line that was understood
BATCH = 16
QUIET = 4.0  # seconds of silence after each line; with less the decoder goes round in circles


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line as a voice is given it, and what became of it."""

    scenario: str
    persona: str
    text: str
    names: tuple[str, ...] = ()
    seconds: float = 0.0
    heard: str = ""

    @property
    def likeness(self) -> float:
        return alike(self.text, self.heard)


def test_no_line_is_garbled_or_longer_than_fifteen_seconds() -> None:
    lines = list(every_line())
    assert len(lines) > 2000
    heard = hear(lines)
    for one in sorted(heard, key=lambda s: s.likeness)[:20]:
        print(f"{one.likeness:.2f} {one.scenario} ({one.persona}): {one.text!r} was heard as {one.heard!r}")
    assert [s.text for s in heard if s.seconds > LONGEST] == []
    assert [(s.text, s.heard) for s in heard if s.likeness < CLEAR] == []


@pytest.mark.parametrize("garbled", ["Go to the mourning hall then food.", "Good morning", "", "Morning " * 12])
def test_what_is_garbled_would_be_found(garbled: str) -> None:
    line = "Good morning, Halden Foods, how can I help you?"
    assert alike(line, "good morning, haldon fruits. How can I help you") >= CLEAR
    assert alike(line, garbled) < CLEAR


def every_line() -> Iterator[Spoken]:
    """Each different line once for every voice that says it."""
    seen = set()
    for path in FILES:
        scenario, facts = filled(path), known(written(path), FACTS)
        sounds, cast = pronunciations(says_as(facts)), Cast()
        for speaker, lines in said(scenario):
            persona = cast.persona(scenario.cast.get(speaker) if speaker else None).name
            for wording in (w for mood in (lines.warm, lines.neutral, lines.cool) for w in mood or ()):
                text = spoken(wording, sounds)
                if (text, persona) not in seen:
                    seen.add((text, persona))
                    names = tuple(facts[k] for k in ("me.name", "contact.name", "company") if k in facts)
                    yield Spoken(path.stem, persona, text, names)


def said(scenario: Scenario) -> Iterator[tuple[str | None, Lines]]:
    """Everything that the other side may say, with its speaker."""
    for turn in scenario.turns:
        yield turn.speaker, turn.says
        if turn.ask_again:
            yield turn.speaker, turn.ask_again
        for obstacle in turn.obstacles:
            yield turn.speaker, obstacle.says
        for branch in turn.branches:
            if branch.says:
                yield turn.speaker, branch.says
        if scenario.mood and scenario.mood.ends_with:
            yield turn.speaker, scenario.mood.ends_with


def alike(text: str, heard: str) -> float:
    """How alike two lines sound, 0 to 1, wherever their words are parted."""
    return Levenshtein.normalized_similarity(_sound(text), _sound(heard))


def _sound(text: str) -> str:
    return "".join(_code(word) for word in plain(text.replace("-", " ")).split())


@cache
def _code(word: str) -> str:
    return str(jellyfish.metaphone(word)).replace(" ", "") or word


def hear(lines: Sequence[Spoken]) -> list[Spoken]:
    """All of them, on every processor."""
    count = os.cpu_count() or 1
    with ProcessPoolExecutor(count) as processes:
        parts = processes.map(_hear, [lines[n::count] for n in range(count)])
        return [one for part in parts for one in part]


def _hear(lines: Sequence[Spoken]) -> list[Spoken]:
    voice = NeuralVoice()
    clips = {one: _clip(voice, one) for one in lines}
    by_length = sorted(lines, key=lambda one: clips[one].seconds)
    found = []
    for start in range(0, len(by_length), BATCH):
        batch = by_length[start : start + BATCH]
        texts = _quickly([as_floats(recorded(clips[one])) for one in batch])
        for one, text in zip(batch, texts, strict=True):
            heard = replace(one, seconds=clips[one].seconds, heard=text)
            found.append(heard if heard.likeness >= CLEAR else _carefully(heard, clips[one]))
    return found


def _clip(voice: NeuralVoice, one: Spoken) -> Clip:
    return voice.synthesise(one.text, PERSONAS[one.persona], 1.0).levelled().trimmed()


def _carefully(one: Spoken, clip: Clip) -> Spoken:
    """By the recogniser as in a call: without the names, and, where that is not clear, with them."""
    for names in ((), one.names):
        one = replace(one, heard=_ears().transcribe(recorded(clip), names).text)
        if one.likeness >= CLEAR:
            break
    return one


@cache
def _ears() -> Whisper:
    return Whisper()


@cache
def _weights() -> Any:
    import ctranslate2

    return ctranslate2.models.Whisper(str(packaged_folder()), device="cpu", compute_type="int8", intra_threads=1)


@cache
def _words() -> Any:
    import tokenizers
    from faster_whisper.tokenizer import Tokenizer

    return Tokenizer(tokenizers.Tokenizer.from_file(str(packaged_folder() / "tokenizer.json")), False)


def _quickly(sounds: Sequence[Floats]) -> list[str]:
    """A batch at once, greedily, without times."""
    import ctranslate2
    from faster_whisper.feature_extractor import FeatureExtractor

    extract, longest = FeatureExtractor(), max(len(sound) for sound in sounds)
    features = [extract(np.pad(sound, (0, longest - len(sound)))) for sound in sounds]
    frames = min(f.shape[1] for f in features)
    batch = np.pad(np.stack([f[:, :frames] for f in features]), ((0, 0), (0, 0), (0, round(QUIET * 100))))
    batch = np.ascontiguousarray(batch[:, :, : batch.shape[2] // 2 * 2], dtype=np.float32)
    words = _words()
    start = [words.sot, words.no_timestamps]
    most = round(10 + 5 * longest / 16_000)
    encoded = _weights().encode(ctranslate2.StorageView.from_array(batch))
    found = _weights().generate(encoded, [start] * len(sounds), beam_size=1, max_length=most)
    return [words.decode(one.sequences_ids[0]) for one in found]
