"""What a model expects at each place of a file, and a file's words turned into the values that it expects.

A plain word in YAML says little of itself: 0147 may be a number or the beginning of a telephone number. The model
knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from math import isfinite
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from trainer.written.nodes import Fault, Node, Path

# YAML 1.2, core schema (https://yaml.org/spec/1.2.2/#103-core-schema), without infinities.
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
TRUE = frozenset({"true", "True", "TRUE"})
FALSE = frozenset({"false", "False", "FALSE"})
WHOLE = re.compile(r"[-+]?[0-9]{1,40}")
NUMBER = re.compile(r"[-+]?(\.[0-9]{1,40}|[0-9]{1,40}(\.[0-9]{0,40})?)([eE][-+]?[0-9]{1,3})?")

DATE = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[-+]\d\d:?\d\d)?")
TIME = re.compile(r"\d\d:\d\d(:\d\d)?")
WRITTEN_AS = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "date": "a date such as 2026-11-03",
    "datetime": "a date and time such as 2026-11-03T09:00:00+00:00",
    "time": "a time such as 09:00, in quotes",
}
SCALARS = {str: "text", bool: "bool", int: "int", float: "float", date: "date", datetime: "datetime", time: "time"}


@dataclass(frozen=True)
class Shape:
    """What may stand at a place: kinds of scalars, a list of something, keys of models, or any keys."""

    scalars: frozenset[str] = frozenset()
    items: Shape | None = None
    values: Shape | None = None
    models: tuple[type[BaseModel], ...] = ()

    def inside(self, part: str | int) -> list[Shape]:
        """What may stand one step further in."""
        if isinstance(part, int):
            return [self.items] if self.items else []
        found = [fields_of(m)[part] for m in self.models if part in fields_of(m)]
        return found or ([self.values] if self.values else [])

    @property
    def known_keys(self) -> list[str]:
        return [key for m in self.models for key in fields_of(m)]


ANYTHING = Shape(frozenset({"text", "bool", "int", "float", "null"}))


@lru_cache(maxsize=256)
def fields_of(model: type[BaseModel]) -> Mapping[str, Shape]:
    """The shape of each field of a model, by the key that stands in the file."""
    return {field.alias or name: shape_of(field.annotation) for name, field in model.model_fields.items()}


def shape_of(annotation: Any) -> Shape:
    """The shape that a type annotation asks for."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return shape_of(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return _either([shape_of(a) for a in get_args(annotation)])
    if origin is Literal:
        return _either([Shape(frozenset({SCALARS[type(a)]})) for a in get_args(annotation)])
    if origin in (tuple, list, set, frozenset, Sequence):
        return Shape(items=_either([shape_of(a) for a in get_args(annotation) if a is not Ellipsis and a != ()]))
    if origin in (dict, Mapping):
        return Shape(values=shape_of(get_args(annotation)[1]))
    if annotation in SCALARS:
        return Shape(frozenset({SCALARS[annotation]}))
    if annotation is None or annotation is NoneType:
        return Shape(frozenset({"null"}))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape(models=(annotation,))
    if isinstance(annotation, type) and issubclass(annotation, str):
        return Shape(frozenset({"text"}))
    return ANYTHING


def fit(node: Node, shape: Shape, path: Path, faults: list[tuple[Path, Fault]]) -> Any:
    """The node as plain Python values, each scalar of the kind that its place expects.

    A place that a model reads in its own way (a text where it says keys) takes every plain word as written.
    """
    if isinstance(node.value, dict):
        return {
            key: fit(entry.node, _either(shape.inside(key)), (*path, key), faults) for key, entry in node.value.items()
        }
    if isinstance(node.value, list):
        inside = shape.items or shape
        return tuple(fit(item, inside, (*path, i), faults) for i, item in enumerate(node.value))
    wanted = shape.scalars or (shape.items.scalars if shape.items else frozenset())
    value, expected = _scalar(node.value, node.plain, wanted)
    if expected:
        hint = ", without quotes" if not node.plain and expected in {"bool", "int", "float"} else ""
        name = next((f'"{p}"' for p in reversed(path) if isinstance(p, str)), "this")
        sentence = f'{name} takes {WRITTEN_AS[expected]}{hint}, not "{node.value[:60]}"'
        faults.append((path, Fault(node.line, node.column, sentence)))
    return value


def _scalar(word: str, is_plain: bool, wanted: frozenset[str]) -> tuple[Any, str | None]:
    """The word's value, and the kind that was expected where the word is not of it."""
    if is_plain and word in NULLS:
        return None, None
    if is_plain and word in TRUE | FALSE and ("bool" in wanted or "text" in wanted or not wanted):
        return word in TRUE, None
    if is_plain and "int" in wanted and WHOLE.fullmatch(word):
        return int(word), None
    if is_plain and wanted & {"int", "float"} and NUMBER.fullmatch(word) and isfinite(float(word)):
        return float(word), None
    if not wanted or "text" in wanted:
        return word, None
    for kind, pattern in (("date", DATE), ("datetime", MOMENT), ("time", TIME)):
        if kind in wanted and pattern.fullmatch(word):
            return word, None
    return word, next((kind for kind in WRITTEN_AS if kind in wanted), None)


def _either(shapes: Sequence[Shape]) -> Shape:
    if len(shapes) == 1:
        return shapes[0]
    items = [s.items for s in shapes if s.items]
    values = [s.values for s in shapes if s.values]
    return Shape(
        scalars=frozenset[str]().union(*(s.scalars for s in shapes)),
        items=_either(items) if items else None,
        values=_either(values) if values else None,
        models=tuple(dict.fromkeys(m for s in shapes for m in s.models)),
    )
