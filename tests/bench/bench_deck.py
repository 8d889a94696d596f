"""The author's view of the whole deck: how long `trainer scenarios validate` takes over every shipped call."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

from trainer.settings import shipped

RUNS = 5
MOST = 5.0  # seconds, with the words-only judge


def took(*options: str, judge: str | None) -> tuple[float, float]:
    """Seconds by the clock and of the processor, of one whole process."""
    with tempfile.TemporaryDirectory() as home:
        env = os.environ | {"TRAINER_HOME": home} | ({"TRAINER_JUDGE": judge} if judge else {})
        before, started = used(), time.perf_counter()
        command = [sys.executable, "-m", "trainer", "scenarios", "validate", *options, str(shipped("scenarios"))]
        subprocess.run(command, env=env, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        return time.perf_counter() - started, used() - before


def used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def row(name: str, runs: int, *options: str, judge: str | None, bound: str = "") -> None:
    times = [took(*options, judge=judge) for _ in range(runs)]
    wall, cpu = (statistics.median(some) for some in zip(*times, strict=True))
    print(f"  {name:26} {wall:7.2f} s, of the processor {cpu:7.2f} s{bound}", flush=True)


def main() -> None:
    calls = len([p for p in shipped("scenarios").glob("*.yaml") if p.name not in ("donts.yaml", "sources.yaml")])
    print(f"trainer scenarios validate over {calls} calls, whole processes, median of {RUNS}")
    row("structure alone", RUNS, "--structure", judge="words")
    row("with the words-only judge", RUNS, judge="words", bound=f" (at most {MOST:g} s)")
    row("with the trained judge", 1, judge=None)
