"""What to practise next: does the plan pay, and what do `today`, `stats` and `report` cost as the history grows?"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import preparing
from tests.bench.growing import best, peak
from tests.bench.histories import history
from trainer.core.session import Session
from trainer.store.rows import microseconds

SIZES = (100, 2_000, 20_000)
OWN, REPORT, GROWTH = 0.5, 2.0, 10.0  # seconds, seconds, times: the limits
LEARNERS = 200


def main() -> int:
    """Print the tables. The exit code is the number of limits that were not kept."""
    return preparing_for_a_call() + growing()


def preparing_for_a_call() -> int:
    began = time.perf_counter()
    rows = preparing.table(LEARNERS)
    print(f"Share of musts said on the day of the call, {LEARNERS} simulated learners a family:")
    print("\n".join(preparing.lines(rows)))
    missed = sum(not preparing.holds(row) for row in rows)
    print(f"{time.perf_counter() - began:.0f} s. Thresholds missed: {missed} of {len(rows)}.")
    return missed


def growing() -> int:
    print(
        "Seconds of the process's own time, best of five (`first`: the first today, with nothing kept or loaded yet):"
    )
    heads = ("first", "today", "stats", "report", "peak MB")
    print(f"{'takes':>7}" + "".join(f"{head:>9}" for head in heads) + f"   Anki: {'queue':>7} {'graphs':>7} {'MB':>6}")
    missed = 0
    spent: dict[int, dict[str, float]] = {}
    for size in SIZES:
        spent[size] = own = alone("tests.bench.growing", size)
        theirs = alone("tests.bench.bench_schedule", size)
        ours = "".join(f"{own[name]:>9.3f}" for name in ("first", "today", "stats", "report"))
        beside = f"{theirs['queue']:>7.3f} {theirs['graphs']:>7.3f} {theirs['peak']:>6.0f}" if theirs else "not here"
        print(f"{size:>7}{ours}{own['peak']:>9.0f}         {beside}", flush=True)
        missed += (own["today"] > OWN) + (own["stats"] > OWN) + (size == 2_000 and own["report"] > REPORT)
    growth = {name: spent[20_000][name] / spent[2_000][name] for name in ("today", "stats", "report", "peak")}
    missed += sum(times > GROWTH for times in growth.values())
    print(
        "Growth from 2,000 to 20,000 takes: "
        + ", ".join(f"{name} {times:.1f}" for name, times in growth.items())
        + f" times (limit {GROWTH:.0f}). Limits missed: {missed}."
    )
    print(f"This machine now: a million squares in {1000 * best(squares):.0f} ms (about 45 where nothing else runs).")
    return missed


def alone(module: str, size: int) -> dict[str, float]:
    """What a process of its own measures."""
    made = subprocess.run([sys.executable, "-m", module, str(size)], check=True, capture_output=True, text=True)
    return dict(json.loads(made.stdout))


def squares() -> int:
    return sum(n * n for n in range(1_000_000))


def beside_anki(path: Path, sessions: tuple[Session, ...]) -> dict[str, float]:
    """Anki's own package over as many cards and reviews: the day's queue, and the numbers of its graphs."""
    try:
        from anki.collection import Collection
    except ImportError:
        return {}
    collection = Collection(str(path))
    notetype = collection.models.by_name("Basic")
    assert notetype
    assert collection.db
    points = sorted({(s.family, g.kind, g.id) for s in sessions for t in s.takes for g in t.grades})
    ids = {}
    for point in points:
        note = collection.new_note(notetype)
        note["Front"] = "/".join(point)
        collection.add_note(note, collection.decks.id("Default"))  # type: ignore[arg-type]
        ids[point] = note.card_ids()[0]
    reviews = [
        (microseconds(t.at) // 1000 + n, ids[s.family, g.kind, g.id], -1, int(g.grade), 3, 3, 2500, 5000, 1)
        for s in sessions
        for t in s.takes
        for n, g in enumerate(t.grades)
    ]
    collection.db.executemany("INSERT OR IGNORE INTO revlog VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", reviews)
    queue = best(lambda: collection.sched.get_queued_cards(fetch_limit=50) and None)
    graphs = best(lambda: collection._backend.graphs_raw(graphs_of_everything()) and None)
    collection.close()
    return {"queue": queue, "graphs": graphs, "peak": peak()}


def graphs_of_everything() -> bytes:
    from anki.stats_pb2 import GraphsRequest

    return GraphsRequest(search="", days=0).SerializeToString()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(beside_anki(Path(folder) / "anki.anki2", history(int(sys.argv[1])))))
