"""A new scenario file: short, commented, and valid as it stands."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trainer.core.placeholders import PLACEHOLDERS
from trainer.written.nodes import read_nodes

SCHEMA_FILE = ".scenario.schema.json"  # beside the learner's scenarios; hidden, so that it is taken for none
OPENING = "Good morning, {company}, how can I help you?"
CLOSING = "All right, thank you for calling. Goodbye."


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an author said of the new call; what was left out has a default."""

    id: str
    title: str
    call_type: str | None = None
    situation: str | None = None
    says: str | None = None
    points: tuple[str, ...] = ()  # labels of key points
    words: Mapping[str, str] = field(default_factory=dict)  # label → how its author would say it
    donts: tuple[str, ...] = ()  # names of shipped don'ts
    obstacle: str | None = None  # a harder line


def draft(wishes: Wishes, shipped: Sequence[str]) -> str:
    """The file's text. `shipped` are the names of the shipped don'ts, listed in a comment."""
    points = wishes.points or ("Say your name", "Say why you are calling")
    ids = _ids(points)
    said = {label: _examples(label, wishes.words) for label in points}
    answer = " ".join(_sentence(said[label][0]) for label in points)
    rows = [
        f"# yaml-language-server: $schema=./{SCHEMA_FILE}",
        "# One call. Check it with `trainer scenarios validate`, try it with `trainer scenarios preview`.",
        "# Blanks such as {me.name}, {company}, {contact.name}, {role} are filled from your application;",
        "# {{ is a brace. A text that begins with a brace, or holds a colon, needs quotes round it.",
        f"id: {_quoted(wishes.id)}",
        f"title: {_text(wishes.title)}",
        *([f"call_type: {_quoted(wishes.call_type)}"] if wishes.call_type else [_OPTIONAL_TYPE]),
        "levels: [easy, normal, hard]",
        "turns:",
        "  - id: opening",
        f"    situation: {_text(wishes.situation or 'They pick up the telephone.')}",
        "    # One wording, or several of which each call takes one.",
        "    says:",
        f"      - {_text(wishes.says) if wishes.says else _quoted(OPENING)}",
        "    # What your reply must convey: small enough to be answered yes or no. More examples, better judging.",
        "    key_points:",
    ]
    for id, label in zip(ids, points, strict=True):
        rows += [
            f"      - id: {id}",
            f"        label: {_text(label)}",
            "        examples:",
            *(f"          - {_quoted(example)}{_own_words(label, wishes.words)}" for example in said[label]),
        ]
    rows += [
        "    # What it must not do: names of shipped don'ts, or your own with id, label and examples. Shipped:",
        *(f"    # {line}" for line in _wrapped(shipped)),
        f"    donts: [{', '.join(wishes.donts or ('pressuring', 'complaining'))}]",
        "    help: Say who you are, then what you would like.",
        f"    model_answer: {_quoted(answer)}",
        "    # A harder line in place of the one above, at some levels.",
        "    obstacles:",
        "      - id: busy",
        "        levels: [hard]",
        f"        says: {_text(wishes.obstacle or 'Can this wait? It is a bad moment.')}",
        "        response: Offer to call back, and ask when.",
        "    # Where the call goes: the first branch that holds is taken; without one, the next turn comes.",
        "    branches:",
        "      - when:",
        f"          hit: [{ids[0]}]",
        "        to: close",
        "        good: true",
        "      - says: I am afraid I cannot help you with that.",
        "        to: end",
        "  - id: close",
        f"    says: {_quoted(CLOSING)}",
        "    key_points:",
        "      - id: say_goodbye",
        "        label: Thank them and say goodbye",
        "        examples: [thank you and goodbye, thanks for your help]",
        "    model_answer: Thank you very much. Goodbye.",
        "# Sample replies with what the judge must make of them (hits, misses, donts, clean); `validate` runs them.",
        "self_tests:",
        "  - turn: close",
        "    reply: Thank you and goodbye.",
        "    hits: [say_goodbye]",
        "# There is more: a briefing, people with voices, lines by mood, sounds, ask_again, bad takes to spot in.",
        "# Copy a call that has it all: `trainer scenarios new --from reach-hr`; `trainer scenarios show` draws it.",
    ]
    return "\n".join(rows) + "\n"


def copied(data: bytes, id: str, title: str | None, call_type: str | None = None) -> str:
    """Another scenario's text with a new id, and title and type where they are given, comments and all."""
    text = data.decode("utf-8-sig")
    changes = {"id": id} | ({"title": title} if title else {}) | ({"call_type": call_type} if call_type else {})
    if text.lstrip().startswith("{"):
        return json.dumps({**json.loads(text), **changes}, ensure_ascii=False, indent=1) + "\n"
    root, _ = read_nodes(data, id)
    assert isinstance(root.value, dict)
    rows = text.splitlines()
    begins = sorted(entry.line for entry in root.value.values())
    for key, value in changes.items():
        if key not in root.value:
            continue
        first = root.value[key].line
        after = next((line for line in begins if line > first), len(rows) + 1)
        rows[first - 1 : after - 1] = [f"{key}: {_text(value)}", *[""] * (after - first - 1)]
    below = root.value["id"].line
    rows[below:below] = [f"{key}: {_text(value)}" for key, value in changes.items() if key not in root.value]
    header = f"# yaml-language-server: $schema=./{SCHEMA_FILE}"
    kept = [row for row in rows if not row.startswith("# yaml-language-server:")]
    return "\n".join([header, *kept]) + "\n"


_OPTIONAL_TYPE = "# call_type: voicemail        # its family; calls of one family share what they train"


def slug(title: str) -> str:
    """An id made of a title; 'my-call' where it holds no letter of the Latin alphabet."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "my-call"


FILLERS = {  # words that say nothing in an id
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "could", "do", "for", "have", "i", "if", "in", "is", "it",
    "me", "my", "of", "on", "one", "or", "our", "so", "that", "the", "their", "them", "they", "this", "to", "us", "we",
    "what", "when", "whether", "with", "would", "you", "your",
}  # fmt: skip


def _ids(labels: Sequence[str]) -> list[str]:
    ids: list[str] = []
    for label in labels:
        parts = slug(label).split("-")
        telling = [part for part in parts if part not in FILLERS] or parts
        id = base = "point" if parts == ["my", "call"] else "_".join(telling[:3])
        number = 1
        while id in ids:
            number += 1
            id = f"{base}_{number}"
        ids.append(id)
    return ids


KNOWN = {  # what a label speaks of: examples to begin with
    "name": ("this is {me.name}", "my name is {me.name}"),
    "number": ("my number is {me.phone}", "you can reach me on {me.phone}"),
    "why": ("I am calling about the {role} job", "I wanted to ask about my interview for the {role} job"),
    "next step": ("could you tell me what the next steps are", "what happens next"),
    "thank": ("thank you for your time", "thanks a lot for seeing me"),
}


def is_known(label: str) -> bool:
    """Are there words for what this label speaks of?"""
    return any(word in label.lower() for word in KNOWN)


def _examples(label: str, words: Mapping[str, str]) -> tuple[str, ...]:
    if label in words:
        return (_escaped(words[label]),)
    for word, examples in KNOWN.items():
        if word in label.lower():
            return examples
    return (_escaped(label[:1].lower() + label[1:].rstrip(".")),)


def _own_words(label: str, words: Mapping[str, str]) -> str:
    """A label is what to say, not how: its author knows how."""
    if label in words:
        return "  # and two or three other ways to say it"
    return "" if is_known(label) else "  # as you would say it; three or four of them"


def _sentence(words: str) -> str:
    """One sentence of the model answer."""
    return f"{words[:1].upper()}{words[1:]}{'' if words[-1:] in '.?!' else '.'}"


def _wrapped(words: Sequence[str]) -> list[str]:
    import textwrap

    return textwrap.wrap(", ".join(words), 100) or ["none"]


def _text(text: str) -> str:
    """A text of the author's own, in which a brace is a brace."""
    return _quoted(_escaped(text))


def _escaped(text: str) -> str:
    """The text with every brace doubled that opens no known blank."""

    def kept(found: re.Match[str]) -> str:
        return found[0] if found[1] in PLACEHOLDERS else found[0].replace("{", "{{").replace("}", "}}")

    return re.sub(r"\{([^{}]*)\}|[{}]", kept, text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
