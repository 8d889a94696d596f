#!/usr/bin/env python3
"""Further don'ts on replies that exist: what another author might have forbidden on the same call.

    python training/added.py pack ADDED.txt OUT.json         # from the writers' plain notation, checked
    python training/added.py show ADDED.json …               # what a second reader gets
    python training/added.py take ANSWERS.txt ADDED.json …   # the second reader's answers, put into the same files
    python training/added.py agree ADDED.json …              # agreement of the two

The notation names a turn, its new don'ts with four examples each, and the replies that commit each with the exact words
that show it (two pieces joined by ` ... `):

    ## c31-t1
    dont pries_into_rivals | ask who else is in the running | how many others are there | … | … | …
    r03: exact words
    r17: exact words ... a second piece

A second reader's answer is a line a don't, with the codes of the replies that commit it:

    ## c31-t1
    pries_into_rivals: x04 x19
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from second import agreement, cases, coded

EXAMPLES = 4


def pack(source: Path) -> tuple[dict[str, list[dict[str, Any]]], list[str]]:
    """The don'ts by turn, and one sentence a mistake, each with its line."""
    turns = cases()
    found: dict[str, list[dict[str, Any]]] = {}
    faults: list[str] = []
    turn = ""
    for n, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{source}:{n}"
        if match := re.match(r"##\s*(\S+)\s*$", line):
            turn = match[1]
            if turn not in turns or turn in found:
                faults.append(f"{where}: {turn!r} is no turn, or stands twice")
            found[turn] = []
        elif match := re.match(r"dont\s+(\w+)\s*\|(.+)", line):
            label, *examples = [part.strip() for part in match[2].split("|") if part.strip()]
            if len(examples) != EXAMPLES:
                faults.append(f"{where}: {len(examples)} examples, not {EXAMPLES}")
            points = [p for side in ("key_points", "donts") for p in turns.get(turn, {}).get(side, ())]
            if match[1] in {p["id"] for p in (*points, *found[turn])}:
                faults.append(f"{where}: {match[1]!r} stands twice")
            found[turn].append({"id": match[1], "label": label, "examples": examples, "committed": {}})
        elif match := re.match(r"([\w.-]+):\s*(.+)", line):
            text = next((plainly(r["text"]) for r in turns.get(turn, {}).get("replies", ()) if r["id"] == match[1]), "")
            pieces = [plainly(piece) for piece in match[2].split(" ... ")]
            faults += [f"{where}: not an exact piece of {match[1]}: {piece!r}" for piece in pieces if piece not in text]
            found[turn][-1]["committed"][match[1]] = pieces
        elif line.strip():
            faults.append(f"{where}: a line that belongs to nothing: {line[:60]!r}")
    return found, faults


def plainly(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def show(paths: list[str]) -> None:
    turns = cases()
    for path in paths:
        for id, donts in json.loads(Path(path).read_text(encoding="utf-8")).items():
            turn = turns[id]
            print(f"\n## {id}\nsituation: {turn['situation']}\nthe other side: {turn['other']}")
            for dont in donts:
                print(f"  dont {dont['id']}: {dont['label']} (such as: {' | '.join(dont['examples'][:3])})")
            for code, reply in coded(turn).items():
                print(f"{code}: {reply['text']}")


def take(answers: Path, paths: list[str]) -> int:
    turns = cases()
    read: dict[str, dict[str, list[str]]] = {}
    turn = ""
    for line in answers.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"##\s*(\S+)\s*$", line):
            turn = match[1]
            read[turn] = {}
        elif match := re.match(r"(\w+):\s*(.*)$", line):
            read[turn][match[1]] = match[2].replace(",", " ").split()
    faults = []
    for path in map(Path, paths):
        added = json.loads(path.read_text(encoding="utf-8"))
        for id, donts in added.items():
            known_as = {code: reply["id"] for code, reply in coded(turns[id]).items()}
            for dont in donts:
                codes = read.get(id, {}).get(dont["id"])
                if codes is None:
                    continue
                faults += [f"{answers}: {id}, {dont['id']}: no reply {c!r}" for c in codes if c not in known_as]
                dont["second"] = sorted(known_as[c] for c in codes if c in known_as)
        path.write_text(json.dumps(added, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print("\n".join(faults) or f"{sum(map(len, read.values()))} don'ts read a second time")
    return 1 if faults else 0


def agree(paths: list[str]) -> None:
    turns = cases()
    pairs = [
        (reply["id"] in dont["committed"], reply["id"] in dont["second"])
        for path in paths
        for id, donts in json.loads(Path(path).read_text(encoding="utf-8")).items()
        for dont in donts
        if "second" in dont
        for reply in turns[id]["replies"]
    ]
    print("added don'ts", agreement(pairs))


def main() -> int:
    match sys.argv[1:]:
        case ["pack", source, out]:
            found, faults = pack(Path(source))
            donts = [dont for some in found.values() for dont in some]
            print(*faults, sep="\n", end="\n" if faults else "")
            print(
                f"{len(donts)} don'ts on {len(found)} turns, committed {sum(len(d['committed']) for d in donts)} times; "
                f"{len(faults)} faults"
            )
            if not faults:
                Path(out).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            return 1 if faults else 0
        case ["show", *paths]:
            show(paths)
        case ["take", answers, *paths]:
            return take(Path(answers), paths)
        case ["agree", *paths]:
            agree(paths)
        case _:
            sys.exit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
