"""The files of a folder of scenarios, and their content."""

from __future__ import annotations

import hashlib
from pathlib import Path

from trainer.core.limits import MOST_BYTES
from trainer.core.plain_text import plain
from trainer.errors import TrainerError

SUFFIXES = (".yaml", ".yml", ".json")


def scenario_files(folder: Path, *, deep: bool = False) -> list[Path]:
    """The YAML and JSON files of a folder (`deep`: and of the folders in it), without hidden ones, by name."""
    try:
        found = folder.rglob("*") if deep else folder.iterdir()
        return sorted(
            path
            for path in found
            if path.suffix.lower() in SUFFIXES
            and not any(part.startswith(".") for part in path.relative_to(folder).parts)
            and path.is_file()
        )
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as fault:
        raise TrainerError(f"{folder}: the folder cannot be read ({fault.strerror}).") from None


def read_file(path: Path) -> bytes:
    """The file's bytes; one byte more than a scenario may have shows that it is too large. Raises TrainerError."""
    shown = plain(str(path))
    try:
        if path.is_dir():
            raise TrainerError(f"{shown}: this is a folder; a scenario is a file.")
        if path.exists() and not path.is_file():
            raise TrainerError(f"{shown}: this is no ordinary file.")
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise TrainerError(f"{shown}: there is no such file.") from None
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else fault
        raise TrainerError(f"{shown}: the file cannot be read ({reason}).") from None


def digest_of(data: bytes) -> str:
    """A short name of this very content."""
    return hashlib.blake2b(data, digest_size=12).hexdigest()
