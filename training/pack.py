#!/usr/bin/env python3
"""Turn a batch of labelled replies from the writers' plain notation into JSON, and check it.

    python training/pack.py BATCH.txt [OUT.json]

The notation is what a person types quickest:

    call: c-reschedule-visit
    title: Ask to move the site visit
    writer: w01
    profile: name = Robin Hale
    profile: phone = 555 0142

    turn: t1
    situation: one or two sentences
    other: the line that the other side says
    kp give_name | says who is calling, by name | example | example | example
    dont excuses | makes excuses for the interview | example | example | example

    @r01 strong
    The reply, over as many lines as it needs.
    + give_name: exact words of the reply that carry it
    - excuses: exact words of the reply that show it
    ? a note for whoever reads the label

Drills of single sentences may give a reply in one line, with its don'ts and, in brackets, the words that show them (a
bracket each, in their order, or all brackets for all; without brackets all words), or with a dot where it commits none:

    - excuses, rude | It went badly, [but whose fault was that room]?
    + thanks | [That was kind of you] on Tuesday.
    . | I was slower than I'd have liked.

`+` names a key point conveyed, `-` a don't committed; what is not named is not conveyed and not committed. The words
after the colon are an exact piece of the reply (two pieces may be given, joined by ` ... `). The JSON is the form that
the measuring script reads, with `evidence` added.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

KINDS = ("strong", "partial", "dont", "trap", "near")


def turn_id(case: dict[str, Any], turn: dict[str, Any]) -> str:
    """A name that only this turn has."""
    id: str = turn["id"]
    return id if id.startswith(case["id"]) else f"{case['id']}-{id}"


def pack(text: str, where: str) -> tuple[dict[str, Any], list[str]]:
    """The batch as JSON values, and one sentence a mistake, each with its line."""
    case: dict[str, Any] = {"profile": {}, "turns": []}
    faults: list[str] = []
    turn: dict[str, Any] = {}
    reply: dict[str, Any] = {}
    labels: list[tuple[int, str, str, str]] = []

    def close() -> None:
        if not reply:
            return
        reply["text"] = re.sub(r"\s+", " ", reply["text"]).strip()
        for n, sign, point, words in labels:
            side = "key_points" if sign == "+" else "donts"
            if point not in {p["id"] for p in turn[side]}:
                faults.append(f"{where}:{n}: {point!r} is not among this turn's {side}")
                continue
            pieces = [re.sub(r"\s+", " ", w).strip() for w in words.split(" ... ") if w.strip()]
            lost = [w for w in pieces if w not in reply["text"]]
            if lost or not pieces:
                faults.append(f"{where}:{n}: not an exact piece of the reply: {(lost or [words])[0]!r}")
            reply[side].append(point)
            reply["evidence"][point] = pieces
        if not reply["text"]:
            faults.append(f"{where}: reply {reply['id']} has no words")
        turn["replies"].append(dict(reply))
        reply.clear()
        labels.clear()

    for n, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if match := re.match(r"(call|title|writer):\s*(.+)", line):
            case["id" if match[1] == "call" else match[1]] = match[2].strip()
        elif match := re.match(r"profile:\s*([\w]+)\s*=\s*(.+)", line):
            case["profile"][match[1]] = match[2].strip()
        elif match := re.match(r"turn:\s*(\S+)", line):
            close()
            turn = {
                "id": f"{case.get('id', '?')}-{match[1]}",
                "situation": "",
                "other": "",
                "key_points": [],
                "donts": [],
                "replies": [],
            }
            case["turns"].append(turn)
        elif match := re.match(r"(situation|other):\s*(.+)", line):
            turn[match[1]] = match[2].strip()
        elif match := re.match(r"(kp|dont)\s+(\w+)\s*\|(.+)", line):
            label, *examples = [part.strip() for part in match[3].split("|") if part.strip()]
            turn["key_points" if match[1] == "kp" else "donts"].append(
                {"id": match[2], "label": label, "examples": examples}
            )
        elif turn and (match := re.match(r"(?:([+-])\s*([\w ,]+?)|\.)\s*\|\s*(.+)", line)):
            close()
            named = [name.strip() for name in (match[2] or "").split(",") if name.strip()]
            whole = re.sub(r"[\[\]]", "", match[3])
            marked = re.findall(r"\[(.+?)\]", match[3]) or [whole]
            shown = marked if len(marked) == len(named) else [" ... ".join(marked)] * len(named)
            kind = {"+": "partial", "-": "dont"}.get(match[1], "near")
            reply.update(id=f"s{len(turn['replies']) + 1:03}", text=whole, kind=kind)
            reply.update(key_points=[], donts=[], evidence={}, why="")
            labels.extend((n, match[1], name, words) for name, words in zip(named, shown, strict=True))
            close()
        elif match := re.match(r"@(\S+)\s+(\w+)\s*$", line):
            close()
            if match[2] not in KINDS:
                faults.append(f"{where}:{n}: {match[2]!r} is none of {', '.join(KINDS)}")
            reply.update(id=match[1], text="", kind=match[2], key_points=[], donts=[], evidence={}, why="")
        elif reply and (match := re.match(r"([+-])\s*(\w+)\s*:\s*(.+)", line)):
            labels.append((n, match[1], match[2], match[3]))
        elif reply and stripped.startswith("?"):
            reply["why"] = stripped[1:].strip()
        elif stripped:
            if not reply:
                faults.append(f"{where}:{n}: a line that belongs to nothing: {stripped[:60]!r}")
            else:
                reply["text"] += " " + stripped
    close()
    for needed in ("id", "title", "writer"):
        if needed not in case:
            faults.append(f"{where}: no {needed!r}")
    for one in case["turns"]:
        ids = [r["id"] for r in one["replies"]]
        points = [p["id"] for side in ("key_points", "donts") for p in one[side]]
        faults += [f"{where}: {one['id']}: {i!r} stands twice" for i in sorted({i for i in ids if ids.count(i) > 1})]
        faults += [
            f"{where}: {one['id']}: {i!r} stands twice" for i in sorted({i for i in points if points.count(i) > 1})
        ]
        faults += [f"{where}: {one['id']}: nothing after {k!r}" for k in ("situation", "other") if not one[k]]
    return case, faults


def main() -> int:
    source = Path(sys.argv[1])
    case, faults = pack(source.read_text(encoding="utf-8"), str(source))
    for fault in faults:
        print(fault)
    replies = [r for t in case["turns"] for r in t["replies"]]
    print(
        f"{len(replies)} replies in {len(case['turns'])} turns, {sum(len(r['key_points']) for r in replies)} key points "
        f"conveyed, {sum(len(r['donts']) for r in replies)} don'ts committed; {len(faults)} faults"
    )
    if len(sys.argv) > 2 and not faults:
        Path(sys.argv[2]).write_text(json.dumps(case, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
