#!/usr/bin/env python3
"""Weigh the network's logit together with the words' signs: a small logistic sum a kind, for `judge.json`.

    python training/fit.py RUN/last.pt --large RUN --cases CASE.json … --check DEV.json … --out calibration.json

Fitted on calls that these weights were not trained on. The `--check` calls choose the threshold of the key points; that of
the don'ts accuses no more of the innocent replies than `--false` there and for each writer of the cases, so that one set of calls can't flatter it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import torch
from corpus import NAMES, Turn, read_files
from large import Cutter, Large, cutter_for, kept_by
from measure import best_cut, f1, false_rate, interval, predict
from reader import Reader
from sklearn.linear_model import LogisticRegression
from train import base_folder, cutter_of
from train_large import predict as predict_large

from trainer.core.combining import weight_of_look
from trainer.core.judging import USUAL_COMPANY, USUAL_INNOCENT
from trainer.core.normalise import tokens
from trainer.core.rubric import rubric
from trainer.core.scenario import Turn as Asked
from trainer.core.signs import hear, signs
from trainer.meaning.large import EXAMPLES, akin

SIGNS = (
    "likeness",
    "mass",
    "best",
    "second",
    "asked",
    "fact",
    "slot",
    "count",
    "brief",
    "few",
    "denied",
    "quoted",
    "later",
    "supposed",
)
USED = {
    "key_points": ("best", "second", "slot", "model"),
    "donts": ("brief", "few", "model", "large", "known", "akin", "related", "innocent", "company"),
}
CLOSE = ("large", "known", "akin", "related")
SUREST = 6.0
MODELLED = 4


def innocent(turn: Turn, model: Reader, cutter: Any) -> np.ndarray:
    """Each don't's mean logit on replies made of the key points' examples, one of each; 0 for key points."""
    wanted = [p.examples for p in turn.points if not p.kind]
    texts = [" ".join(e for e in some if e) for some in zip_longest(*(w[:MODELLED] for w in wanted))]
    replies = tuple(replace(turn.replies[0], words=tuple(t.split())) for t in texts)
    if not replies:
        return np.array([USUAL_INNOCENT * p.kind for p in turn.points])
    mean = np.clip(predict(model, cutter, [replace(turn, replies=replies)])[0], -SUREST, SUREST).mean(0)
    return mean * np.array([p.kind for p in turn.points])


def company(turn: Turn, logits: np.ndarray) -> np.ndarray:
    """(replies, points): each don't's highest rival on the same reply; 0 for key points."""
    kinds = np.array([p.kind for p in turn.points])
    out = np.zeros_like(logits)
    for n in np.flatnonzero(kinds):
        others = [i for i in np.flatnonzero(kinds) if i != n]
        out[:, n] = np.clip(logits[:, others], -SUREST, SUREST).max(1) if others else USUAL_COMPANY
    return out


@dataclass(frozen=True)
class Readers:
    """Both networks."""

    small: Reader
    cutter: Any
    large: Large
    large_cutter: Cutter

    @classmethod
    def load(cls, weights: Path, large: Path) -> Readers:
        small = Reader(len(NAMES))
        small.load_state_dict(torch.load(weights)["model"])
        vocab = kept_by(large)
        model = Large(len(vocab), len(NAMES))
        model.load_state_dict(torch.load(large / "last.pt")["model"])
        cutter = cutter_of(base_folder())
        return cls(small, cutter, model.eval(), cutter_for(vocab, cutter))

    def closely(self, turn: Turn) -> np.ndarray:
        """(replies, points, 4): what the large reader makes of each don't, as CLOSE has it."""
        said = np.clip(predict_large(self.large, self.large_cutter, [r.words for r in turn.replies]), -SUREST, SUREST)
        out = np.zeros((len(turn.replies), len(turn.points), len(CLOSE)))
        for n, point in enumerate(turn.points):
            at: int | None = point.name - 1 if point.name else None
            if point.kind and not point.name and point.examples:
                examples = [tuple(t.text for t in tokens(e)) for e in point.examples[:EXAMPLES]]
                at = akin(np.clip(predict_large(self.large, self.large_cutter, examples), -SUREST, SUREST))
            if at is not None:
                first = 0 if point.name else 2
                out[:, n, first], out[:, n, first + 1] = said[:, at], 1.0
        return out


def row(s: Any, logit: float, close: Sequence[float], on_innocent: float, rival: float) -> list[float]:
    weight = weight_of_look(s.brief)
    looks = [value * weight if name in ("large", "akin") else value for name, value in zip(CLOSE, close, strict=True)]
    values = {
        "likeness": s.likeness, "mass": s.mass, "best": max(s.told, s.saying), "second": s.second, "asked": s.asked,
        "fact": s.fact, "slot": s.slot, "count": s.count, "brief": s.brief, "few": s.few, "denied": s.stance.denied, "quoted": s.stance.quoted,
        "later": s.stance.later, "supposed": s.stance.supposed,
    }  # fmt: skip
    return [*(float(values[n]) for n in SIGNS), max(-SUREST, min(SUREST, logit)), *looks, on_innocent, rival]


def rows(paths: Sequence[Path], readers: Readers) -> tuple[list[Turn], list[np.ndarray]]:
    """The turns, and an array (replies, points, signs and logit) each."""
    turns, found = [], []
    for path in sorted(paths):
        case = json.loads(path.read_text(encoding="utf-8"))
        for raw, turn in zip(case["turns"], read_files([path]), strict=True):
            asked = Asked(
                id=raw["id"],
                says=raw["other"],
                key_points=raw["key_points"],
                donts=raw["donts"],
                situation=raw["situation"],
            )
            ready = rubric(asked, tuple(case["profile"].items()))
            logits = predict(readers.small, readers.cutter, [turn])[0]
            wanted, rivals = innocent(turn, readers.small, readers.cutter), company(turn, logits)
            closely = readers.closely(turn)
            said = [signs(ready, hear(ready, tokens(r.text))) for r in turn.replies]
            turns.append(turn)
            found.append(
                np.array(
                    [
                        [row(s, x, k, w, c) for s, x, k, w, c in zip(a, b, d, wanted.tolist(), r, strict=True)]
                        for a, b, d, r in zip(said, logits.tolist(), closely.tolist(), rivals.tolist(), strict=True)
                    ]
                )
            )
    return turns, found


def flat(turns: Sequence[Turn], found: Sequence[np.ndarray], kind: int) -> tuple[np.ndarray, np.ndarray]:
    xs, ys = [], []
    for turn, some in zip(turns, found, strict=True):
        columns = [n for n, p in enumerate(turn.points) if p.kind == kind]
        keep = np.array([r.weight for r in turn.replies])[:, columns] > 0
        xs.append(some[:, columns][keep])
        ys.append(np.array([r.yes for r in turn.replies])[:, columns][keep])
    return np.concatenate(xs), np.concatenate(ys)


def by_writer(turns: Sequence[Turn], logits: Sequence[np.ndarray], writer: str) -> tuple[list[Turn], list[np.ndarray]]:
    """Those of one writer's turns."""
    kept = [n for n, t in enumerate(turns) if t.writer == writer]
    return [turns[n] for n in kept], [logits[n] for n in kept]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--large", type=Path, required=True, help="the run of the large reader")
    parser.add_argument("--cases", type=Path, nargs="+", required=True)
    parser.add_argument("--check", type=Path, nargs="*", default=[])
    parser.add_argument("--strength", type=float, default=0.3)
    parser.add_argument("--false", type=float, default=0.045, help="share of clean replies that may be accused")
    parser.add_argument("--margin", type=float, default=0.0, help="logits that a don't has to have above that")
    parser.add_argument(
        "--given", nargs="*", default=[], metavar="NAME=WEIGHT", help="don'ts: instead of the fitted weight of a sign"
    )
    parser.add_argument(
        "--band", type=float, default=0.4, help="logits on either side of the threshold that are not sure"
    )
    parser.add_argument("--keep", type=Path, help="keep this calibration, choose the thresholds only")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(2)
    readers = Readers.load(options.weights, options.large)
    train, check = rows(options.cases, readers), rows(options.check, readers)
    out = {}
    names = (*SIGNS, "model", *CLOSE, "innocent", "company")
    for kind, title in enumerate(("key_points", "donts")):
        columns = [names.index(n) for n in USED[title]]
        xs, ys = flat(*train, kind)
        fitted = LogisticRegression(C=options.strength, max_iter=5000).fit(xs[:, columns], ys)
        weights, bias = fitted.coef_[0], float(fitted.intercept_[0])
        if options.keep:
            weights = np.array([json.loads(options.keep.read_text())[title][n] for n in USED[title]])
        for name, value in (pair.split("=") for pair in options.given if kind):
            weights[USED[title].index(name)] = float(value)
        cuts = []
        for name, (turns, found) in (("train", train), ("check", check)):
            if not turns:
                continue
            x, y = flat(turns, found, kind)
            scores, logits = x[:, columns] @ weights, [some[..., columns] @ weights for some in found]
            cut, best = best_cut(scores, y)
            if kind:  # as many hits as the limit on accused innocent replies lets through, for each writer
                tried = np.linspace(scores.min(), scores.max(), 400)
                cut = max(
                    float(next(c for c in tried if false_rate(*by_writer(turns, logits, w), c) <= options.false))
                    for w in {t.writer for t in turns}
                )
                low, high = interval(turns, logits, kind, cut)
                print(
                    f"{title} {name}: F1 at best {best:.3f}; {false_rate(turns, logits, cut):.3f} accused: {f1(scores > cut, y):.3f} ({low:.3f} to {high:.3f})"
                )
            else:
                low, high = interval(turns, logits, kind, cut)
                print(f"{title} {name}: F1 {best:.3f} ({low:.3f} to {high:.3f})")
            cuts.append(cut)
            bias = -(max(cuts) + options.margin if kind else cut)
        line = {"bias": round(bias - (0.02 if kind else 0), 3)}
        line |= {n: round(float(w), 3) for n, w in zip(USED[title], weights, strict=True)}
        out[title] = line | {"band": options.band}
    print(json.dumps(out))
    if options.out:
        options.out.write_text(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
