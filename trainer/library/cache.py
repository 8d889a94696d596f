"""Scenarios that were read and found right, kept by the digest of their file, so that a list of them comes at once.

A file that has changed has another digest, and other checks (or other shipped don'ts) begin a cache of their own: what
stands here would pass again. Losing the cache costs time and nothing else. Beside each scenario stands its gist, which
says what is due without the models of scenarios being loaded.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from trainer.core import gist as gists
from trainer.core.gist import Gist
from trainer.errors import TrainerError
from trainer.library.files import digest_of
from trainer.writing import write_file

if TYPE_CHECKING:
    from trainer.core.scenario import Scenario

MOST_BYTES = 64_000_000  # a larger cache is begun anew
PACKAGE = Path(gists.__file__).parents[1]
CHECKS = (  # the modules that read and check
    "core/authored.py", "core/donts.py", "core/gist.py", "core/limits.py", "core/memory.py", "core/placeholders.py",
    "core/plain_text.py", "core/reach.py", "core/rows.py", "core/scenario.py", "core/structure.py", "core/wordlists.py",
    "library/__init__.py", "library/cache.py", "written/__init__.py", "written/faults.py", "written/nodes.py",
    "written/shapes.py",
)  # fmt: skip


class Cache:
    """Digest → scenario and gist, in one file of lines: digest, gist, a tab, scenario."""

    def __init__(self, path: Path, donts: Path) -> None:
        self.path = path
        self.donts = donts
        self.fresh: dict[str, tuple[Scenario, Gist]] = {}

    def get(self, digest: str) -> Scenario | None:
        """The scenario as written."""
        if digest in self.fresh:
            return self.fresh[digest][0]
        kept = self.lines.get(digest)
        if kept is None:
            return None
        from pydantic import ValidationError

        from trainer.core.scenario import Scenario

        try:
            return Scenario.model_validate_json(kept.partition(b"\t")[2])
        except ValidationError:
            return None

    def gist(self, digest: str) -> Gist | None:
        """Of the scenario with its don'ts complete."""
        if digest in self.fresh:
            return self.fresh[digest][1]
        kept = self.lines.get(digest)
        try:
            return gists.from_json(kept.partition(b"\t")[0]) if kept is not None else None
        except ValueError:
            return None

    def put(self, digest: str, scenario: Scenario, gist: Gist) -> None:
        self.fresh[digest] = scenario, gist

    def save(self) -> None:
        """Write what is new; a folder that cannot be written is no fault."""
        if not self.fresh:
            return
        lines = self.lines | {
            digest: gists.to_json(gist) + b"\t" + scenario.model_dump_json(exclude_unset=True).encode()
            for digest, (scenario, gist) in self.fresh.items()
        }
        body = b"".join(d.encode() + b" " + kept + b"\n" for d, kept in lines.items())
        if len(body) > MOST_BYTES:
            return
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_file(self.path, self.key + b"\n" + body)
        except (OSError, TrainerError):
            return
        self.lines = lines
        self.fresh.clear()

    @cached_property
    def lines(self) -> dict[str, bytes]:
        try:
            head, *rows = self.path.read_bytes().split(b"\n")
        except OSError:
            return {}
        if head != self.key:
            return {}
        return {d.decode("ascii", "replace"): kept for d, _, kept in (row.partition(b" ") for row in rows) if kept}

    @cached_property
    def key(self) -> bytes:
        """A digest of everything by which a scenario is found right."""
        files = [*(PACKAGE / name for name in CHECKS), self.donts, self.donts.with_name("sources.yaml")]
        return digest_of(b"\0".join(f.read_bytes() for f in files if f.is_file())).encode()
