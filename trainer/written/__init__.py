"""Files that people write, read strictly: every mistake at once, each with its line and column.

YAML with the traps taken out (no repeated keys, aliases, tags or merge keys; only `true` and `false` are booleans),
or JSON where the file starts with `{`. Wherever text is expected, a plain number or date is taken as written: a
telephone number keeps its leading zero.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from trainer.core.plain_text import plain
from trainer.errors import FileFaults
from trainer.written.faults import sentences
from trainer.written.nodes import Fault, Node, Path, read_nodes
from trainer.written.shapes import fit, shape_of

M = TypeVar("M", bound=BaseModel)

MOST_FAULTS = 50  # more than anyone mends in one go


@dataclass(frozen=True, slots=True)
class Read(Generic[M]):
    """What a file holds, and where in the file each part of it stands."""

    value: M
    where: str
    root: Node

    def place(self, path: Path) -> tuple[int, int]:
        """(line, column), 1-based, of the value at this path of the model, or of the nearest thing around it."""
        node = self.root.at(path)
        return node.line, node.column

    def fault(self, path: Path, sentence: str) -> str:
        """`path:line:column: sentence` for the value at this path of the model."""
        line, column = self.place(path)
        return _line(self.where, Fault(line, column, sentence))


def parse(data: bytes, where: str, model: type[M]) -> M:
    """The file's content as this model. Raises FileFaults with every mistake in it."""
    return read(data, where, model).value


def parse_list(data: bytes, where: str, model: type[M], under: str | None = None) -> tuple[M, ...]:
    """A file that holds a list of this model, at its top or `under` one key. Raises FileFaults."""
    root, faults = read_nodes(data, where)
    listed = root
    if under is not None:
        if not isinstance(root.value, dict) or set(root.value) != {under}:
            faults.append(Fault(root.line, root.column, f'the file has one key, "{under}", and a list under it'))
            raise FileFaults(_lines(where, faults))
        listed = root.value[under].node
    if not isinstance(listed.value, list):
        faults.append(Fault(listed.line, listed.column, "a list is expected here"))
        raise FileFaults(_lines(where, faults))
    values = [_validated(item, model, faults) for item in listed.value]
    if faults:
        raise FileFaults(_lines(where, faults))
    return tuple(v for v in values if v is not None)


def read(data: bytes, where: str, model: type[M]) -> Read[M]:
    """Like `parse`, with the place of everything. Raises FileFaults with every mistake in it."""
    root, faults = read_nodes(data, where)
    value = _validated(root, model, faults)
    if faults or value is None:
        raise FileFaults(_lines(where, faults))
    return Read(value, where, root)


def to_yaml(value: Any) -> str:
    """A value, or a model without its defaults, as YAML that `parse` reads back equal."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, False)

    def text(dumper: yaml.SafeDumper, data: str) -> yaml.ScalarNode:
        data = plain(data.expandtabs(1), lines=True)
        return dumper.represent_scalar("tag:yaml.org,2002:str", data, style="|" if "\n" in data.strip() else None)

    Dumper.add_representer(str, text)
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    return yaml.dump(_simple(value), Dumper=Dumper, allow_unicode=True, sort_keys=False, width=110)


def _simple(value: Any) -> Any:
    """The same value of dicts and lists alone."""
    match value:
        case BaseModel():
            return _simple(value.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True))
        case dict():
            return {str(k): _simple(v) for k, v in value.items()}
        case list() | tuple():
            return [_simple(v) for v in value]
        case _:
            return value


def _validated(node: Node, model: type[M], faults: list[Fault]) -> M | None:
    """The node as this model; what is wrong with it joins `faults`."""
    mine: list[tuple[Path, Fault]] = []
    value = fit(node, shape_of(model), (), mine)
    faults.extend(fault for _, fault in mine)
    try:
        return model.model_validate(value)
    except ValidationError as error:
        said = {(f.line, f.column) for f in faults}
        more = sentences(error.errors(include_url=False), node, model, known={path for path, _ in mine})
        faults.extend(f for f in more if (f.line, f.column) not in said)
        return None


def _lines(where: str, faults: Sequence[Fault]) -> tuple[str, ...]:
    ordered = sorted(set(faults))
    shown = [_line(where, f) for f in ordered[:MOST_FAULTS]]
    if len(ordered) > MOST_FAULTS:
        last = ordered[MOST_FAULTS]
        shown.append(_line(where, replace(last, sentence=f"{len(ordered) - MOST_FAULTS} more mistakes from here on")))
    return tuple(shown)


def _line(where: str, fault: Fault) -> str:
    return f"{plain(where)}:{fault.line}:{fault.column}: {re.sub(' +', ' ', plain(fault.sentence))}"
