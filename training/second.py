#!/usr/bin/env python3
"""A second reader's labels: print batches without the first labels, read the answers back, report the agreement.

    python training/second.py show CASE.json …            # what the reader gets
    python training/second.py take ANSWERS.txt OUT.json   # answers as {turn: {reply: [ids]}}, checked against the cases
    python training/second.py agree SECOND.json …         # agreement with the first labels

An answer is a line a reply, under a line `# CASE.json`, turn by turn:

    ## c01-t1
    r01: say_name ask_status
    r02:
    r03: say_name excuses
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent / "corpus"


def cases() -> dict[str, dict[str, Any]]:
    """Every batch by its turn ids."""
    found = {}
    for path in sorted([*CORPUS.glob("*/*.json"), *(CORPUS.parent / "holdout").glob("*.json")]):
        if path.parent.name == "second":
            continue
        for turn in json.loads(path.read_text(encoding="utf-8"))["turns"]:
            found[turn["id"]] = turn
    return found


def show(paths: list[str]) -> None:
    for path in paths:
        case = json.loads(Path(path).read_text(encoding="utf-8"))
        print(f"# {Path(path).name}: {case['title']}")
        print("facts: " + "; ".join(f"{k} = {v}" for k, v in case["profile"].items()))
        for turn in case["turns"]:
            print(f"\n## {turn['id']}\nsituation: {turn['situation']}\nthe other side: {turn['other']}")
            for side in ("key_points", "donts"):
                for point in turn[side]:
                    print(
                        f"  {side[:-1]} {point['id']}: {point['label']} (such as: {' | '.join(point['examples'][:3])})"
                    )
            for reply in turn["replies"]:
                print(f"{reply['id']}: {reply['text']}")


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
            read[turn][match[1]] = ids
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
        both = first = second = neither = 0
        for path in paths:
            for id, rows in json.loads(Path(path).read_text(encoding="utf-8")).items():
                for reply in turns[id]["replies"]:
                    for point in turns[id][side]:
                        one, two = point["id"] in reply[side], point["id"] in rows[reply["id"]]
                        both += one and two
                        first += one and not two
                        second += two and not one
                        neither += not one and not two
        total = both + first + second + neither
        chance = ((both + first) * (both + second) + (neither + second) * (neither + first)) / max(1, total) ** 2
        kappa = ((both + neither) / max(1, total) - chance) / max(1e-9, 1 - chance)
        print(
            f"{side:10} {total} decisions, F1 between readers {2 * both / max(1, 2 * both + first + second):.3f}, "
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
