"""Words and points cut into the network's tokens, in one form for training, measuring and shipping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

CLS, SEP = 101, 102
LABEL_TOKENS, EXAMPLE_TOKENS = 24, 20
OTHER_TOKENS, REPLY_TOKENS = 64, 256


@dataclass(frozen=True)
class Asked:
    """A point's words as the network gets them."""

    label: str
    examples: tuple[str, ...]
    kind: int
    name: int


def encode_points(cutter: Tokenizer, points: Sequence[Asked]) -> dict[str, Tensor]:
    rows = []
    for p in points:
        label = [CLS, *cutter.encode(p.label, add_special_tokens=False).ids[:LABEL_TOKENS], SEP]
        rows.append(
            [label, *([*cutter.encode(e, add_special_tokens=False).ids[:EXAMPLE_TOKENS], SEP] for e in p.examples)]
        )
    width = max(sum(map(len, row)) for row in rows)
    ids = torch.zeros(len(points), width, dtype=torch.long)
    place, mask = ids.clone(), ids.clone().bool()
    parts = torch.zeros(len(points), max(2, *map(len, rows)), width)
    for n, row in enumerate(rows):
        at = 0
        for g, some in enumerate(row):
            ids[n, at : at + len(some)] = torch.tensor(some)
            words = slice(at + (g == 0), at + len(some) - 1)
            parts[n, g, words] = 1 / max(1, words.stop - words.start)
            at += len(some)
        mask[n, :at] = True
        place[n, :at] = torch.arange(at)
    return {
        "point": ids, "point_mask": mask, "place": place, "parts": parts,
        "kind": torch.tensor([p.kind for p in points]), "name": torch.tensor([p.name for p in points]),
    }  # fmt: skip


def encode_replies(
    cutter: Tokenizer, other: str, replies: Sequence[Sequence[str]]
) -> tuple[dict[str, Tensor], list[list[int]]]:
    """Tokens of `other [SEP] words`, and for each token the place of its word (-1: none)."""
    before = [CLS, *cutter.encode(other, add_special_tokens=False).ids[:OTHER_TOKENS], SEP]
    rows, owners = [], []
    for words in replies:
        ids, owner = list(before), [-1] * len(before)
        for n, cut in enumerate(cutter.encode_batch([w or " " for w in words], add_special_tokens=False)):
            ids += cut.ids
            owner += [n] * len(cut.ids)
        ids, owner = ids[: len(before) + REPLY_TOKENS], owner[: len(before) + REPLY_TOKENS]
        rows.append([*ids, SEP])
        owners.append([*owner, -1])
    length = max(map(len, rows))
    reply = torch.zeros(len(rows), length, dtype=torch.long)
    mask, own = reply.clone().bool(), reply.clone().float()
    for n, (ids, owner) in enumerate(zip(rows, owners, strict=True)):
        reply[n, : len(ids)] = torch.tensor(ids)
        mask[n, : len(ids)] = True
        own[n, : len(ids)] = torch.tensor([float(o >= 0) for o in owner])
    return {"reply": reply, "reply_mask": mask, "own": own}, owners
