#!/usr/bin/env python3
"""Train the large reader on what the labelled replies say of the shipped don'ts.

    python training/train_large.py --out RUN --minutes 60 [--start RUN | assets/judge]

Writes RUN/last.pt, RUN/vocab.json and RUN/log.jsonl: a line a measurement.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from corpus import NAMES, Turn, read_files
from large import Cutter, Large, cutter_for, encode_texts, kept_by, load_base, mpnet_folder, vocabulary
from reader import load_shipped
from said import Said, epoch, sentences
from sklearn.metrics import roc_auc_score
from stepping import Stepper
from torch import Tensor
from torch.nn import functional as F
from train import base_folder, cutter_of

HERE = Path(__file__).resolve().parent
YES, NO, FURTHER = 2.0, 1.0, 0.5  # weights; FURTHER: a no of a turn with many don'ts
MANY = 6


def predict(model: Large, cutter: Cutter, words: Sequence[Sequence[str]], group: int = 16) -> np.ndarray:
    """Logits (texts, names)."""
    order = sorted(range(len(words)), key=lambda n: len(words[n]))
    parts = [order[i : i + group] for i in range(0, len(order), group)]

    def of(part: list[int]) -> np.ndarray:
        with torch.no_grad():
            return np.asarray(model(*encode_texts(cutter, [words[n] for n in part])))

    out = np.zeros((len(words), len(NAMES)), np.float32)
    with ThreadPoolExecutor(2) as workers:
        for part, logits in zip(parts, workers.map(of, parts), strict=True):
            out[part] = logits
    return out


def measured(model: Large, cutter: Cutter) -> dict[str, float]:
    rows = sentences()
    logits = predict(model, cutter, [w for w, _, _ in rows])
    own = np.array([logits[n, name] for n, (_, name, _) in enumerate(rows)])
    gold = np.array([c for _, _, c in rows])
    best = max(int(((own > cut) == gold).sum()) for cut in own)
    return {"auc": round(float(roc_auc_score(gold, own)), 4), "right at best": best, "of": len(rows)}


class Trained:
    """The network and its steps; gradients come from two threads, a batch each."""

    def __init__(self, options: argparse.Namespace, vocab: list[str]) -> None:
        self.options = options
        self.model = model = Large(len(vocab), len(NAMES))
        if options.start is None:
            load_base(model, mpnet_folder(), vocab)
        elif (options.start / "last.pt").exists():
            model.load_state_dict(torch.load(options.start / "last.pt")["model"])
        else:
            load_shipped(model, options.start, "large")
        for part in (model.words, model.positions, model.norm, *model.layers[: options.frozen]):
            part.requires_grad_(False)
        body = [p for layer in model.layers[options.frozen :] for p in layer.parameters()]
        self.stepper = Stepper(model, body, options.rate, options.head, options.warm, options.ema)
        self.workers = ThreadPoolExecutor(options.threads)

    def gradients(self, batch: tuple[Tensor, Tensor, Tensor, Tensor]) -> tuple[float, float, tuple[Tensor, ...]]:
        torch.set_num_threads(1)
        ids, mask, yes, weight = batch
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logit = self.model(ids, mask, dropout=self.options.dropout)
        each = F.binary_cross_entropy_with_logits(logit, yes * 0.97 + 0.015, reduction="none") * weight
        loss, total = each.sum(), float(weight.sum())
        return loss.item(), total, torch.autograd.grad(loss, self.stepper.parameters)

    def take_step(self, batches: list[tuple[Tensor, Tensor, Tensor, Tensor]], progress: float) -> float:
        batches = sorted(batches, key=lambda b: -b[0].numel())
        results = list(self.workers.map(self.gradients, batches))
        total = max(1.0, sum(r[1] for r in results))
        each = zip(*(r[2] for r in results), strict=True)
        self.stepper.take([torch.stack(some).sum(0) / total for some in each], progress)
        return sum(r[0] for r in results) / total


def ready(cutter: Cutter, group: Sequence[Said]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    yes, weight = torch.zeros(len(group), len(NAMES)), torch.zeros(len(group), len(NAMES))
    for n, said in enumerate(group):
        for name, y in said.of.items():
            yes[n, name] = y
            weight[n, name] = YES if y else NO if len(said.of) < MANY else FURTHER
    return *encode_texts(cutter, [s.words for s in group]), yes, weight


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="go on from a run's weights, or what ships")
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--rate", type=float, default=7e-5)
    parser.add_argument("--head", type=float, default=10.0, help="times the rate, for what the base does not bring")
    parser.add_argument("--warm", type=int, default=40)
    parser.add_argument("--group", type=int, default=24, help="texts a batch, of like length")
    parser.add_argument("--batches", type=int, default=2, help="batches a step")
    parser.add_argument("--dropout", type=float, default=0.08)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--frozen", type=int, default=2, help="lowest layers that stay as they are")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=150, help="measure every so many steps")
    parser.add_argument("--ema", type=float, default=0.99)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    chance = random.Random(options.seed)
    folders = [HERE / "corpus" / d for d in ("eval_train", "calls", "drills")]

    def corpus() -> list[Turn]:
        files = sorted(f for d in folders for f in d.glob("*.json"))
        return read_files(files, HERE / "corpus" / "second", HERE / "corpus" / "added")

    turns = corpus()
    if options.start:
        vocab = kept_by(options.start)
    else:
        told = [r.text for t in turns for r in t.replies] + [e for t in turns for p in t.points for e in p.examples]
        vocab = vocabulary(cutter_of(mpnet_folder()), told)
    (options.out / "vocab.json").write_text(json.dumps(vocab))
    cutter = cutter_for(vocab, cutter_of(base_folder()))
    trained = Trained(options, vocab)
    log = (options.out / "log.jsonl").open("a")
    started, running, waiting = time.perf_counter(), 0.0, []

    def progress() -> float:
        return (time.perf_counter() - started) / 60 / options.minutes

    def checkpoint() -> None:
        part = options.out / "part.pt"
        torch.save({"model": trained.stepper.average.state_dict(), "step": trained.stepper.step}, part)
        part.rename(options.out / "last.pt")
        row: dict[str, object] = {
            "step": trained.stepper.step,
            "minutes": round((time.perf_counter() - started) / 60, 1),
        }
        row |= measured(trained.stepper.average, cutter)
        log.write(json.dumps(row) + "\n")
        log.flush()
        print(json.dumps(row), flush=True)

    passes = 0
    while progress() < 1:
        groups = list(epoch(turns, options.group, chance))
        print(f"pass {passes}: {sum(map(len, groups))} texts in {len(groups)} batches", flush=True)
        passes += 1
        for group in groups:
            waiting.append(ready(cutter, group))
            if len(waiting) < options.batches:
                continue
            loss = trained.take_step(waiting, progress())
            waiting = []
            keep = min(0.98, trained.stepper.step / (trained.stepper.step + 1))
            running = keep * running + (1 - keep) * loss
            if trained.stepper.step % 50 == 0:
                pace = (time.perf_counter() - started) / trained.stepper.step
                print(
                    f"step {trained.stepper.step} ({progress():.2f}) loss {running:.4f} {pace:.2f} s a step", flush=True
                )
            if trained.stepper.step % options.every == 0:
                checkpoint()
            if progress() >= 1:
                break
        turns = corpus()
    checkpoint()
    return 0


if __name__ == "__main__":
    sys.exit(main())
