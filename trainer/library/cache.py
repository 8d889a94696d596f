"""Scenarios that were read and found right, kept by the digest of their file, so that a list of them comes at once.

A file that has changed has another digest, and other checks (or other shipped don'ts) begin a cache of their own: what
stands here would pass again. Losing the cache costs time and nothing else.
"""

from __future__ import annotations

import os
import tempfile
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from trainer.core import placeholders, reach, rows, scenario, structure
from trainer.core.scenario import Scenario
from trainer.library.files import digest_of

MOST_BYTES = 64_000_000  # a larger cache is begun anew


class Cache:
    """Digest → scenario, in one file of lines."""

    def __init__(self, path: Path, donts: Path) -> None:
        self.path = path
        self.donts = donts
        self.fresh: dict[str, Scenario] = {}

    def get(self, digest: str) -> Scenario | None:
        if digest in self.fresh:
            return self.fresh[digest]
        kept = self.lines.get(digest)
        if kept is None:
            return None
        try:
            return Scenario.model_validate_json(kept)
        except ValidationError:
            return None

    def put(self, digest: str, scenario: Scenario) -> None:
        self.fresh[digest] = scenario

    def save(self) -> None:
        """Write what is new; a folder that cannot be written is no fault."""
        if not self.fresh:
            return
        lines = self.lines | {d: s.model_dump_json(exclude_unset=True).encode() for d, s in self.fresh.items()}
        body = b"".join(d.encode() + b" " + kept + b"\n" for d, kept in lines.items())
        if len(body) > MOST_BYTES:
            return
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".scenarios-")
            with os.fdopen(handle, "wb") as file:
                file.write(self.key + b"\n" + body)
            os.replace(name, self.path)
        except OSError:
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
        code = [Path(str(module.__file__)) for module in (scenario, structure, reach, rows, placeholders)]
        files = [*code, self.donts, self.donts.with_name("sources.yaml")]
        return digest_of(b"\0".join(f.read_bytes() for f in files if f.is_file())).encode()
