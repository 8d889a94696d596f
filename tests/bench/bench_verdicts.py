"""How often the judge errs: on labelled replies of other call types, of shipped calls, and don't by don't."""

from __future__ import annotations

from pathlib import Path

from tests.bench.agreement import DATA, count, labelled, sentences, shipped, told
from trainer.wiring import App

ROOT = Path(__file__).parents[2]


def main() -> None:
    sets = {
        "dev (4 calls, for choosing)": labelled(sorted((DATA / "dev").glob("*.json"))),
        "holdout (4 calls, other writers)": labelled(sorted((ROOT / "training" / "holdout").glob("*.json"))),
        "ten shipped turns, second writer": shipped(DATA / "second_writer" / "replies.json"),
    }
    for name, meaning in (("words only", None), ("trained judge", App().meaning)):
        for title, cases in sets.items():
            told(f"{name}: {title}", [count(case, meaning) for case in cases])
    print("\nsentences of a second writer: caught, let pass (trained judge)")
    for dont, (caught, of, passed, of_those) in sentences(App().meaning).items():
        print(f"  {dont:22} {caught:2}/{of}  {passed:2}/{of_those}")
