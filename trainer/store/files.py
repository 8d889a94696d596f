"""Every file below the trainer's folder, and what it is for: what `trainer privacy` shows."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

PURPOSES = (
    ("history.sqlite3", "sessions, takes with what was said, grades"),
    ("history.sqlite3-*", "the history's log: writes that are not merged into it yet"),
    ("history.sqlite3.*.new", "left over from making the history"),
    ("history.damaged-*", "a damaged history, kept when a backup was put back"),
    ("backups/history-*.sqlite3*", "a copy of the history"),
    ("recordings/*.wav*", "the sound of a take that you chose to keep"),
    ("applications/*", "a job applied for: company, people, dates, numbers"),
    ("scenarios/*", "your own call scripts"),
    ("packs/*", "call scripts from a pack"),
    ("cache/*folds*", "what the schedule made of a long history, to be quick"),
    ("cache/*preview*", "where you left off in previews of scripts"),
    ("cache/*", "scenario files as last read, to be quick"),
    ("settings.toml", "how you want the trainer"),
    ("debug.log*", "a log without transcripts, from --debug"),
)
UNKNOWN = "not written by this program"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One file with its size in bytes; `ours` where this program writes such files."""

    path: Path
    name: str  # below the folder, with forward slashes
    purpose: str
    size: int
    ours: bool


def files_in(home: Path) -> tuple[KeptFile, ...]:
    """In the order of their names. Links are not followed."""
    found = sorted(p for p in home.rglob("*") if p.is_symlink() or p.is_file()) if home.is_dir() else []
    return tuple(_file(path, home) for path in found)


def _file(path: Path, home: Path) -> KeptFile:
    name = path.relative_to(home).as_posix()
    purpose = next((text for pattern, text in PURPOSES if fnmatchcase(name, pattern)), UNKNOWN)
    return KeptFile(path, name, purpose, path.lstat().st_size, purpose != UNKNOWN)
