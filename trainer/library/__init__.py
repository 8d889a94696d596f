"""Scenario files: found by path or id, read strictly, checked, and handed on as values.

A learner's own scenario goes before a pack's, and a pack's before a shipped one, by id. What has mistakes is never
played: each is said as `path:line:column: sentence`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from trainer.core.gist import Gist, gist_of
from trainer.errors import FileFaults, TrainerError
from trainer.library.cache import Cache
from trainer.library.files import SUFFIXES, digest_of, read_file, scenario_files

if TYPE_CHECKING:  # the models of scenarios are loaded when a file is read: saying what is due reads none
    from trainer.core import structure
    from trainer.core.scenario import Dont, Scenario
    from trainer.written import Read

DONTS = "donts.yaml"
BESIDE = frozenset({DONTS, "sources.yaml"})  # files beside the shipped scenarios that are none


@dataclass(frozen=True, slots=True)
class Entry:
    """A scenario of the library, where it lies and whose it is: 'own', 'pack NAME' or 'shipped'."""

    scenario: Scenario
    path: Path
    origin: str
    digest: str


@dataclass(frozen=True, slots=True)
class _Known:
    """A file whose scenario can be played."""

    gist: Gist
    path: Path
    origin: str
    digest: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was read: its scenario as written, and what its author may want to know."""

    read: Read[Scenario]
    warnings: tuple[structure.Problem, ...] = ()


@dataclass
class Library:
    """The scenarios that ship, the packs, and the learner's own (`own` need not exist)."""

    shipped: Path
    own: Path
    faults: list[str] = field(default_factory=list)  # of files that `all` passed over

    @property
    def packs(self) -> Path:
        return self.own.parent / "packs"

    @cached_property
    def donts(self) -> Mapping[str, Dont]:
        """The shipped don'ts by name."""
        from trainer.core import donts
        from trainer.core.scenario import Dont
        from trainer.written import parse_list

        path = self.shipped / DONTS
        return donts.by_id(parse_list(path.read_bytes(), str(path), Dont, under="donts")) if path.is_file() else {}

    @cached_property
    def cache(self) -> Cache:
        return Cache(self.own.parent / "cache" / "scenarios.jsonl", self.shipped / DONTS)

    def load(self, wanted: str) -> Scenario:
        """The scenario that an id or a path names, its don'ts complete. Raises TrainerError, FileFaults."""
        return self.resolved(self.written(wanted))

    def written(self, wanted: str) -> Scenario:
        """The same as its author wrote it."""
        path = self.find(wanted)
        data = read_file(path)
        return self.cache.get(digest_of(data)) or self.check(data, str(path)).read.value

    def digest(self, id: str, wanted: str | None = None) -> str:
        """A short name of the file's very content, so that an edited scenario is known."""
        return digest_of(read_file(self.find(wanted or id)))

    def find(self, wanted: str) -> Path:
        """The file that an id or a path names. Raises TrainerError where there is none, or more than one."""
        if is_path(wanted):
            return Path(wanted)
        for origin, files in self._folders():
            found = [path for path in files if self._id_of(path, wanted) == wanted]
            if len(found) > 1:
                raise TrainerError(_twice(wanted, found, origin))
            if found:
                return found[0]
        raise TrainerError(self._unknown(wanted))

    def all(self) -> tuple[Scenario, ...]:
        """Every scenario that can be played, by id. What files were passed over stands in `faults`."""
        return tuple(entry.scenario for entry in self.entries())

    def entries(self) -> tuple[Entry, ...]:
        """Every scenario that can be played with its place, by id."""
        return tuple(Entry(self._again(k), k.path, k.origin, k.digest) for k in self._known())

    def gists(self) -> tuple[Gist, ...]:
        """What choosing what to practise needs to know of each, by id: quick, since no scenario is loaded."""
        return tuple(k.gist for k in self._known())

    def check(self, data: bytes, where: str) -> Checked:
        """Read and check a scenario. Raises FileFaults with every mistake; warnings come with the scenario."""
        from trainer.core import structure
        from trainer.core.scenario import Scenario
        from trainer.written import read

        scenario = read(data, where, Scenario)
        problems = structure.problems(scenario.value, self.donts.keys(), self.sources)
        errors = [p for p in problems if p.severity == "error"]
        if errors:
            raise FileFaults(faults_of(scenario, errors))
        return Checked(scenario, tuple(p for p in problems if p.severity == "warning"))

    def resolved(self, scenario: Scenario) -> Scenario:
        """The scenario with everything that its shipped don'ts bring along."""
        from trainer.core import donts

        return scenario.model_copy(
            update={
                "turns": tuple(
                    turn.model_copy(update={"donts": donts.of_turn(turn, self.donts)}) for turn in scenario.turns
                )
            }
        )

    @cached_property
    def sources(self) -> frozenset[str]:
        """The ids of `sources.yaml`, which may name more rows than the articles have."""
        path = self.shipped / "sources.yaml"
        if not path.is_file():
            return frozenset()
        from trainer.written.nodes import read_nodes

        root, _ = read_nodes(path.read_bytes(), str(path))
        keys = root.value if isinstance(root.value, dict) else {}
        if isinstance(inner := next(iter(keys.values())).node.value if len(keys) == 1 else keys, dict):
            return frozenset(inner)
        return frozenset()

    def _folders(self) -> Iterator[tuple[str, Sequence[Path]]]:
        """The learner's files, each pack's together, and the shipped ones: in the order in which they are asked."""
        yield "own", scenario_files(self.own)
        yield "packs", scenario_files(self.packs, deep=True)
        yield "shipped", [path for path in scenario_files(self.shipped) if path.name not in BESIDE]

    def _known(self) -> tuple[_Known, ...]:
        """Every file whose scenario can be played, by the scenario's id."""
        self.faults.clear()
        found: dict[str, _Known] = {}
        for origin, files in self._folders():
            here: dict[str, _Known] = {}
            for path in files:
                known = self._known_at(path, origin)
                if known is None:
                    continue
                if (first := here.get(known.gist.id)) is not None:
                    self.faults.append(_twice(known.gist.id, [first.path, path], origin))
                else:
                    here[known.gist.id] = known
            found = here | found
        self.cache.save()
        return tuple(found[id] for id in sorted(found))

    def _known_at(self, path: Path, origin: str) -> _Known | None:
        try:
            data = read_file(path)
            digest = digest_of(data)
            gist = self.cache.gist(digest)
            if gist is None:
                scenario = self.check(data, str(path)).read.value
                gist = gist_of(self.resolved(scenario))
                self.cache.put(digest, scenario, gist)
        except FileFaults as fault:
            self.faults.extend(fault.faults)
            return None
        except TrainerError as fault:
            self.faults.append(str(fault))
            return None
        if origin == "packs":
            origin = f"pack {path.relative_to(self.packs).parts[0]}"
        return _Known(gist, path, origin, digest)

    def _again(self, known: _Known) -> Scenario:
        """The scenario of a file that was found right."""
        written = self.cache.get(known.digest)
        if written is None:  # the file has changed in this very moment, or the cache is damaged
            written = self.check(read_file(known.path), str(known.path)).read.value
        return self.resolved(written)

    def _id_of(self, path: Path, wanted: str) -> str | None:
        """The file's id, or None where it cannot be the wanted one. Most files are known by a look at their bytes."""
        try:
            data = read_file(path)
        except TrainerError:
            return None
        if wanted.encode(errors="surrogateescape") not in data and b"\\" not in data:
            return None
        known = self.cache.gist(digest_of(data))
        if known is not None:
            return known.id
        from trainer.written.nodes import read_nodes

        try:
            root, _ = read_nodes(data, str(path))
        except FileFaults:
            return path.stem
        entry = root.value.get("id") if isinstance(root.value, dict) else None
        return entry.node.value if entry and isinstance(entry.node.value, str) else path.stem

    def _unknown(self, wanted: str) -> str:
        from rapidfuzz import fuzz, process

        ids = [gist.id for gist in self.gists()]
        near = process.extractOne(wanted, ids, scorer=fuzz.ratio, score_cutoff=60)
        hint = f" Did you mean {near[0]}?" if near else ""
        return f"There is no scenario {wanted!r}.{hint} See: trainer scenarios list"


def is_path(wanted: str) -> bool:
    """A path holds a slash, ends in .yaml, .yml or .json, or is an existing file; anything else is an id."""
    if "/" in wanted or os.sep in wanted or wanted.lower().endswith(SUFFIXES):
        return True
    try:
        return Path(wanted).is_file()
    except (OSError, ValueError):
        return False


def faults_of(scenario: Read[Scenario], problems: Sequence[structure.Problem]) -> tuple[str, ...]:
    """Problems as lines, in the order of the file."""
    from trainer.core import structure

    ordered = sorted(problems, key=lambda p: scenario.place(p.path))
    return tuple(scenario.fault(p.path, p.sentence) for p in ordered[: structure.MOST])


def _twice(id: str, paths: Sequence[Path], origin: str) -> str:
    where = " and ".join(str(p) for p in paths[:3])
    way_out = "remove one of the packs" if origin == "packs" else "give one of them another id"
    return f"The id {id!r} stands in two files, {where}; {way_out}."
