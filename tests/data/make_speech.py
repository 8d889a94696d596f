"""Makes recordings: `python tests/data/make_speech.py` those of tests/data/speech that are kept, from replies.yaml;
`afresh` those of spoken.yaml, which the bench has spoken each time and throws away.

The replies are kept in eSpeak NG's voices, which no recogniser finds easy, and in three of Flite's, which are cut from
recordings of people (needs the program `flite`, a Debian package)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from trainer.core.speech import RATE, Recording
from trainer.speech_in.recordings import read
from trainer.speech_in.whisper import as_floats
from trainer.speech_out.clip import Clip, recorded
from trainer.speech_out.neural import NeuralVoice
from trainer.speech_out.persona import PERSONAS
from trainer.speech_out.spoken import spoken

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "speech"
sys.path.insert(0, str(ROOT / "assets"))

from make_samples import AROUND, say, write_opus  # noqa: E402


def main() -> None:
    written = yaml.safe_load((FOLDER / "replies.yaml").read_text(encoding="utf-8"))
    voices = written["voices"]
    for number, (id, text) in enumerate(written["replies"].items()):
        write_opus(FOLDER / f"{id}.opus", say(text, voices[number % len(voices)], written["words_a_minute"]))
        for voice in written["flite"]:
            write_opus(FOLDER / f"{id}-{voice}.opus", say_with_flite(text, voice))
    for id, wrong in written["wrong"].items():
        write_opus(FOLDER / f"{id}.opus", say(wrong["text"], wrong["voice"], written["words_a_minute"]))


def say_with_flite(text: str, voice: str) -> Clip:
    """The text in a voice of Flite's, a little slower than it speaks by itself: as one leaves a message."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        slower = ["--setf", "duration_stretch=1.15"]
        subprocess.run(["flite", "-voice", voice, *slower, "-t", spoken(text, {}), "-o", path], check=True)
        sound = as_floats(read(path))
    return _between_silences(Clip(sound, RATE).levelled())


def spoken_yaml() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / "spoken.yaml").read_text(encoding="utf-8"))
    return found


def afresh(texts: list[str]) -> Iterator[Recording]:
    """Each text spoken, by eSpeak NG and hibari in turn, every time by another of their voices."""
    written, neural = spoken_yaml(), NeuralVoice()
    for number, text in enumerate(texts):
        if number % 2 == 0:
            voices = written["espeak"]
            yield recorded(say(text, voices[number // 2 % len(voices)], written["words_a_minute"]))
        else:
            voices = written["hibari"]
            clip = neural.synthesise(spoken(text, {}), PERSONAS[voices[number // 2 % len(voices)]], 0.9)
            yield recorded(_between_silences(clip.levelled().trimmed().at(RATE)))


def _between_silences(clip: Clip) -> Clip:
    quiet = np.zeros(int(AROUND * clip.rate), np.float32)
    return Clip(np.concatenate([quiet, clip.sound, quiet]), clip.rate)


if __name__ == "__main__":
    main()
