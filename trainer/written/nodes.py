"""A file's text as a tree of texts, lists and keys, each with its line and column. No value is interpreted here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from trainer.core.limits import MOST_BYTES
from trainer.errors import FileFaults

Path = tuple[str | int, ...]

DEEPEST = 20
MOST_NODES = 20_000  # texts, lists and keys of one file; the largest script that ships has about a thousand
MOST_ENTRIES = 1_000  # of one list, or keys of one place
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
IN_TEXT = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One mistake: where it stands (1-based) and a sentence about it."""

    line: int
    column: int
    sentence: str


@dataclass(slots=True)
class Entry:
    """A key's place and what stands under it."""

    line: int
    column: int
    node: Node


@dataclass(slots=True)
class Node:
    """A text, a list or keys. `plain`: written without quotes, so that it may stand for a number or a date."""

    line: int
    column: int
    value: str | list[Node] | dict[str, Entry] = ""
    plain: bool = True

    def at(self, path: Path) -> Node:
        """The node at a path of the model; parts that the file does not spell out are passed over."""
        return self._walk(path)[0]

    def reach(self, path: Path) -> tuple[Path, Path]:
        """The part of a model's path that the file spells out, and what comes after the last of it."""
        _, used, rest = self._walk(path)
        return used, rest

    def _walk(self, path: Path) -> tuple[Node, Path, Path]:
        node, used, rest = self, [], list[str | int]()
        for part in path:
            inner = node.value
            if isinstance(inner, dict) and part in inner:
                node = inner[str(part)].node
            elif isinstance(inner, list) and isinstance(part, int) and part < len(inner):
                node = inner[part]
            else:
                rest.append(part)
                continue
            used.append(part)
            rest.clear()
        return node, tuple(used), tuple(rest)


def read_nodes(data: bytes, where: str) -> tuple[Node, list[Fault]]:
    """The file as a tree, and the mistakes that leave a tree standing. Raises FileFaults where none stands."""
    try:
        text = _text(data)
        return _from_json(text) if text.lstrip().startswith("{") else _from_yaml(text)
    except Unreadable as broken:
        fault = broken.fault
        from trainer.core.plain_text import plain

        raise FileFaults((f"{plain(where)}:{fault.line}:{fault.column}: {plain(fault.sentence)}",)) from None


class Unreadable(Exception):
    """The text cannot be read beyond this place."""

    def __init__(self, line: int, column: int, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = Fault(line, column, sentence)


def _text(data: bytes) -> str:
    """The file's text. Raises Unreadable for what no text file holds."""
    if len(data) > MOST_BYTES:
        raise Unreadable(1, 1, f"the file is larger than {MOST_BYTES:,} bytes, which is the most")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        before = data[: broken.start].decode("utf-8", "replace")
        raise Unreadable(*_place(before, len(before)), "the file is not UTF-8 text; save it as UTF-8") from None
    if found := CONTROL.search(text):
        raise Unreadable(
            *_place(text, found.start()), f"a control character stands here ({_name(found[0])}); remove it"
        )
    if not text.strip():
        raise Unreadable(1, 1, "the file is empty")
    return text


def _place(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _name(character: str) -> str:
    known = {"\x00": "NUL", "\x1b": "ESC, as in escape sequences", "\x7f": "DEL", "\t": "a tab"}
    return known.get(character, f"U+{ord(character):04X}")


# YAML


@dataclass
class _Building:
    """The containers that are open while events come in."""

    faults: list[Fault] = field(default_factory=list)
    open: list[Node] = field(default_factory=list)
    keys: list[tuple[str | None, int, int] | None] = field(default_factory=list)  # of each, the key that waits
    root: Node | None = None
    nodes: int = 0


def _from_yaml(text: str) -> tuple[Node, list[Fault]]:
    import yaml

    if "\t" in text:
        _refuse_tabs(text)
    building = _Building()
    documents = 0
    try:
        events: Iterator[Any] = yaml.parse(text, Loader=_loader())
        for event in events:
            line, column = event.start_mark.line + 1, event.start_mark.column + 1
            kind = type(event)
            if kind is yaml.ScalarEvent:
                _check(event, line, column, building)
                is_plain = event.style is None or event.style == ""
                _put(building, Node(line, column, event.value, is_plain and not event.tag))
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                _check(event, line, column, building)
                if len(building.open) >= DEEPEST:
                    raise Unreadable(line, column, f"this is nested more than {DEEPEST} levels deep")
                node = Node(line, column, {} if kind is yaml.MappingStartEvent else [])
                _put(building, node)
                building.open.append(node)
                building.keys.append(None)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                building.open.pop()
                building.keys.pop()
            elif kind is yaml.AliasEvent:
                building.faults.append(
                    Fault(line, column, f"aliases (*{event.anchor[:40]}) are not read; write it out")
                )
                _put(building, Node(line, column, "alias", plain=False))
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise Unreadable(line, column, "a second document begins here; a file holds one")
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        place, sentence = _likelier(text, place) or (place, _syntax(broken, text, place[0]))
        raise Unreadable(*place, sentence) from None
    except yaml.YAMLError as broken:
        raise Unreadable(1, 1, f"this is no YAML: {broken}") from None
    if building.root is None:
        raise Unreadable(1, 1, "the file is empty")
    if "\\" in text:
        building.faults.extend(_controls(building.root))
    return building.root, building.faults


QUOTES_BACK = 10  # lines before the place of a fault in which quotes may have been left open
TEXT_IN_BRACES = re.compile(r"\s*(?:- +)?(?:[\w.-]+: +)?(?P<brace>\{[\w.]+\})[ ,.]*\w")


@cache
def _loader() -> Any:
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _check(event: Any, line: int, column: int, building: _Building) -> None:
    if not event.anchor and not event.tag:
        return
    if event.anchor:
        building.faults.append(Fault(line, column, f"anchors (&{event.anchor[:40]}) are not read; write it out"))
    if event.tag:
        building.faults.append(Fault(line, column, f"tags ({event.tag[:60]}) are not read; remove it"))


def _bounded(entries: int, node: Node) -> None:
    if entries > MOST_ENTRIES:
        raise Unreadable(node.line, node.column, f"there are more than {MOST_ENTRIES:,} entries in one place")


def _put(building: _Building, node: Node) -> None:
    """Put the node where it belongs: under the key that waits, into the list, or as the key itself."""
    building.nodes += 1
    if building.nodes > MOST_NODES:
        raise Unreadable(node.line, node.column, f"the file has more than {MOST_NODES:,} entries, which is the most")
    if not building.open:
        building.root = node
        return
    holder = building.open[-1].value
    if isinstance(holder, list):
        holder.append(node)
        _bounded(len(holder), node)
        return
    assert isinstance(holder, dict)
    _bounded(len(holder), node)
    waiting = building.keys[-1]
    if waiting is not None:
        key, line, column = waiting
        building.keys[-1] = None
        if key is None:
            return
        if key in holder:
            first = holder[key]
            building.faults.append(
                Fault(
                    line, column, f'the key "{key[:60]}" stands here a second time; the first is in line {first.line}'
                )
            )
        else:
            holder[key] = Entry(line, column, node)
        return
    building.keys[-1] = (_key(building, node), node.line, node.column)


def _key(building: _Building, node: Node) -> str | None:
    """The key's text; None for one that cannot be, whose value is read past."""
    if not isinstance(node.value, str):
        problem = "a key is a single word or text"
    elif node.value == "" and node.plain:
        problem = "a key is missing before the colon"
    elif node.value == "<<" and node.plain:
        problem = "merge keys (<<) are not read; write it out"
    else:
        return node.value
    building.faults.append(Fault(node.line, node.column, problem))
    return None


def _refuse_tabs(text: str) -> None:
    line, column = _place(text, text.index("\t"))
    raise Unreadable(line, column, "a tab stands here; YAML takes spaces alone")


def _likelier(text: str, place: tuple[int, int]) -> tuple[tuple[int, int], str] | None:
    """What an author most likely did, where the reader stumbles only later: quotes or a brace left open."""
    rows = text.splitlines()[: place[0]]
    if rows and (brace := TEXT_IN_BRACES.match(rows[-1])):
        return (place[0], brace.start("brace") + 1), "a text that begins with a brace needs quotes round it"
    for number in range(len(rows), max(0, len(rows) - QUOTES_BACK), -1):
        signs = [sign.start() for sign in re.finditer(r'(?<!\\)"', rows[number - 1].split(" #")[0])]
        if len(signs) % 2:
            return (number, signs[-1] + 1), f"quotes that were opened in line {number} are not closed"
    return None


def _syntax(broken: Any, text: str, line: int) -> str:
    """A YAML reader's complaint in words for authors."""
    problem = str(broken.problem or broken)
    rows = text.splitlines()
    row = rows[line - 1].strip() if line <= len(rows) else ""
    if "mapping values are not allowed" in problem:
        return "a colon stands inside a text here; put quotes round the text"
    if "cannot start any token" in problem:
        return f'a text cannot begin with "{row[:1] if row[:1] in "@`%" else "@, ` or %"}" here; put quotes round it'
    if any(f"did not find expected {sign}" in problem for sign in ("key", "'-'")) or "expected <block end>" in problem:
        return "this line does not fit the ones above it; look at its indentation and at quotes"
    if "could not find expected ':'" in problem:
        return "a colon is missing after a key here"
    if "quoted scalar" in str(broken.context) and "end of" in problem:
        begun = broken.context_mark.line + 1 if broken.context_mark else line
        return f"quotes that were opened in line {begun} are not closed"
    if "invalid Unicode character escape" in problem:
        return "an escape stands here that is no character"
    if "unknown escape character" in problem:
        return 'an unknown escape after "\\"; write \\\\ for the sign itself'
    if "flow" in str(broken.context):
        return "a bracket is not closed, or a comma is missing"
    return f"this cannot be read as YAML: {problem}"


# JSON

BLANK = re.compile(r"[ \t\n\r]*")
SCALAR = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null")


def _from_json(text: str) -> tuple[Node, list[Fault]]:
    reader = _Json(text)
    root, end = reader.value(reader.skip(0), 0)
    if (rest := reader.skip(end)) < len(text):
        raise reader.broken(rest, "something stands after the end of the JSON")
    return root, [*reader.faults, *_controls(root)]


class _Json:
    """A JSON reader that keeps places: the one of the standard library tells no line of a value."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self.faults: list[Fault] = []
        self.nodes = 0

    def place(self, at: int) -> tuple[int, int]:
        from bisect import bisect_right

        line = bisect_right(self.starts, at)
        return line, at - self.starts[line - 1] + 1

    def broken(self, at: int, sentence: str) -> Unreadable:
        return Unreadable(*self.place(at), sentence)

    def skip(self, at: int) -> int:
        match = BLANK.match(self.text, at)
        assert match is not None
        return match.end()

    def value(self, at: int, depth: int) -> tuple[Node, int]:
        line, column = self.place(at)
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise Unreadable(line, column, f"the file has more than {MOST_NODES:,} entries, which is the most")
        match self.text[at : at + 1]:
            case "{" | "[" if depth >= DEEPEST:
                raise Unreadable(line, column, f"this is nested more than {DEEPEST} levels deep")
            case "{":
                return self.keys(at, Node(line, column), depth)
            case "[":
                return self.list(at, Node(line, column), depth)
            case '"':
                text, end = self.string(at)
                return Node(line, column, text, plain=False), end
        scalar = SCALAR.match(self.text, at)
        if scalar is None or self.text[scalar.end() : scalar.end() + 1].isalnum():
            raise self.broken(at, 'a value is expected here: a text in quotes, a number, true, false, null, "[" or "{"')
        return Node(line, column, scalar[0]), scalar.end()

    def string(self, at: int) -> tuple[str, int]:
        import json.decoder

        scan: Callable[[str, int, bool], tuple[str, int]] = json.decoder.scanstring  # type: ignore[attr-defined]
        try:
            return scan(self.text, at + 1, True)
        except json.JSONDecodeError as broken:
            problem = broken.msg.lower().removesuffix(" at").removesuffix(" starting")
            raise self.broken(broken.pos, f"this text in quotes cannot be read: {problem}") from None

    def keys(self, at: int, node: Node, depth: int) -> tuple[Node, int]:
        found: dict[str, Entry] = {}
        node.value = found
        at = self.skip(at + 1)
        if self.text[at : at + 1] == "}":
            return node, at + 1
        while True:
            if self.text[at : at + 1] != '"':
                raise self.broken(at, "a key in double quotes is expected here")
            line, column = self.place(at)
            key, end = self.string(at)
            at = self.skip(end)
            if self.text[at : at + 1] != ":":
                raise self.broken(at, "a colon is missing after a key here")
            inner, end = self.value(self.skip(at + 1), depth + 1)
            _bounded(len(found), inner)
            if key in found:
                first = found[key].line
                self.faults.append(
                    Fault(line, column, f'the key "{key[:60]}" stands here a second time; the first is in line {first}')
                )
            else:
                found[key] = Entry(line, column, inner)
            at = self.next(end, "}")
            if at < 0:
                return node, -at

    def list(self, at: int, node: Node, depth: int) -> tuple[Node, int]:
        found: list[Node] = []
        node.value = found
        at = self.skip(at + 1)
        if self.text[at : at + 1] == "]":
            return node, at + 1
        while True:
            inner, end = self.value(at, depth + 1)
            found.append(inner)
            _bounded(len(found), inner)
            at = self.next(end, "]")
            if at < 0:
                return node, -at

    def next(self, end: int, closing: str) -> int:
        """Where the next entry begins; negative, where the container has ended before that place."""
        at = self.skip(end)
        match self.text[at : at + 1]:
            case ",":
                return self.skip(at + 1)
            case sign if sign == closing:
                return -(at + 1)
            case _:
                raise self.broken(at, f'a comma or "{closing}" is missing here')


def _controls(node: Node) -> Iterator[Fault]:
    """Control characters and half characters that escapes have brought into a text."""
    match node.value:
        case str() as text:
            if found := IN_TEXT.search(text):
                yield Fault(
                    node.line, node.column, f"this text holds a control character ({_name(found[0])}); remove it"
                )
        case list() as items:
            for item in items:
                yield from _controls(item)
        case dict() as entries:
            for key, entry in entries.items():
                if found := IN_TEXT.search(key):
                    sentence = f"this key holds a control character ({_name(found[0])}); remove it"
                    yield Fault(entry.line, entry.column, sentence)
                yield from _controls(entry.node)
