"""What is wrong with a file, said in sentences for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from trainer.written.nodes import Fault, Node, Path
from trainer.written.shapes import Shape, shape_of


def sentences(errors: Sequence[Mapping[str, Any]], root: Node, model: type[BaseModel], known: set[Path]) -> list[Fault]:
    """pydantic's errors as faults at their places. What was said already of a place (`known`) is not said again."""
    faults = []
    for error, path, rest in _likeliest(errors, root):
        if path in known:
            continue
        node = root.at(path)
        line, column = node.line, node.column
        if error["type"] == "extra_forbidden":
            parent = root.at(path[:-1])
            assert isinstance(parent.value, dict)
            key = parent.value[str(path[-1])]
            line, column = key.line, key.column
        faults.append(Fault(line, column, _sentence(error, path, rest, node, model)))
    return faults


def closest(word: str, known: Sequence[str]) -> str:
    """' did you mean "…"?' with the known word that looks most like this one, else ''."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(word.lower(), [k.lower() for k in known], scorer=fuzz.ratio, score_cutoff=60)
    return f'; did you mean "{known[found[2]]}"?' if found else ""


def quoted(value: Any) -> str:
    """The value as a reader finds it in the file, cut to a readable length."""
    text = str(value)
    return f'"{text[:60]}…"' if len(text) > 61 else f'"{text}"'


def _likeliest(
    errors: Sequence[Mapping[str, Any]], root: Node
) -> list[tuple[Mapping[str, Any], Path, tuple[Any, ...]]]:
    """Each error with the path in the file that it reaches and what of its location lies beyond.

    Where a place may be written in several ways, pydantic gives the errors of each; the ways that got furthest stay.
    """
    placed = [(e, *root.reach(e["loc"])) for e in errors if not _is_echo(e, root)]
    furthest: dict[Path, int] = {}  # of each place with several ways: how far the best of them got
    for error, path, _ in placed:
        if (fork := _fork(error)) is not None:
            furthest[fork] = max(furthest.get(fork, 0), len(path))
    kept = []
    for error, path, rest in placed:
        fork = _fork(error)
        if fork is not None and (furthest[fork] > len(path) or error.get("ctx", {}).get("max_length") == 0):
            continue  # another way got further; and 'or an empty list' is no help
        kept.append((error, path, rest))
    return kept


def _fork(error: Mapping[str, Any]) -> Path | None:
    """The location at which an error belongs to one of several ways to write a thing."""
    branch = next((i for i, part in enumerate(error["loc"]) if _is_union_tag(part)), None)
    return None if branch is None else tuple(error["loc"][:branch])


def _is_echo(error: Mapping[str, Any], root: Node) -> bool:
    """pydantic calls a list too short whose entries are there and have faults of their own."""
    listed = root.at(error["loc"]).value
    return error["type"] == "too_short" and isinstance(listed, list) and len(listed) >= error["ctx"]["min_length"]


def _is_union_tag(part: Any) -> bool:
    return isinstance(part, str) and any(c in part for c in "[(")


def _sentence(error: Mapping[str, Any], path: Path, rest: tuple[Any, ...], node: Node, model: type[BaseModel]) -> str:
    name = next((str(p) for p in reversed(path) if isinstance(p, str)), "")
    what = f'"{name}"' if name else "the file"
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            missing = next((str(p) for p in reversed(rest) if isinstance(p, str)), "")
            inside = f" in {what}" if name else ""
            return f'"{missing}" is missing{inside}'
        case "extra_forbidden":
            return f'unknown key "{path[-1]}"{closest(str(path[-1]), _keys(path[:-1], model)) or _offer(path, model)}'
        case "string_type":
            return _no_text(what, node)
        case "string_too_short" | "too_short" if isinstance(node.value, str):
            return f"{what} must not be empty"
        case "string_too_long" | "too_long" if isinstance(node.value, str):
            return f"{what} has {len(node.value):,} characters; {context['max_length']:,} are allowed"
        case "string_pattern_mismatch":
            return (
                f"{quoted(node.value)} cannot be an id: letters, digits, hyphens, dots and underscores, "
                "beginning with a letter or digit and not ending in a dot"
            )
        case "literal_error":
            choices = context["expected"].replace("'", "").replace(" or ", ", ")
            return f"{what} is one of {choices}{_not_this(node)}{closest(str(node.value), choices.split(', '))}"
        case "too_short":
            return f"{what} needs at least {_number(context['min_length'])}"
        case "too_long":
            return f"{what} takes at most {context['max_length']:,}; there are {context['actual_length']:,}"
        case "greater_than":
            return f"{what} has to be more than {context['gt']:g}{_not_this(node)}"
        case "greater_than_equal":
            return f"{what} has to be at least {context['ge']:g}{_not_this(node)}"
        case "less_than":
            return f"{what} has to be less than {context['lt']:g}{_not_this(node)}"
        case "less_than_equal":
            return f"{what} can be {context['le']:g} at most{_not_this(node)}"
        case "tuple_type" | "list_type" | "set_type" | "frozen_set_type":
            form = f": write [{node.value}]" if isinstance(node.value, str) and 0 < len(node.value) <= 40 else ""
            return f"{what} takes a list{_not_this(node)}{form}"
        case "model_type" | "model_attributes_type" | "dict_type" | "mapping_type":
            return f"{what} takes keys with values, such as key: value{_not_this(node)}"
        case "bool_type" | "bool_parsing":
            return f"{what} is true or false{_not_this(node)}"
        case "int_type" | "int_parsing" | "int_from_float" | "int_parsing_size":
            return f"{what} is a whole number{_not_this(node)}"
        case "float_type" | "float_parsing" | "finite_number":
            return f"{what} is a number{_not_this(node)}"
        case kind if kind.startswith("date"):
            return f"{what} is a date such as 2026-11-03{_not_this(node)}{_why_no_date(context)}"
        case kind if kind.startswith("time"):
            return f"{what} is a time such as 09:00{_not_this(node)}"
        case "value_error" | "assertion_error":
            return str(error["msg"]).split(", ", 1)[-1]
        case _:
            message = str(error["msg"])
            return f"{what}: {message[0].lower()}{message[1:]}"


def _no_text(what: str, node: Node) -> str:
    match node.value:
        case dict():
            hint = " (a text that begins with a brace or holds a colon needs quotes round it)"
            return f"{what} takes a text, and there are keys with values{hint}"
        case list():
            return f"{what} takes a text, and there is a list"
        case str() as word if word and word.lower() not in {"null", "~"}:
            return f'{what} takes a text; for the word {word}, write it in quotes: "{word}"'
        case _:
            return f"{what} takes a text, and there is nothing"


def _not_this(node: Node) -> str:
    match node.value:
        case dict():
            return ", not keys with values"
        case list():
            return ", not a list"
        case "":
            return ", and there is nothing"
        case word:
            return f", not {quoted(word)}"


def _why_no_date(context: Mapping[str, Any]) -> str:
    return " (there is no such day)" if "out of range" in str(context.get("error", "")) else ""


def _number(least: int) -> str:
    return "one entry" if least == 1 else f"{least} entries"


def _keys(path: Path, model: type[BaseModel]) -> list[str]:
    """The keys that may stand at this path."""
    shapes: list[Shape] = [shape_of(model)]
    for part in path:
        shapes = [inner for shape in shapes for inner in shape.inside(part)]
    return sorted({key for shape in shapes for key in shape.known_keys})


def _offer(path: Path, model: type[BaseModel]) -> str:
    keys = _keys(path[:-1], model)
    return f"; known here: {', '.join(keys)}" if keys else ""
