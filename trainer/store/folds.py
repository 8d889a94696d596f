"""What the schedule made of long histories, kept to be quick. Losing it costs time and nothing else.

A first line with a digest of the rest; a line of JSON that names the cards; then the forecasts, eight bytes each. A
file that is damaged, or was written by other sums, is as good as none.
"""

from __future__ import annotations

import contextlib
import json
import sys
from array import array
from collections.abc import Mapping
from pathlib import Path

from trainer.core.memory import Memory
from trainer.core.schedule import PARAMETERS, Folded
from trainer.errors import TrainerError
from trainer.writing import write_file

FILE = "cache/folds.bin"
WRITER = f"1 {sys.byteorder} {PARAMETERS}"  # another number here, and what older programs wrote is left alone


def load(home: Path) -> dict[str, Folded]:
    """What was kept, by card."""
    try:
        digest, _, body = (home / FILE).read_bytes().partition(b"\n")
        if digest != _digest(body):
            return {}
        head, _, numbers = body.partition(b"\n")
        written = json.loads(head)
        if written["writer"] != WRITER:
            return {}
        every = array("d", numbers)
        found: dict[str, Folded] = {}
        begin = 0
        for name, reviews, named, stability, difficulty in written["cards"]:
            end = begin + reviews - 1
            found[name] = Folded(reviews, bytes.fromhex(named), Memory(stability, difficulty), every[begin:end])
            begin = end
        return found
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def save(home: Path, folds: Mapping[str, Folded]) -> None:
    """Put these in the place of what was kept; a folder that cannot be written is no fault."""
    cards = [[n, f.reviews, f.digest.hex(), f.memory.stability, f.memory.difficulty] for n, f in folds.items()]
    head = json.dumps({"writer": WRITER, "cards": cards}, separators=(",", ":")).encode()
    body = head + b"\n" + b"".join(f.expected.tobytes() for f in folds.values())
    path = home / FILE
    with contextlib.suppress(OSError, TrainerError):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        write_file(path, _digest(body) + b"\n" + body)


def forget(home: Path) -> None:
    """Delete it, and what was left over from writing it."""
    for file in [home / FILE, *home.glob("cache/.folds*")]:
        file.unlink(missing_ok=True)


def _digest(body: bytes) -> bytes:
    from hashlib import blake2b

    return blake2b(body, digest_size=16).hexdigest().encode()
