#!/usr/bin/env python3
"""Count the labelled replies for the data card: `python training/count.py`."""

from collections import Counter
from pathlib import Path

from corpus import NAMES, read_files

CORPUS = Path(__file__).resolve().parent / "corpus"


def main() -> None:
    for folder in ("eval_train", "calls", "drills"):
        turns = read_files((CORPUS / folder).glob("*.json"), CORPUS / "second")
        replies = [(t, r) for t in turns for r in t.replies]
        decisions = [
            (p.kind, y, w, e)
            for t, r in replies
            for p, y, w, e in zip(t.points, r.yes, r.weight, r.evidence, strict=True)
        ]
        words = sorted(len(r.words) for _, r in replies)
        print(
            f"| `{folder}/` | {len({t.scenario for t in turns})} | {len(turns)} | {len(replies)} | {len({t.writer for t in turns})} "
            f"| {words[len(words) // 2]} | {sum(y for k, y, _, _ in decisions if not k)} of {sum(not k for k, *_ in decisions)} "
            f"| {sum(y for k, y, _, _ in decisions if k)} of {sum(k for k, *_ in decisions)} "
            f"| {sum(e is not None for *_, e in decisions)} | {sum(not w for _, _, w, _ in decisions)} |"
        )
    turns = read_files(f for d in ("eval_train", "calls", "drills") for f in (CORPUS / d).glob("*.json"))
    committed = Counter(
        p.id for t in turns for r in t.replies for p, y in zip(t.points, r.yes, strict=True) if y and p.name
    )
    print(", ".join(f"{name} {committed[name]}" for name in NAMES))
    print(
        "of the calls' own:",
        sum(y for t in turns for r in t.replies for p, y in zip(t.points, r.yes, strict=True) if p.kind and not p.name),
    )


if __name__ == "__main__":
    main()
