"""Time and memory of a verdict: by words alone, with the trained model, and beside plain matching, in one run."""

from __future__ import annotations

import itertools
import json
import resource
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rapidfuzz import fuzz

from trainer.core.judging import Meaning, judge
from trainer.core.scenario import Turn

ROOT = Path(__file__).parents[2]
RUNS = 30


def median_ms(work: Callable[[], object], runs: int = RUNS) -> float:
    times = []
    for _ in range(runs + 2):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times[2:]) * 1000


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cases() -> tuple[Turn, list[str]]:
    """A turn of twelve points and its replies, the one nearest to 60 words first."""
    case = json.loads((ROOT / "tests" / "data" / "dev" / "A1.json").read_text(encoding="utf-8"))
    turn = case["turns"][0]
    written = Turn.model_validate(
        {"id": turn["id"], "says": turn["other"], "key_points": turn["key_points"], "donts": turn["donts"]}
    )
    return written, sorted((r["text"] for r in turn["replies"]), key=lambda t: abs(len(t.split()) - 60))


def main() -> None:
    turn, replies = cases()
    examples = [e for p in (*turn.key_points, *turn.donts) for e in p.examples]
    reply = replies[0]
    before = turn.says.neutral[0]
    print(
        f"a reply of {len(reply.split())} words against {len(turn.key_points) + len(turn.donts)} points, median of {RUNS}"
    )
    print(
        f"  rapidfuzz partial_ratio alone {median_ms(lambda: [fuzz.partial_ratio(e, reply) for e in examples]):8.2f} ms"
    )
    print(f"  words-only judge              {median_ms(lambda: judge(turn, reply, before=before)):8.2f} ms")
    memory = peak_mb()
    started = time.perf_counter()
    meaning = model()
    if meaning is None:
        print("  the trained judge's weights are not here")
        return
    print(f"  loading the trained judge     {(time.perf_counter() - started) * 1000:8.0f} ms")
    near = itertools.cycle(replies[:8])  # more of them than are remembered
    print(
        f"  with the trained judge        {median_ms(lambda: judge(turn, next(near), before=before, meaning=meaning)):8.1f} ms"
    )
    fewer = turn.model_copy(update={"key_points": turn.key_points[:3], "donts": turn.donts[:3]})
    print(
        f"  … against six points          {median_ms(lambda: judge(fewer, next(near), before=before, meaning=meaning)):8.1f} ms"
    )
    memory = peak_mb() - memory

    def judged(text: str) -> object:
        return judge(turn, text, before=before, meaning=meaning)

    for at_a_time in (1, 2):
        with ThreadPoolExecutor(at_a_time) as pool:
            started = time.perf_counter()
            some = list(pool.map(judged, replies))
            print(f"  replies a second, {at_a_time} at a time {len(some) / (time.perf_counter() - started):8.1f}")
    print(f"  memory at its peak            {memory:+8.0f} MB")


def model() -> Meaning | None:
    from trainer.wiring import App

    return App().meaning
