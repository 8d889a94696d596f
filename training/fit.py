#!/usr/bin/env python3
"""Weigh the network's logit together with the words' signs: a small logistic sum a kind, for `judge.json`.

    python training/fit.py RUN/last.pt --cases CASE.json … --check DEV.json … --out calibration.json

Fitted on calls that these weights were not trained on. The `--check` calls choose the threshold of the key points; that of
the don'ts accuses no more of the innocent replies than `--false` there and for each writer of the cases, so that one set of calls can't flatter it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import torch
from corpus import NAMES, Turn, read_files
from measure import best_cut, f1, false_rate, interval, predict
from reader import Reader
from sklearn.linear_model import LogisticRegression
from train import base_folder, cutter_of

from trainer.core.judging import USUAL_COMPANY, USUAL_INNOCENT
from trainer.core.normalise import tokens
from trainer.core.rubric import rubric
from trainer.core.scenario import Turn as Asked
from trainer.core.signs import hear, signs

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
    "denied",
    "quoted",
    "later",
    "supposed",
)
USED = {"key_points": ("best", "second", "slot", "model"), "donts": ("brief", "model", "innocent", "company")}
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


def row(s: Any, logit: float, on_innocent: float, rival: float) -> list[float]:
    values = {
        "likeness": s.likeness, "mass": s.mass, "best": max(s.told, s.saying), "second": s.second, "asked": s.asked,
        "fact": s.fact, "slot": s.slot, "count": s.count, "brief": s.brief, "denied": s.stance.denied, "quoted": s.stance.quoted,
        "later": s.stance.later, "supposed": s.stance.supposed,
    }  # fmt: skip
    return [*(float(values[n]) for n in SIGNS), max(-SUREST, min(SUREST, logit)), on_innocent, rival]


def rows(paths: Sequence[Path], model: Reader, cutter: Any) -> tuple[list[Turn], list[np.ndarray]]:
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
            logits, wanted = predict(model, cutter, [turn])[0], innocent(turn, model, cutter)
            rivals = company(turn, logits)
            said = [signs(ready, hear(ready, tokens(r.text))) for r in turn.replies]
            turns.append(turn)
            found.append(
                np.array(
                    [
                        [row(s, x, w, c) for s, x, w, c in zip(a, b, wanted.tolist(), r, strict=True)]
                        for a, b, r in zip(said, logits.tolist(), rivals.tolist(), strict=True)
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
    parser.add_argument("--cases", type=Path, nargs="+", required=True)
    parser.add_argument("--check", type=Path, nargs="*", default=[])
    parser.add_argument("--strength", type=float, default=0.3)
    parser.add_argument("--false", type=float, default=0.045, help="share of clean replies that may be accused")
    parser.add_argument("--margin", type=float, default=0.0, help="logits that a don't has to have above that")
    parser.add_argument(
        "--innocent", type=float, help="instead of the fitted weight of what a don't gets on innocent replies"
    )
    parser.add_argument("--company", type=float, help="instead of the fitted weight of the strongest other don't")
    parser.add_argument("--brief", type=float, help="instead of the fitted weight of a brief reply")
    parser.add_argument(
        "--band", type=float, default=0.4, help="logits on either side of the threshold that are not sure"
    )
    parser.add_argument("--keep", type=Path, help="keep this calibration, choose the thresholds only")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(2)
    model = Reader(len(NAMES))
    model.load_state_dict(torch.load(options.weights)["model"])
    cutter = cutter_of(base_folder())
    train, check = rows(options.cases, model, cutter), rows(options.check, model, cutter)
    out = {}
    names = (*SIGNS, "model", "innocent", "company")
    for kind, title in enumerate(("key_points", "donts")):
        columns = [names.index(n) for n in USED[title]]
        xs, ys = flat(*train, kind)
        fitted = LogisticRegression(C=options.strength, max_iter=5000).fit(xs[:, columns], ys)
        weights, bias = fitted.coef_[0], float(fitted.intercept_[0])
        if options.keep:
            weights = np.array([json.loads(options.keep.read_text())[title][n] for n in USED[title]])
        for name in ("brief", "innocent", "company"):
            if kind and (given := getattr(options, name)) is not None:
                weights[USED[title].index(name)] = given
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
