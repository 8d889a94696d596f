"""The labelled replies as values: turns with their points, replies with what they convey, commit, and where it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pack import turn_id

from trainer.core.normalise import Token, plain, tokens

NAMES = (
    "excuses", "complaining", "pressuring", "ultimatum", "deadline_reminder", "pressing_next_steps", "cross_questioning",
    "arguing", "rambling", "desperation", "frustration", "just_exploring", "pay_or_leave", "calling_from_work",
    "repeat_calls", "gift_offer", "social_overreach", "rude", "deceiving", "bad_mouthing", "over_apologising", "self_pity",
    "overselling", "interrupting", "hedging", "generic",
)  # fmt: skip
"""The shipped don'ts: an id that means the same in every call."""


@dataclass(frozen=True)
class Point:
    kind: int  # 0 a key point, 1 a don't
    id: str
    label: str
    examples: tuple[str, ...]

    @property
    def name(self) -> int:
        """0 for what only this call knows, else the place of the shipped name."""
        return NAMES.index(self.id) + 1 if self.kind and self.id in NAMES else 0


@dataclass(frozen=True)
class Labelled:
    id: str
    kind: str
    words: tuple[str, ...]
    yes: tuple[bool, ...]  # a row a point of the turn
    weight: tuple[float, ...]  # 0 where two readers disagree
    evidence: tuple[frozenset[int] | None, ...]  # places in `words`; None where nobody marked it

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def piece(self, point: int) -> tuple[str, ...]:
        """The words from the first to the last that show this point; none where nobody marked it."""
        marked = self.evidence[point]
        return self.words[min(marked) : max(marked) + 1] if marked else ()


@dataclass(frozen=True)
class Turn:
    scenario: str
    id: str
    other: str
    points: tuple[Point, ...]
    replies: tuple[Labelled, ...]
    writer: str = field(default="")


def places(heard: tuple[Token, ...], text: str, piece: str) -> frozenset[int]:
    """The words that an exact piece of the text covers."""
    start = text.find(piece)
    if start < 0:
        return frozenset()
    return frozenset(n for n, t in enumerate(heard) if t.start < start + len(piece) and t.end > start)


def read_case(
    case: dict[str, Any], second: dict[str, dict[str, list[str]]], added: dict[str, list[dict[str, Any]]]
) -> Iterable[Turn]:
    for turn in case["turns"]:
        further = added.get(turn_id(case, turn), [])
        points = tuple(
            Point(kind, p["id"], plain(p["label"]), tuple(plain(e) for e in p.get("examples", ())))
            for kind, some in enumerate((turn["key_points"], [*turn["donts"], *further]))
            for p in some
        )
        replies = []
        for reply in turn["replies"]:
            text = re.sub(r"\s+", " ", reply["text"]).strip()
            heard = tokens(text)
            words = tuple(t.text for t in heard)
            if not words:
                continue
            also = [d["id"] for d in further if reply["id"] in d["committed"]]
            yes = tuple(p.id in [*reply[("key_points", "donts")[p.kind]], *(also if p.kind else ())] for p in points)
            # What the second reader says of each point: nothing where nobody read it.
            other = dict.fromkeys((d["id"] for d in further), None) | {
                d["id"]: reply["id"] in d["second"] for d in further if "second" in d
            }
            if (ids := second.get(turn["id"], {}).get(reply["id"])) is not None:
                other |= {p.id: p.id in ids for p in points if p.id not in other}
            weight = tuple(1.0 if other.get(p.id) in (None, y) else 0.0 for p, y in zip(points, yes, strict=True))
            marked = reply.get("evidence", {}) | {d["id"]: d["committed"].get(reply["id"], []) for d in further}
            evidence = tuple(
                (
                    frozenset().union(*(places(heard, text, re.sub(r"\s+", " ", e).strip()) for e in marked[p.id]))
                    or None
                )
                if y and marked.get(p.id)
                else None
                for p, y in zip(points, yes, strict=True)
            )
            replies.append(Labelled(reply["id"], reply.get("kind", "?"), words, yes, weight, evidence))
        yield Turn(case["id"], turn["id"], plain(turn["other"]), points, tuple(replies), case.get("writer", ""))


def read_files(paths: Iterable[Path], second: Path | None = None, added: Path | None = None) -> list[Turn]:
    """The turns of some calls.

    `second`: a folder of a second reader's labels, {turn: {reply: [ids]}} a file; `added`: one of further don'ts (`added.py`).
    """
    labels: dict[str, dict[str, list[str]]] = {}
    for path in sorted(second.glob("*.json")) if second else ():
        labels |= json.loads(path.read_text(encoding="utf-8"))
    further: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(added.glob("*.json")) if added else ():
        for turn, donts in json.loads(path.read_text(encoding="utf-8")).items():
            further.setdefault(turn, []).extend(donts)
    turns: list[Turn] = []
    for path in sorted(paths):
        turns += read_case(json.loads(path.read_text(encoding="utf-8")), labels, further)
    return turns
