"""Makes the recordings of tests/data/speech from replies.yaml: `python tests/data/make_speech.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "speech"
sys.path.insert(0, str(ROOT / "assets"))

from make_samples import say, write_opus  # noqa: E402


def main() -> None:
    written = yaml.safe_load((FOLDER / "replies.yaml").read_text(encoding="utf-8"))
    voices = written["voices"]
    for number, (id, text) in enumerate(written["replies"].items()):
        write_opus(FOLDER / f"{id}.opus", say(text, voices[number % len(voices)], written["words_a_minute"]))
    for id, wrong in written["wrong"].items():
        write_opus(FOLDER / f"{id}.opus", say(wrong["text"], wrong["voice"], written["words_a_minute"]))


if __name__ == "__main__":
    main()
