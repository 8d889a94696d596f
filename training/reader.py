"""The judge's network: a reply is read once, each point asks it.

The reply (`other line [SEP] reply`) goes through all layers by itself. A point (`label [SEP] example [SEP] …`) goes
through all layers by itself, too, once for all replies. From layer `SPLIT` on a few askers of each point (its first
token, which carries kind and shipped name, and the means of its label and of each example) read one another, the
point's and the reply's states of that layer, by the same weights. Their last states decide, together with the likeness
of the two texts word by word; the first one's product with the reply's last states says which words it rests on.
"""

from __future__ import annotations

import math
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SIZE, HEADS, LAYERS, SPLIT = 384, 12, 6, 2
HEAD = SIZE // HEADS


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(SIZE, SIZE) for _ in range(4))
        self.up, self.down = nn.Linear(SIZE, 4 * SIZE), nn.Linear(4 * SIZE, SIZE)
        self.norm1, self.norm2 = nn.LayerNorm(SIZE, eps=1e-12), nn.LayerNorm(SIZE, eps=1e-12)

    def after(self, states: Tensor, read: Tensor, dropout: float) -> Tensor:
        states = self.norm1(states + self.out(read))
        return self.norm2(states + F.dropout(self.down(F.gelu(self.up(states))), dropout, dropout > 0))

    def alone(self, states: Tensor, mask: Tensor, dropout: float = 0.0) -> tuple[Tensor, Tensor, Tensor]:
        """The next states of texts that read only themselves, and the keys and values others may read."""
        n, length, _ = states.shape
        q, k, v = (f(states).view(n, length, HEADS, HEAD).transpose(1, 2) for f in (self.query, self.key, self.value))
        with torch.autocast("cpu", enabled=False):  # slow in 16 bits
            read = F.scaled_dot_product_attention(q.float(), k.float(), v.float(), attn_mask=mask[:, None, None, :])
        return self.after(states, read.transpose(1, 2).reshape(n, length, SIZE), dropout), k, v


class Reader(nn.Module):
    def __init__(self, names: int) -> None:
        super().__init__()
        self.words, self.positions = nn.Embedding(30522, SIZE), nn.Embedding(512, SIZE)
        self.segment = nn.Parameter(torch.zeros(SIZE))
        self.norm = nn.LayerNorm(SIZE, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.mark = nn.Parameter(torch.zeros(SIZE))  # added to the reply's own words
        self.kind, self.name = nn.Embedding(2, SIZE), nn.Embedding(names + 1, SIZE)
        self.part = nn.Embedding(2, SIZE)  # added to what asks for the label, for an example
        self.finder, self.found = nn.Linear(SIZE, SIZE), nn.Linear(SIZE, SIZE)
        self.decide = nn.Embedding(2, 3 * SIZE)  # by kind: weights over (point, its parts, what it found)
        self.by_name = nn.Embedding(names + 1, 3 * SIZE)
        # By kind: bias, pull of the best words; likeness of label, best and mean example; words' bias, their likeness.
        self.numbers = nn.Embedding(2, 7)
        for table in (self.kind, self.name, self.by_name, self.part):
            nn.init.zeros_(table.weight)
        nn.init.normal_(self.decide.weight, std=0.02)
        with torch.no_grad():
            self.numbers.weight.copy_(
                torch.tensor([[-3.5, 0.3, 3.0, 3.0, 1.0, -4.0, 4.0], [-4.5, 0.3, 2.0, 2.0, 1.0, -4.5, 4.0]])
            )
        for linear in (self.finder, self.found):
            nn.init.normal_(linear.weight, std=0.05)
            nn.init.zeros_(linear.bias)

    def low(self, ids: Tensor, mask: Tensor, at: Tensor) -> Tensor:
        """States after the lowest layers, which read each text by itself."""
        states = self.norm(self.words(ids) + self.positions(at) + self.segment)
        for layer in self.layers[:SPLIT]:
            states = layer.alone(states, mask)[0]
        return states

    def forward(
        self,
        reply: Tensor, reply_mask: Tensor, own: Tensor,  # (R, N): ids, what is no padding, the reply's own words
        point: Tensor, point_mask: Tensor, place: Tensor,  # (P, W): ids, what is no padding, positions
        parts: Tensor,  # (P, G, W): 1/n where one of the n tokens of label (first row) or example stands
        kind: Tensor, name: Tensor,  # (P,)
        dropout: float = 0.0,
    ) -> tuple[Tensor, Tensor]:  # fmt: skip
        """Logits (R, P) and token scores (R, P, N)."""
        replies, length = reply.shape
        points, width = point.shape
        r = self.low(reply, reply_mask, torch.arange(length)) + self.mark * own[..., None]
        p = self.low(point, point_mask, place)
        first = p[:, 0] + self.kind(kind) + self.name(name)
        p = torch.cat([first[:, None], p[:, 1:]], 1)
        there = parts.sum(-1) > 0  # (P, G)
        which = self.part((torch.arange(parts.shape[1]) > 0).long())
        q = torch.cat([first[:, None], parts @ p + which], 1)
        asks = q.shape[1]
        q = q[None].expand(replies, -1, -1, -1)
        bar = torch.cat([
            reply_mask[:, None].expand(-1, points, -1),
            torch.cat([torch.ones(points, 1, dtype=torch.bool), there], 1)[None].expand(replies, -1, -1),
            point_mask[None].expand(replies, -1, -1)], -1)  # fmt: skip
        bar = torch.zeros(bar.shape).masked_fill(~bar, -1e4)[:, None, :, None]  # (R, 1, P, 1, keys)
        for layer in self.layers[SPLIT:]:
            r_next, rk, rv = layer.alone(r, reply_mask, dropout)
            p_next, pk, pv = layer.alone(p, point_mask, dropout)
            pk, pv = pk.transpose(0, 1), pv.transpose(0, 1)  # (H, P, W, d)
            qq, qk, qv = (
                f(q).view(replies, points, asks, HEADS, HEAD).permute(0, 3, 1, 2, 4)
                for f in (layer.query, layer.key, layer.value)
            )
            qq = qq / math.sqrt(HEAD)  # (R, H, P, A, d)
            to_reply = (qq.reshape(replies, HEADS, points * asks, HEAD) @ rk.transpose(-1, -2)).view(
                replies, HEADS, points, asks, length
            )
            turned = qq.permute(1, 2, 0, 3, 4).reshape(HEADS, points, replies * asks, HEAD)
            to_shown = (turned @ pk.transpose(-1, -2)).view(HEADS, points, replies, asks, width).permute(2, 0, 1, 3, 4)
            heed = torch.softmax(torch.cat([to_reply, qq @ qk.transpose(-1, -2), to_shown], -1) + bar, -1)
            read = (heed[..., :length].reshape(replies, HEADS, points * asks, length) @ rv).view(
                replies, HEADS, points, asks, HEAD
            )
            read = read + heed[..., length : length + asks] @ qv
            far = heed[..., length + asks :].permute(1, 2, 0, 3, 4).reshape(HEADS, points, replies * asks, width)
            read = read + (far @ pv).view(HEADS, points, replies, asks, HEAD).permute(2, 0, 1, 3, 4)
            q = layer.after(q, read.permute(0, 2, 3, 1, 4).reshape(replies, points, asks, SIZE), dropout)
            r, p = r_next, p_next
        return self.head(q, there, r, reply_mask, own, p, parts, kind, name)

    def head(
        self,
        q: Tensor,
        there: Tensor,
        r: Tensor,
        mask: Tensor,
        own: Tensor,
        p: Tensor,
        parts: Tensor,
        kind: Tensor,
        name: Tensor,
    ) -> tuple[Tensor, Tensor]:
        numbers = self.numbers(kind)
        state = q[:, :, 0]
        weight = there / there.sum(-1, keepdim=True)
        among = (q[:, :, 1:] * weight[None, :, :, None]).sum(2)
        # Word by word likeness: how well is each of the point's words answered, how much is each reply word asked for?
        like = torch.einsum("pwd,rnd->rpwn", F.normalize(p, dim=-1), F.normalize(r, dim=-1))
        like = like.masked_fill(own[:, None, None] == 0, -1.0)
        answered = torch.einsum("rpw,pgw->rpg", like.amax(-1), parts)
        shown = answered[:, :, 1:].masked_fill(~there[None, :, 1:], -1.0)
        has = there[:, 1:].any(-1).float()
        count = there[:, 1:].sum(-1).clamp(min=1)
        best = shown.amax(-1) * has
        mean = (answered[:, :, 1:] * there[None, :, 1:]).sum(-1) / count
        wanted = like.masked_fill((parts.sum(1) == 0)[None, :, :, None], -1.0).amax(2)  # (R, P, N)
        scores = (self.finder(state) @ self.found(r).transpose(-1, -2)) * (4 / math.sqrt(SIZE))
        scores = scores + numbers[None, :, 5, None] + numbers[None, :, 6, None] * wanted
        scores = scores.masked_fill(~mask[:, None], -1e4)
        heed = torch.softmax(scores, -1)
        seen = heed @ r  # (R, P, size)
        both = torch.cat([state, among, seen], -1)
        logit = (both * (self.decide(kind) + self.by_name(name))[None]).sum(-1)
        logit = logit + numbers[None, :, 0] + numbers[None, :, 1] * (heed * scores).sum(-1)
        logit = (
            logit + numbers[None, :, 2] * answered[:, :, 0] + numbers[None, :, 3] * best + numbers[None, :, 4] * mean
        )
        return logit, scores


def load_base(model: Reader, folder: Path) -> None:
    """MiniLM-L6's weights into the network's own names."""
    from safetensors.torch import load_file

    base = load_file(folder / "model.safetensors")
    with torch.no_grad():
        model.words.weight.copy_(base["embeddings.word_embeddings.weight"])
        model.positions.weight.copy_(base["embeddings.position_embeddings.weight"])
        model.segment.copy_(base["embeddings.token_type_embeddings.weight"][0])
        model.norm.weight.copy_(base["embeddings.LayerNorm.weight"])
        model.norm.bias.copy_(base["embeddings.LayerNorm.bias"])
        for n, layer in enumerate(model.layers):
            for ours, theirs in {
                "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
                "out": "attention.output.dense", "norm1": "attention.output.LayerNorm", "up": "intermediate.dense",
                "down": "output.dense", "norm2": "output.LayerNorm",
            }.items():  # fmt: skip
                part = getattr(layer, ours)
                part.weight.copy_(base[f"encoder.layer.{n}.{theirs}.weight"])
                part.bias.copy_(base[f"encoder.layer.{n}.{theirs}.bias"])


def load_shipped(model: nn.Module, folder: Path, file: str = "weights") -> None:
    """What ships as a start: `weights`, or `large`."""
    import json

    from trainer.meaning.packed import Numbers, unpack

    card = json.loads((folder / "judge.json").read_text(encoding="utf-8"))
    state = model.state_dict()
    for name, values in unpack(folder / f"{file}.bin", card[file]):
        array = values.rows() if isinstance(values, Numbers) else values
        whole = torch.from_numpy(array)
        state[name][: len(whole)] = whole  # fewer positions ship than there are
    model.load_state_dict(state)


def is_linear(name: str) -> bool:
    """Is this the weight of a linear layer?"""
    body = name.startswith("layers.") and "norm" not in name
    return name.endswith(".weight") and (body or name.split(".")[0] in ("finder", "found"))
