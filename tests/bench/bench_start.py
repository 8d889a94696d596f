"""How fast commands start, as whole processes; ratios in one run, since machines are noisy.

As a learner runs it: Python may keep its bytecode, and the scenarios have been read before (but in the first row of
all). CPU time stands beside the time on the clock: others' work on the machine moves it less.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.histories import history
from trainer.core.history import Action, History
from trainer.store.rows import microseconds
from trainer.store.sqlite import SqliteStore
from trainer.wiring import SystemClock

RUNS = 9
TAKES = 1_000
APPLICATION = """
id: halden
company: Halden Foods
role: stock planner
me: {name: Robin Castellano, phone: "312 555 0147"}
contacts: [{name: Grace Oyelaran, role: hiring manager, phone: "312 555 0100", number_kind: business}]
interviews: [{on: 2026-11-03, with: [Grace Oyelaran]}]
"""
Cost = tuple[float, float]  # seconds on the clock, seconds of CPU


def cost(*command: str, env: dict[str, str]) -> Cost:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(command, env=env, capture_output=True, check=True, stdin=subprocess.DEVNULL)
    took = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        fresh, known = Path(folder) / "fresh", Path(folder) / "known"
        env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE" and not k.startswith("TRAINER_")}
        env["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "bytecode")  # nothing is left behind in the checkout
        at_fresh, at_known = env | {"TRAINER_HOME": str(fresh)}, env | {"TRAINER_HOME": str(known)}
        trainer = [sys.executable, "-m", "trainer"]
        written = Path(folder) / "halden.yaml"
        written.write_text(APPLICATION, encoding="utf-8")
        cost(*trainer, "application", "add", "--file", str(written), env=at_known)
        _play(known, TAKES)
        cost(*trainer, "--version", env=env)
        first = cost(*trainer, env=at_fresh)
        commands = {
            "python -c 'import click'": ([sys.executable, "-c", "import click"], env),
            "trainer --version": ([*trainer, "--version"], env),
            "trainer (home)": (trainer, at_fresh),
            "trainer today": ([*trainer, "today"], at_fresh),
            f"trainer (home), an application, {TAKES:,} takes": (trainer, at_known),
            "trainer scenarios list": ([*trainer, "scenarios", "list"], at_fresh),
        }
        costs: dict[str, list[Cost]] = {name: [] for name in commands}
        for _ in range(RUNS + 1):  # in turn, so that a slow moment strikes all alike; the first round warms up
            for name, (command, at) in commands.items():
                costs[name].append(cost(*command, env=at))
    base = _median(costs["python -c 'import click'"])
    print(
        f"{'the first start of all, reading every scenario':48} {first[0] * 1000:7.0f} ms {first[1] * 1000:7.0f} ms CPU"
    )
    for name, some in costs.items():
        clock, cpu = _median(some)
        print(f"{name:48} {clock * 1000:7.0f} ms {cpu * 1000:7.0f} ms CPU {cpu / base[1]:6.2f} times import click")


def _play(home: Path, takes: int) -> None:
    """So many takes of the past, as an import brings them in."""
    sessions = history(takes)
    actions = tuple(Action(s.id, s.started, microseconds(s.started), "session", s.id) for s in sessions)
    store = SqliteStore(home, SystemClock())
    store.merge(History(sessions, actions))
    store.close()


def _median(some: list[Cost]) -> Cost:
    return statistics.median(c[0] for c in some[1:]), statistics.median(c[1] for c in some[1:])


if __name__ == "__main__":
    main()
