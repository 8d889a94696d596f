"""Replies from sound files: wav, flac, mp3, ogg, opus, m4a, all opened before the call starts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path
from typing import Any

from trainer.core.scenario import Turn
from trainer.core.speech import RATE, Recording, Reply
from trainer.errors import OutOfReplies, TrainerError
from trainer.ports import Ask, Recogniser

LONGEST = 300.0  # seconds of one reply
MISSING = 0.25  # seconds that may lack of what a header promises
BYTES = 2  # a sample


class Recordings:
    """Recordings in place of a microphone: one a reply, in their order. `unused` are those left at the end."""

    def __init__(self, files: Sequence[Path], recogniser: Recogniser) -> None:
        self._waiting = [(path, read(path)) for path in files]
        self._recogniser = recogniser

    @property
    def unused(self) -> tuple[str, ...]:
        return tuple(str(path) for path, _ in self._waiting)

    def listen(self, turn: Turn, prompt: Sequence[str]) -> Reply | Ask:
        if not self._waiting:
            raise OutOfReplies
        _, recording = self._waiting.pop(0)
        return Reply(self._recogniser.transcribe(recording, prompt), recording)

    def close(self) -> None: ...


def read(path: Path) -> Recording:
    """The sound of a file. Raises TrainerError, one sentence with the path, for what is no usable reply."""
    try:
        if path.is_dir():
            raise TrainerError(f"{path}: this is a folder; hand in a recording of your reply.")
        if path.exists() and not path.is_file():  # opening a pipe might wait for ever
            raise TrainerError(f"{path}: this is no ordinary file; save the recording first.")
        with path.open("rb") as file:
            return _decode(path, file)
    except FileNotFoundError:
        raise TrainerError(f"{path}: there is no such file.") from None
    except OSError as fault:
        raise TrainerError(f"{path}: cannot be read ({fault.strerror or fault}).") from None


def _decode(path: Path, file: BufferedReader) -> Recording:
    import av
    from av.audio.resampler import AudioResampler

    size = os.fstat(file.fileno()).st_size
    kind = _kind(path, file.read(64), size)
    promised = _promised_by_wav(file, size) if kind == "wav" else None
    file.seek(0)
    samples = bytearray()
    try:
        with av.open(file, mode="r", format=kind, metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise TrainerError(f"{path}: holds no sound; hand in a recording of your reply.")
            length = container.duration / av.time_base if container.duration else None
            # A header may promise anything: it is believed only where the file is large enough to hold it.
            if length and length > LONGEST + 1 and size * 8 / length > 1000:
                raise _too_long(path)
            if kind in {"flac", "mov"}:
                promised = length
            resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
            for packet in container.demux(audio=0):
                for frame in _frames(packet):
                    for part in resampler.resample(frame):
                        samples += part.to_ndarray().tobytes()
                if len(samples) > LONGEST * RATE * BYTES:
                    raise _too_long(path)
            for part in resampler.resample(None):
                samples += part.to_ndarray().tobytes()
    except av.error.FFmpegError:
        if not samples:
            raise TrainerError(
                f"{path}: is damaged, cut short or not a sound recording; export it again as wav."
            ) from None
    if not samples:
        raise TrainerError(f"{path}: holds no sound data; record the reply again.")
    seconds = len(samples) / BYTES / RATE
    if promised and seconds < promised - MISSING:
        raise TrainerError(f"{path}: is cut short: {seconds:.1f} of {promised:.1f} seconds are there; copy it again.")
    return Recording(bytes(samples))


def _frames(packet: Any) -> list[Any]:
    """The frames of a packet; a damaged one is left out, as players do."""
    import av

    try:
        return list(packet.decode())
    except av.error.InvalidDataError:
        return []


def _too_long(path: Path) -> TrainerError:
    return TrainerError(f"{path}: is longer than {LONGEST / 60:.0f} minutes; a reply is one answer, cut it out first.")


def _kind(path: Path, head: bytes, size: int) -> str:
    """The container by its first bytes, so that no text file is taken for a playlist of others."""
    if not size:
        raise TrainerError(f"{path}: is empty; record the reply again.")
    if head[:4] in {b"RIFF", b"RF64"} and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"fLaC":
        return "flac"
    if head[:4] == b"OggS":
        return "ogg"
    if head[4:8] == b"ftyp":
        return "mov"
    if head[:3] == b"ID3" or (head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE0 == 0xE0 and head[1] & 0x06):
        return "mp3"
    raise TrainerError(f"{path}: is not a sound recording that can be read (wav, flac, mp3, ogg, opus or m4a).")


def _promised_by_wav(file: BufferedReader, size: int) -> float | None:
    """Seconds that a wav header promises; None where it leaves its length open, as a recorder in a pipe does."""
    file.seek(12)
    rate = 0  # bytes a second
    while len(head := file.read(8)) == 8:
        length = int.from_bytes(head[4:], "little")
        if head[:4] == b"fmt ":
            rate = int.from_bytes(file.read(16)[8:12], "little")
            file.seek(length - 16 + length % 2, os.SEEK_CUR)
        elif head[:4] == b"data":
            return length / rate if rate and length < 0x7FFFF000 else None
        else:
            file.seek(length + length % 2, os.SEEK_CUR)
    return None
