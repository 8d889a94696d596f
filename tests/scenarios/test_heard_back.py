"""Every shipped line, spoken by the default voice as in a call, is heard back by the recogniser: none is garbled.

The first wording of each line in each mood, and of the others a part that stays the same from run to run, the built-in
application filled in, each by the voice of whoever says it; EVERY_WORDING=1 takes all, which lasts minutes longer. The
recogniser's weights hear them in batches first, which is quick; what did not come out clearly is heard again by the
recogniser itself. A line is clear where what was heard sounds like it: names and homophones are spelled as one likes.
"""

from __future__ import annotations

import os
import re
import zlib
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

pytestmark = pytest.mark.slow
LONGEST = 15.0  # seconds that a line may take
CLEAR = 0.75  # likeness by sound of a line that was understood
SHORT = (2, 0.5)  # or so few sounds wrong and more than this right: half a word weighs much in a short line
OTHERS = 4  # of the further wordings every so manieth
BATCH = 16
QUIET = 2.0  # seconds of silence after each line, as at the end of a reply


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line, as it is shown and as a voice is given it, and what became of it."""

    scenario: str
    persona: str
    caption: str
    text: str
    names: tuple[str, ...] = ()
    seconds: float = 0.0
    heard: str = ""

    @property
    def likeness(self) -> float:
        return max(alike(text, self.heard) for text in (self.text, self.caption))

    @property
    def clear(self) -> bool:
        return any(is_clear(text, self.heard) for text in (self.text, self.caption))


def test_no_line_is_garbled_or_longer_than_fifteen_seconds() -> None:
    lines = list(every_line())
    assert len(lines) > 900
    heard = hear(lines)
    for one in sorted(heard, key=lambda s: s.likeness)[:20]:
        print(f"{one.likeness:.2f} {one.scenario} ({one.persona}): {one.text!r} was heard as {one.heard!r}")
    assert [s.text for s in heard if s.seconds > LONGEST] == []
    assert [(s.text, s.heard) for s in heard if not s.clear] == []


@pytest.mark.parametrize("garbled", ["Go to the mourning hall then food.", "Good morning", "", "Morning " * 12])
def test_what_is_garbled_would_be_found(garbled: str) -> None:
    line = "Good morning, Halden Foods, how can I help you?"
    assert is_clear(line, "good morning, haldon fruits. How can I help you")
    assert not is_clear(line, garbled)


@pytest.mark.parametrize(("line", "heard"), [("Yes?", "No."), ("Go on.", "Thank you."), ("Speaking.", "")])
def test_a_short_line_is_not_heard_in_another(line: str, heard: str) -> None:
    assert is_clear(line, line.lower())
    assert not is_clear(line, heard)


def every_line() -> Iterator[Spoken]:
    """Each different line once for every voice that says it."""
    everything = os.environ.get("EVERY_WORDING") == "1"
    seen = set()
    for path in FILES:
        scenario, facts = filled(path), known(written(path), FACTS)
        sounds, cast = pronunciations(says_as(facts)), Cast()
        for speaker, lines in said(scenario):
            persona = cast.persona(scenario.cast.get(speaker) if speaker else None).name
            names = tuple(facts[k] for k in ("me.name", "contact.name", "company") if k in facts)
            for n, wording in (w for mood in (lines.warm, lines.neutral, lines.cool) for w in enumerate(mood or ())):
                chosen = everything or n == 0 or zlib.crc32(wording.encode()) % OTHERS == 0
                text = spoken(wording, sounds)
                if chosen and (text, persona) not in seen:
                    seen.add((text, persona))
                    yield Spoken(path.stem, persona, wording, text, names)


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


def is_clear(text: str, heard: str) -> bool:
    """Did this come out as it is written?"""
    likeness, (few, half) = alike(text, heard), SHORT
    wrong = round((1 - likeness) * len(_sound(text)))
    return likeness >= CLEAR or (wrong <= few and max(likeness, _spelled_alike(text, heard)) > half)


def alike(text: str, heard: str) -> float:
    """How alike two lines sound, 0 to 1, wherever their words are parted.

    What was heard beside the line counts for nothing: a recogniser thanks for watching where nobody speaks.
    """
    line, sounds = _sound(text), _sound(heard)
    ends = range(len(line) * 3 // 4, len(line) * 5 // 4 + 1)
    begins = range(SHORT[0] + 1)
    return max(Levenshtein.normalized_similarity(line, sounds[b : b + end]) for b in begins for end in ends)


def _spelled_alike(text: str, heard: str) -> float:
    return Levenshtein.normalized_similarity(*(re.sub("[^a-z0-9]", "", said.lower()) for said in (text, heard)))


def _sound(text: str) -> str:
    """The consonants, so that it does not matter where words are parted."""
    text = re.sub(r"\ba (hundred|thousand)", r"one \1", text.replace("-", " "), flags=re.IGNORECASE)
    return re.sub("(?<!^)[AEIOU]", "", "".join(_code(word) for word in plain(text).split()))


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
            found.append(heard if heard.clear else _carefully(heard, clips[one]))
    return found


def _clip(voice: NeuralVoice, one: Spoken) -> Clip:
    return voice.synthesise(one.text, PERSONAS[one.persona], 1.0).levelled().trimmed()


def _carefully(one: Spoken, clip: Clip) -> Spoken:
    """By the recogniser as in a call: without the names, and, where that is not clear, with them."""
    for names in ((), one.names):
        one = replace(one, heard=_ears().transcribe(recorded(clip), names).text)
        if one.clear:
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
    most = round(16 + 7 * longest / 16_000)
    encoded = _weights().encode(ctranslate2.StorageView.from_array(batch))
    found = _weights().generate(encoded, [start] * len(sounds), beam_size=1, max_length=most)
    return [words.decode(one.sequences_ids[0]) for one in found]
