"""How fast commands start, as whole processes; ratios in one run, since machines are noisy."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 9


def seconds(*command: str, env: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, env=env, capture_output=True, check=True, stdin=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        env = os.environ | {"TRAINER_HOME": home}
        commands = {
            "python -c 'import click'": [sys.executable, "-c", "import click"],
            "trainer --version": [sys.executable, "-m", "trainer", "--version"],
            "trainer (home)": [sys.executable, "-m", "trainer"],
            "trainer scenarios list": [sys.executable, "-m", "trainer", "scenarios", "list"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(RUNS + 1):  # in turn, so that a slow moment strikes all alike; the first round warms up
            for name, command in commands.items():
                times[name].append(seconds(*command, env=env))
    base = statistics.median(times["python -c 'import click'"][1:])
    for name, some in times.items():
        median = statistics.median(some[1:])
        print(f"{name:28} {median * 1000:7.0f} ms   {median / base:5.2f} times import click")
