#!/usr/bin/env python3
"""A second reader's labels: print batches without the first labels, read the answers back, report the agreement.

    python training/second.py show CASE.json …            # what the reader gets
    python training/second.py take ANSWERS.txt OUT.json   # answers as {turn: {reply: [ids]}}, checked against the cases
    python training/second.py agree SECOND.json …         # agreement with the first labels

An answer is a line a reply, under a line `# CASE.json`, turn by turn:

    ## c01-t1
    x01: say_name ask_status
    x02:
    x03: say_name excuses

Replies are shown shuffled and renamed, and without title: their order would give the first labels away.
"""

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

from pack import turn_id

CORPUS = Path(__file__).parent / "corpus"


def cases() -> dict[str, dict[str, Any]]:
    """Every batch by its turn ids."""
    found = {}
    for path in sorted(
        [*CORPUS.glob("*/*.json"), *CORPUS.parent.glob("holdout/*.json"), *CORPUS.parent.glob("choose/*.json")]
    ):
        if path.parent.name in ("second", "added"):
            continue
        case = json.loads(path.read_text(encoding="utf-8"))
        for turn in case["turns"]:
            found[turn_id(case, turn)] = turn
    return found


def coded(turn: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Replies in an order and under names that tell nothing of what their writer meant them to be."""
    order = sorted(turn["replies"], key=lambda r: hashlib.blake2b(f"{turn['id']}/{r['id']}".encode()).digest())
    return {f"x{n:02}": reply for n, reply in enumerate(order, 1)}


def show(paths: list[str]) -> None:
    for path in paths:
        case = json.loads(Path(path).read_text(encoding="utf-8"))
        print("\n# a call; facts: " + "; ".join(f"{k} = {v}" for k, v in case["profile"].items()))
        for turn in case["turns"]:
            print(f"\n## {turn['id']}\nsituation: {turn['situation']}\nthe other side: {turn['other']}")
            for side in ("key_points", "donts"):
                for point in turn[side]:
                    print(
                        f"  {side[:-1]} {point['id']}: {point['label']} (such as: {' | '.join(point['examples'][:3])})"
                    )
            for code, reply in coded(turn).items():
                print(f"{code}: {reply['text']}")


def take(answers: Path, out: Path) -> int:
    turns, read, turn = cases(), {}, None
    faults = []
    for n, line in enumerate(answers.read_text(encoding="utf-8").splitlines(), 1):
        if match := re.match(r"##\s*(\S+)", line):
            turn = match[1]
            if turn not in turns:
                faults.append(f"{answers}:{n}: no turn {turn!r}")
            read[turn] = {}
        elif (match := re.match(r"([\w.-]+):\s*(.*)$", line)) and turn in turns:
            ids = match[2].replace(",", " ").split()
            known = {p["id"] for side in ("key_points", "donts") for p in turns[turn][side]}
            faults += [f"{answers}:{n}: {i!r} is no point of {turn}" for i in ids if i not in known]
            known_as = coded(turns[turn])
            read[turn][known_as[match[1]]["id"] if match[1] in known_as else match[1]] = ids
    for id, rows in read.items():
        if id in turns:
            missing = {r["id"] for r in turns[id]["replies"]} ^ set(rows)
            if missing:
                faults.append(f"{answers}: {id}: unanswered or unknown: {', '.join(sorted(missing))}")
    print("\n".join(faults) or f"{sum(map(len, read.values()))} replies read a second time")
    if not faults:
        out.write_text(json.dumps(read, indent=0) + "\n", encoding="utf-8")
    return 1 if faults else 0


def agree(paths: list[str]) -> None:
    turns = cases()
    for side in ("key_points", "donts"):
        pairs = [
            (point["id"] in reply[side], point["id"] in rows[reply["id"]])
            for path in paths
            for id, rows in json.loads(Path(path).read_text(encoding="utf-8")).items()
            for reply in turns[id]["replies"]
            for point in turns[id][side]
        ]
        print(f"{side:10}", agreement(pairs))


def agreement(pairs: list[tuple[bool, bool]]) -> str:
    """F1 and kappa of two readers' yes and no, in a sentence."""
    both, neither = pairs.count((True, True)), pairs.count((False, False))
    first, second = pairs.count((True, False)), pairs.count((False, True))
    total = len(pairs)
    chance = ((both + first) * (both + second) + (neither + second) * (neither + first)) / max(1, total) ** 2
    kappa = ((both + neither) / max(1, total) - chance) / max(1e-9, 1 - chance)
    return (
        f"{total} decisions, F1 between readers {2 * both / max(1, 2 * both + first + second):.3f}, "
        f"kappa {kappa:.3f}; only the first said yes {first}, only the second {second}"
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["show", *paths]:
            show(paths)
        case ["take", answers, out]:
            sys.exit(take(Path(answers), Path(out)))
        case ["agree", *paths]:
            agree(paths)
        case _:
            sys.exit(__doc__)
