"""The structure of shipped scenarios is broken in 200 ways; every break is caught with its place.

Each mutation changes one word of a file where it stands, so that the line and column of the fault are known beforehand.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from trainer.core.placeholders import BLANK
from trainer.errors import FileFaults
from trainer.library import BESIDE, Library
from trainer.library.files import scenario_files
from trainer.settings import shipped
from trainer.written.nodes import Node, read_nodes

FILES = [p for p in scenario_files(shipped("scenarios")) if p.name not in BESIDE]
WANTED = 200


@dataclass(frozen=True)
class Mutation:
    """One word at one place, changed for another."""

    file: Path
    kind: str
    line: int
    column: int
    old: str
    new: str
    inside: bool = False  # the fault stands at the beginning of the text that the word is part of

    def applied(self, text: str) -> str | None:
        """The changed text; None where the file spells the word otherwise there."""
        rows = text.split("\n")
        row, at = rows[self.line - 1], self.column - 1
        at = row.find(self.old, at) if self.inside else at
        if at < 0 or row[at : at + len(self.old)] != self.old:
            return None
        rows[self.line - 1] = row[:at] + self.new + row[at + len(self.old) :]
        return "\n".join(rows)


def walk(node: Node, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Node]]:
    yield path, node
    if isinstance(node.value, dict):
        for key, entry in node.value.items():
            yield from walk(entry.node, (*path, key))
    elif isinstance(node.value, list):
        for i, item in enumerate(node.value):
            yield from walk(item, (*path, i))


NAMES = {  # a name that has to exist: by its key, or by the key of the list that it stands in
    "to": "a branch to nowhere", "hit": "an unknown point in a branch", "any": "an unknown point in a branch",
    "missed": "an unknown point in a branch", "dont": "an unknown don't in a branch", "before": "an unknown point in an order",
    "tempts": "a temptation to an unlisted don't", "speaker": "a speaker who is not in the cast", "hits": "an unknown point in a self-test",
    "misses": "an unknown point in a self-test", "clean": "an unknown don't in a self-test", "turn": "a self-test of no turn",
    "fact": "an unknown fact", "sources": "a source that does not exist", "levels": "a level that does not exist",
    "level": "a level that does not exist", "voice": "a voice that does not exist", "sound": "a sound that does not exist",
    "then_sound": "a sound that does not exist", "purpose": "a purpose that does not exist",
}  # fmt: skip


def mutations(file: Path) -> Iterator[Mutation]:
    root, _ = read_nodes(file.read_bytes(), file.name)
    assert isinstance(root.value, dict)
    turns = root.value["turns"].node.value
    assert isinstance(turns, list)
    first_turn = turns[0].at(("id",)).value
    for path, node in walk(root):
        key = next((p for p in reversed(path) if isinstance(p, str)), "")
        at = (file, node.line, node.column)
        if isinstance(node.value, dict):
            if path[-1:] not in {("faults",), ("renamed",), ("cast",), ("facts",)}:  # there any key may stand
                yield from keys(file, node)
        elif isinstance(node.value, str) and node.plain:
            if key in NAMES and path[0] != "facts" and "examples" not in path:
                if key == "misses" and "key_points" in path:
                    continue  # there they are phrases
                yield Mutation(file, NAMES[key], node.line, node.column, node.value, "nowhere-9")
            if key == "to" and path[1] != 0:
                yield Mutation(file, "a branch backwards", node.line, node.column, node.value, str(first_turn))
            if key == "to" and node.value != "end":
                own = turns[int(path[1])].at(("id",)).value
                yield Mutation(file, "a branch to itself", node.line, node.column, node.value, str(own))
            if key == "donts" and "turns" in path and "when" not in path:
                yield Mutation(file, "an unknown don't", node.line, node.column, node.value, node.value[:-2] + "zz")
            if key == "id" and len(path) >= 4 and path[-2] and isinstance(path[-2], int) and path[-2] > 0:
                before = root.at((*path[:-2], path[-2] - 1, "id")).value
                if path[-3] in ("key_points", "obstacles"):
                    yield Mutation(file, "an id twice", node.line, node.column, node.value, str(before))
            if key in ("weight", "max_words", "time_limit", "rung"):
                yield Mutation(file, "a number out of range", node.line, node.column, node.value, "-1")
                yield Mutation(file, "a word for a number", node.line, node.column, node.value, "many")
            if key in ("must", "twice", "next_steps", "good", "inbound", "subtle"):
                yield Mutation(file, "a word for yes or no", node.line, node.column, node.value, "yes")
        if isinstance(node.value, str) and path and path[0] != "facts":
            for found in BLANK.finditer(node.value):
                if found[1]:
                    yield Mutation(file, "an unknown placeholder", *at[1:], f"{{{found[1]}}}", "{me.nam9}", inside=True)
                    yield Mutation(file, "an empty placeholder", *at[1:], f"{{{found[1]}}}", "{}", inside=True)
                    break


def keys(file: Path, node: Node) -> Iterator[Mutation]:
    assert isinstance(node.value, dict)
    for key, entry in node.value.items():
        yield Mutation(file, "a misspelled key", entry.line, entry.column, f"{key}:", f"{key}x:")
    names = list(node.value)
    for first, second in pairwise(names):
        entry = node.value[second]
        if entry.line != node.value[first].line:
            yield Mutation(file, "a key twice", entry.line, entry.column, f"{second}:", f"{first}:")


def chosen() -> list[Mutation]:
    """200 mutations, of every kind and from every scenario, the same ones each time."""
    by_kind: dict[str, list[Mutation]] = defaultdict(list)
    chance = random.Random(20261103)
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        for mutation in mutations(file):
            changed = mutation.applied(text)
            if changed is not None and changed != text:
                by_kind[mutation.kind].append(mutation)
    for found in by_kind.values():
        chance.shuffle(found)
    picked: list[Mutation] = []
    while len(picked) < WANTED and any(by_kind.values()):
        for kind in sorted(by_kind):
            if by_kind[kind] and len(picked) < WANTED:
                picked.append(by_kind[kind].pop())
    return picked


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library(shipped("scenarios"), tmp_path_factory.mktemp("home") / "scenarios")


@pytest.mark.parametrize("file", FILES, ids=lambda p: p.stem)
def test_no_shipped_scenario_is_broken(library: Library, file: Path) -> None:
    library.check(file.read_bytes(), str(file))


def test_every_break_is_caught_with_its_place(library: Library) -> None:
    picked = chosen()
    assert len(picked) == WANTED
    assert len({m.kind for m in picked}) >= 20
    escaped = []
    for m in picked:
        changed = m.applied(m.file.read_text(encoding="utf-8"))
        assert changed is not None
        try:
            library.check(changed.encode(), m.file.name)
        except FileFaults as caught:
            if not any(f.startswith(f"{m.file.name}:{m.line}:{m.column}: ") for f in caught.faults):
                escaped.append(f"{m} was told elsewhere: {caught}")
        else:
            escaped.append(f"{m} was not caught")
    assert not escaped, "\n\n".join(escaped[:10])
