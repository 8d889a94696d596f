"""Packs of scenarios, shared as a folder or a zip: taken in like any input, and never run.

Only YAML and JSON that reads as a scenario is copied, byte for byte, under the scenario's id; everything else in the
pack stays where it is.
"""

from __future__ import annotations

import lzma
import os
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from trainer.core.authored import ID
from trainer.core.gist import gist_of
from trainer.core.limits import MOST_BYTES
from trainer.core.plain_text import plain
from trainer.errors import FileFaults, TrainerError
from trainer.library import BESIDE, Library
from trainer.library.files import SUFFIXES, digest_of, read_file, scenario_files

MOST_SCENARIOS = 1_000
MOST_FILES = 5_000  # of any kind, in a pack
MOST_IN_ALL = 50_000_000  # bytes of all scenarios of a pack together
MOST_FAULTS = 50
UNDATED = (1980, 1, 1, 0, 0, 0)  # the same scenarios make the same pack
BROKEN_ZIP = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError,
    ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was taken in."""

    name: str
    scenarios: tuple[str, ...]  # ids
    left_out: int = 0  # files that are no scenarios
    over_shipped: tuple[str, ...] = ()  # ids that ship, too: the pack's goes first


def make(library: Library, wanted: Sequence[str], out: Path) -> tuple[str, ...]:
    """Write these scenarios (ids or paths) as a zip that `add` takes in; their ids. Raises TrainerError."""
    if out.suffix.lower() != ".zip":
        raise TrainerError(f"{out}: a pack is a zip; give it a name that ends in .zip.")
    found: dict[str, tuple[str, bytes]] = {}
    for name in wanted:
        path = library.find(name)
        data = read_file(path)
        id = library.check(data, str(path)).read.value.id
        if id in found:
            raise TrainerError(f"{id} would be in the pack twice; name it once.")
        found[id] = (path.suffix, data)
    try:
        with zipfile.ZipFile(out, "x", zipfile.ZIP_DEFLATED) as archive:
            for id, (suffix, data) in found.items():
                archive.writestr(zipfile.ZipInfo(f"{id}{suffix}", UNDATED), data, zipfile.ZIP_DEFLATED)
    except FileExistsError:
        raise TrainerError(f"{out}: there is such a file already; choose another name.") from None
    except OSError as fault:
        raise TrainerError(f"{out}: the file cannot be written ({fault.strerror}).") from None
    return tuple(found)


def add(library: Library, source: Path, name: str | None = None) -> Pack:
    """Take a pack in. Raises FileFaults with the mistakes of all its files, and then nothing is taken in."""
    name = name or _name_of(source)
    if not re.fullmatch(ID, name):
        raise TrainerError(f"A pack's name is made of letters, digits, hyphens and dots, not {name!r}; use --name.")
    target = library.packs / name
    if target.exists():
        raise TrainerError(f"There is a pack {name} already; remove it with: trainer scenarios pack remove {name}")
    files, left_out = _files(source)
    found = _checked(library, files, source)
    library.packs.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = Path(tempfile.mkdtemp(dir=library.packs, prefix=".adding-"))
    try:
        for id, (suffix, data) in found.items():
            (waiting / f"{id}{suffix}").write_bytes(data)
        os.replace(waiting, target)
    except OSError as fault:
        raise TrainerError(f"The pack could not be kept in {library.packs} ({fault.strerror}).") from None
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    library.cache.save()
    shipped = {path.stem for path in scenario_files(library.shipped)} & found.keys()
    return Pack(name, tuple(sorted(found)), left_out, tuple(sorted(shipped)))


def packs(library: Library) -> tuple[Pack, ...]:
    """The packs that were taken in, by name."""
    if not library.packs.is_dir():
        return ()
    folders = sorted(p for p in library.packs.iterdir() if p.is_dir() and not p.name.startswith("."))
    return tuple(Pack(p.name, tuple(path.stem for path in scenario_files(p, deep=True))) for p in folders)


def remove(library: Library, name: str) -> None:
    """Take a pack out again; the history of its scenarios stays."""
    if name not in {pack.name for pack in packs(library)}:
        there = ", ".join(pack.name for pack in packs(library)) or "none"
        raise TrainerError(f"There is no pack {name!r}; there are: {there}.")
    target = library.packs / name
    target.unlink() if target.is_symlink() else shutil.rmtree(target)


def _checked(library: Library, files: list[tuple[str, bytes]], source: Path) -> dict[str, tuple[str, bytes]]:
    """The files by their scenarios' ids, each found right."""
    faults: list[str] = []
    found: dict[str, tuple[str, bytes]] = {}
    first: dict[str, str] = {}  # ids without regard to case, as some systems' file names have none
    for inner, data in files:
        where = f"{source}/{inner}"
        try:
            scenario = library.check(data, where).read
        except FileFaults as fault:
            faults += fault.faults
            continue
        id = scenario.value.id
        if id.casefold() in first:
            faults.append(scenario.fault(("id",), f'the id "{id}" stands in {first[id.casefold()]}, too'))
            continue
        first[id.casefold()] = inner
        found[id] = (PurePosixPath(inner).suffix.lower(), data)
        library.cache.put(digest_of(data), scenario.value, gist_of(library.resolved(scenario.value)))
    if faults:
        more = len(faults) - MOST_FAULTS
        shown = [*faults[:MOST_FAULTS], f"{plain(str(source))}:1:1: {more} more mistakes"] if more > 0 else faults
        raise FileFaults(tuple(shown))
    if not found:
        raise TrainerError(f"{source}: there is no scenario in this pack.")
    return found


def _files(source: Path) -> tuple[list[tuple[str, bytes]], int]:
    """The scenario files of a pack by their names in it, and how many other files there are."""
    try:
        entries = list(_from_folder(source) if source.is_dir() else _from_zip(source))
    except FileNotFoundError:
        raise TrainerError(f"{source}: there is no such file or folder.") from None
    except BROKEN_ZIP as fault:
        raise TrainerError(f"{source}: this zip cannot be read ({fault}).") from None
    except OSError as fault:
        raise TrainerError(f"{source}: the pack cannot be read ({fault.strerror}).") from None
    wanted = [(name, data) for name, data in entries if data is not None]
    return sorted(wanted), len(entries) - len(wanted)


def _from_folder(source: Path) -> Iterator[tuple[str, bytes | None]]:
    bounds = _Bounds(source)
    for folder, inner, names in os.walk(source):
        inner[:] = sorted(d for d in inner if not d.startswith("."))
        for name in sorted(names):
            path = Path(folder, name)
            shown = path.relative_to(source).as_posix()
            if not bounds.counts(shown):
                yield shown, None
                continue
            if path.is_symlink() or not path.is_file():
                raise TrainerError(f"{source}: {plain(shown)} is a link or no ordinary file; a pack holds files alone.")
            with path.open("rb") as file:
                yield shown, bounds.taken(shown, file.read(MOST_BYTES + 1))


def _from_zip(source: Path) -> Iterator[tuple[str, bytes | None]]:
    bounds = _Bounds(source)
    with zipfile.ZipFile(source) as archive:
        for info in archive.infolist():
            _refuse_outside(source, info)
            if info.is_dir():
                continue
            if not bounds.counts(info.filename):
                yield info.filename, None
                continue
            with archive.open(info) as file:  # what the directory says of its size may be a lie
                yield info.filename, bounds.taken(info.filename, file.read(MOST_BYTES + 1))


def _refuse_outside(source: Path, info: zipfile.ZipInfo) -> None:
    name = info.filename
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name):
        raise TrainerError(f"{source}: {plain(name)} leads out of the pack; nothing was taken in.")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise TrainerError(f"{source}: {plain(name)} is a link; a pack holds files alone.")
    if info.flag_bits & 1:
        raise TrainerError(f"{source}: {plain(name)} is encrypted; a pack is open to read.")


class _Bounds:
    """How much a pack may hold."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.files = self.scenarios = self.bytes = 0

    def counts(self, name: str) -> bool:
        """Is it a file to take in? Raises TrainerError beyond the bounds."""
        self.files += 1
        if self.files > MOST_FILES:
            raise TrainerError(f"{self.source}: a pack has {MOST_FILES:,} files at most.")
        path = PurePosixPath(name)
        hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
        if hidden or path.name in BESIDE or not name.lower().endswith(SUFFIXES):
            return False
        self.scenarios += 1
        if self.scenarios > MOST_SCENARIOS:
            raise TrainerError(f"{self.source}: a pack has {MOST_SCENARIOS:,} scenarios at most.")
        return True

    def taken(self, name: str, data: bytes) -> bytes:
        self.bytes += len(data)
        if self.bytes > MOST_IN_ALL:
            raise TrainerError(f"{self.source}: a pack's scenarios have {MOST_IN_ALL // 1_000_000} MB at most in all.")
        return data


def _name_of(source: Path) -> str:
    stem = source.resolve().name if source.is_dir() else source.stem
    return re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-._") or "pack"
