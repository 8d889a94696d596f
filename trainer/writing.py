"""Files that are written whole or not at all, and for the learner's eyes only."""

from __future__ import annotations

import os
from pathlib import Path

from trainer.errors import TrainerError


def write_file(path: Path, data: bytes) -> None:
    """Put the file in its place when all of it is on the disk, 0600. Raises TrainerError where it cannot be written."""
    import tempfile

    refuse_what_is_no_file(path)
    try:
        handle, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(made, path)
        except BaseException:
            Path(made).unlink(missing_ok=True)
            raise
    except OSError as fault:
        raise TrainerError(f"{path} cannot be written: {fault.strerror or fault}.") from None


def refuse_what_is_no_file(path: Path) -> None:
    """Raises TrainerError for a folder, and for a device, which a file in its place would do away with."""
    if os.path.isdir(path):
        raise TrainerError(f"{path} is a folder; name a file.")
    if os.path.exists(path) and not os.path.isfile(path):
        raise TrainerError(f"{path} is no ordinary file.")
