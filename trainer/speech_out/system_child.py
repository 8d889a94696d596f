"""The child process of `system.py`: one order as JSON on stdin, one sound file out."""

from __future__ import annotations

import ctypes
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

ESPEAK_VOICES = ("en-us+f3", "en-us+m3", "en-gb+f4", "en-gb+m7", "en-gb-scotland+f2")  # in the order of PERSONAS
EMPTY = 4096  # bytes: more than any header


def main() -> None:
    order = json.load(sys.stdin)
    if sys.platform == "linux":
        borrow_espeak()
    import pyttsx3

    engine = pyttsx3.init()
    engine.setProperty("rate", order["words_a_minute"])
    choose(engine, order)
    engine.save_to_file(order["text"], order["out"])
    engine.runAndWait()
    wait_for(Path(order["out"]))


def wait_for(file: Path) -> None:
    """On Linux `runAndWait` returns before the sound is made. The parent's time limit ends a wait in vain."""
    size = -1
    while size <= EMPTY or size != file.stat().st_size:
        size = file.stat().st_size if file.exists() else -1
        time.sleep(0.05)


def borrow_espeak() -> None:
    """eSpeak NG from the package, where the system has none of its own."""
    try:
        ctypes.CDLL("libespeak-ng.so.1")
    except OSError:
        import espeakng_loader

        # Loaded under its own name first: pyttsx3, which asks for that name, is then given this one.
        os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
        ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)


def choose(engine: Any, order: dict[str, Any]) -> None:
    """The voice named; else one that differs from persona to persona."""
    voices = engine.getProperty("voices") or []
    if "+" in order["name"]:  # eSpeak's way to name a voice with a variant, such as en-us+f3
        engine.setProperty("voice", order["name"])
    elif order["name"]:
        found = [v.id for v in voices if order["name"].lower() in f"{v.id} {v.name}".lower()]
        if not found:
            sys.exit(f"there is no voice named {order['name']!r}")
        engine.setProperty("voice", found[0])
    elif any("gmw/" in v.id for v in voices):
        engine.setProperty("voice", ESPEAK_VOICES[order["person"]])
        engine.setProperty("pitch", round(min(max(50 * order["pitch"], 0), 99)))
    elif english := [v.id for v in voices if "en" in str(v.languages or v.id).lower()]:
        engine.setProperty("voice", english[order["person"] % len(english)])


if __name__ == "__main__":
    main()
