#!/usr/bin/env python3
"""Count the labelled replies for the data card: `python training/count.py`."""

import json
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
    files = [f for d in ("eval_train", "calls", "drills") for f in (CORPUS / d).glob("*.json")]
    added = [
        dont
        for path in sorted((CORPUS / "added").glob("*.json"))
        for donts in json.loads(path.read_text(encoding="utf-8")).values()
        for dont in donts
    ]
    differ = [set(d["committed"]) ^ set(d["second"]) for d in added if "second" in d]
    print(
        f"added: {len(added)} don'ts, committed {sum(len(d['committed']) for d in added)} times; "
        f"{len(differ)} read a second time, {sum(map(len, differ))} decisions dropped"
    )
    turns = read_files(files)
    committed = Counter(
        p.id for t in turns for r in t.replies for p, y in zip(t.points, r.yes, strict=True) if y and p.name
    )
    print(", ".join(f"{name} {committed[name]}" for name in NAMES))
    own = {(t.id, p.id) for t in turns for p in t.points if p.kind and not p.name}
    print(
        f"of the {len(own)} that are a call's own:",
        sum(y for t in turns for r in t.replies for p, y in zip(t.points, r.yes, strict=True) if p.kind and not p.name),
    )


if __name__ == "__main__":
    main()
