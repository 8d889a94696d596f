"""How often the judge errs: on labelled replies of other call types, of shipped calls, and don't by don't."""

from __future__ import annotations

from pathlib import Path

from tests.bench.agreement import DATA, count, labelled, sentences, shipped, told
from trainer.wiring import App

HOLDOUT = Path(__file__).parents[2] / "training" / "holdout"


def main() -> None:
    sets = {
        "dev (4 calls, for choosing)": labelled(sorted((DATA / "dev").glob("*.json"))),
        "holdout, first half (4 calls)": labelled(sorted(HOLDOUT.glob("h[1-4].json"))),
        "holdout, second half (4 calls)": labelled(sorted(HOLDOUT.glob("h[5-8].json"))),
        "holdout (8 calls, 4 other writers)": labelled(sorted(HOLDOUT.glob("*.json"))),
        "ten shipped turns, second writer": shipped(DATA / "second_writer" / "replies.json"),
    }
    for name, meaning in (("words only", None), ("trained judge", App().meaning)):
        for title, cases in sets.items():
            told(f"{name}: {title}", [count(case, meaning) for case in cases])
    print("\nsentences of a second writer: caught, let pass (trained judge)")
    for dont, (caught, of, passed, of_those) in sentences(App().meaning).items():
        print(f"  {dont:22} {caught:2}/{of}  {passed:2}/{of_those}")
