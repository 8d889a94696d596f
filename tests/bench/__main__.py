"""`python -m tests.bench [PART …]`: prints the figures, each part by itself. Never part of the tests."""

from __future__ import annotations

import importlib
import sys
import time

PARTS = {  # what it measures
    "start": "how fast commands start",
    "deck": "how long validating every shipped call takes",
    "judge": "time and memory of a verdict, beside plain matching",
    "verdicts": "how often the judge errs",
    "heard": "the judge on what the recogniser makes of voices",
    "speech": "what the recogniser makes of clips and voices",
    "live": "a call by voice over a virtual sound card: speed, memory, replies cut",
    "store": "saving, opening and searching 100 to 20,000 takes",
    "schedule": "today, stats and report on long histories; the planner against three other ways",
    "gate": "questions a second",
}


def main(wanted: list[str]) -> int:
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        print(f"No part {', '.join(unknown)}; there are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    for part in wanted or list(PARTS):
        started = time.perf_counter()
        print(f"\n== {part}: {PARTS[part]}", flush=True)
        importlib.import_module(f"tests.bench.bench_{part}").main()
        print(f"   ({time.perf_counter() - started:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
