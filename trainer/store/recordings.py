"""Recordings that the learner chose to keep: one .wav file a take, in `recordings/`."""

from __future__ import annotations

import os
import wave
from io import BytesIO
from pathlib import Path

from trainer.core.speech import RATE, Recording
from trainer.store import database


def save(folder: Path, take_id: str, recording: Recording) -> Path:
    """Write the sound whole or not at all; 0600."""
    database.private_folder(folder)
    path = folder / f"{take_id}.wav"
    made = folder / f"{take_id}.wav.new"
    sound = BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(recording.samples)
    with database.saying(path):
        made.unlink(missing_ok=True)
        database.private_file(made)
        with made.open("wb") as file_:
            file_.write(sound.getvalue())
            file_.flush()
            os.fsync(file_.fileno())
        made.replace(path)
        database.sync_folder(folder)
    return path


def load(folder: Path, take_id: str) -> Recording | None:
    """The sound of this take, or None where none was kept."""
    path = folder / f"{take_id}.wav"
    if not path.is_file():
        return None
    with database.saying(path), wave.open(str(path), "rb") as file:
        return Recording(file.readframes(file.getnframes()))


def forget(folder: Path, take_ids: frozenset[str] | None = None) -> int:
    """Delete the sound of these takes, or all of it. Says how many files went."""
    found = [p for p in folder.glob("*.wav*") if take_ids is None or p.name.split(".wav")[0] in take_ids]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)
