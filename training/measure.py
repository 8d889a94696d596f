"""How well likelihoods agree with labels: best micro-F1 a kind, false don'ts on clean replies, intervals by turn."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from corpus import Turn
from encode import Asked, encode_points, encode_replies
from reader import Reader
from tokenizers import Tokenizer


def predict(
    model: Reader, cutter: Tokenizer, turns: Sequence[Turn], group: int = 12, named: bool = True
) -> list[np.ndarray]:
    """Logits, an array (replies, points) a turn."""

    def of(turn: Turn) -> np.ndarray:
        points = encode_points(
            cutter, [Asked(p.label, p.examples[:4], p.kind, p.name if named else 0) for p in turn.points]
        )
        order = sorted(range(len(turn.replies)), key=lambda n: len(turn.replies[n].words))
        logits = np.zeros((len(turn.replies), len(turn.points)), np.float32)
        with torch.no_grad():
            for i in range(0, len(order), group):
                some = order[i : i + group]
                tokens, _ = encode_replies(cutter, turn.other, [turn.replies[n].words for n in some])
                logits[some] = model(**points, **tokens)[0].numpy()
        return logits

    with ThreadPoolExecutor(2) as workers:
        return list(workers.map(of, turns))


def f1(said: np.ndarray, gold: np.ndarray) -> float:
    return float(2 * (said & gold).sum() / max(1, said.sum() + gold.sum()))


def flat(turns: Sequence[Turn], logits: Sequence[np.ndarray], kind: int) -> tuple[np.ndarray, np.ndarray]:
    scores, gold = [], []
    for turn, some in zip(turns, logits, strict=True):
        columns = [n for n, p in enumerate(turn.points) if p.kind == kind]
        keep = np.array([r.weight for r in turn.replies])[:, columns] > 0
        scores.append(some[:, columns][keep])
        gold.append(np.array([r.yes for r in turn.replies])[:, columns][keep])
    return np.concatenate(scores), np.concatenate(gold)


def best_cut(scores: np.ndarray, gold: np.ndarray) -> tuple[float, float]:
    """The cut with the best F1."""
    order = np.argsort(-scores)
    hits = np.cumsum(gold[order])
    f = 2 * hits / (np.arange(len(order)) + 1 + gold.sum())
    at = int(f.argmax())
    return float(scores[order[at]]), float(f[at])


def false_rate(turns: Sequence[Turn], logits: Sequence[np.ndarray], cut: float) -> float:
    clean = alarmed = 0
    for turn, some in zip(turns, logits, strict=True):
        columns = [n for n, p in enumerate(turn.points) if p.kind]
        for reply, row in zip(turn.replies, some, strict=True):
            if not any(reply.yes[n] for n in columns):
                clean += 1
                alarmed += bool((row[columns] > cut).any())
    return alarmed / max(1, clean)


def measure(turns: Sequence[Turn], logits: Sequence[np.ndarray]) -> dict[str, float]:
    out = {}
    for kind, title in enumerate(("kp", "dont")):
        scores, gold = flat(turns, logits, kind)
        cut, best = best_cut(scores, gold)
        out |= {title: round(best, 3), f"{title}_cut": round(cut, 2), f"{title}_at0": round(f1(scores > 0, gold), 3)}
        if kind:
            out |= {
                "false": round(false_rate(turns, logits, cut), 3),
                "false_at0": round(false_rate(turns, logits, 0), 3),
            }
            for limit in (0.05, 0.02):
                if True:
                    lo, hi = float(scores.min()), float(scores.max())
                    for _ in range(25):
                        mid = (lo + hi) / 2
                        lo, hi = (lo, mid) if false_rate(turns, logits, mid) <= limit else (mid, hi)
                    low = hi
                out[f"dont_at_{limit:.2f}"] = round(f1(scores > low, gold), 3)
    return out


def interval(
    turns: Sequence[Turn], logits: Sequence[np.ndarray], kind: int, cut: float, rounds: int = 2000
) -> tuple[float, float]:
    """The middle 95 % of F1 when turns are drawn again with replacement."""
    counts = []
    for turn, some in zip(turns, logits, strict=True):
        scores, gold = flat([turn], [some], kind)
        said = scores > cut
        counts.append(((said & gold).sum(), said.sum() + gold.sum()))
    table = np.array(counts, float)
    drawn = np.random.default_rng(0).integers(0, len(table), (rounds, len(table)))
    both = table[drawn].sum(1)
    low, high = np.percentile(2 * both[:, 0] / np.maximum(1, both[:, 1]), [2.5, 97.5])
    return float(low), float(high)
