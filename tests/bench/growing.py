"""What `today`, `stats` and `report` cost with one length of history: `python -m tests.bench.growing TAKES` prints JSON.

A process a size, so that one's memory is not the other's. Times are of the process itself (user and system), so that a
busy machine counts less; reading scenarios and history from the disk is part of them, starting Python is not.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.histories import history, library
from tests.store.made import Told
from trainer.core.history import Action, History
from trainer.core.session import Session
from trainer.store.rows import microseconds
from trainer.store.sqlite import SqliteStore


def main(takes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        last = keep(home, history(takes))
        os.environ["TRAINER_HOME"] = str(home)
        os.environ["TRAINER_NOW"] = (last + timedelta(days=1)).isoformat()
        # In a process of its own: this one has made the history, and holds it.
        print(json.dumps(in_another()))


def in_another() -> dict[str, float]:
    code = "import json; from tests.bench import growing; print(json.dumps(growing.measured()))"
    return json.loads(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout)


def measured() -> dict[str, float]:
    from trainer.commands import stats, today
    from trainer.core.stats import as_object
    from trainer.exports.html import report
    from trainer.wiring import App

    first = once(lambda: today.items(App()))  # also loads what is loaded when first used
    return {
        "first": first,
        "today": best(lambda: [today.as_object(i) for i in today.items(App())]),
        "stats": best(lambda: as_object(stats.make(App()))),
        "report": best(lambda: report(stats.make(App()))),
        "peak": peak(),
    }


def keep(home: Path, sessions: tuple[Session, ...]) -> datetime:
    """The history and the calls that it is about, on the disk. Says when the last one was played."""
    store = SqliteStore(home, Told(sessions[-1].started))
    actions = tuple(Action(s.id, s.started, microseconds(s.started), "session", s.id) for s in sessions)
    store.merge(History(sessions, actions))
    store.close()
    (home / "scenarios").mkdir()
    for scenario in library():
        written = scenario.model_dump_json(exclude_unset=True)
        (home / "scenarios" / f"{scenario.id}.json").write_text(written, encoding="utf-8")
    return sessions[-1].started.astimezone(UTC)


def once(job: Callable[[], object]) -> float:
    began = time.process_time()
    job()
    return time.process_time() - began


def best(job: Callable[[], object]) -> float:
    """Seconds of the process's own time, the best of five: the machine's caches warm, its neighbours left out."""
    return min(once(job) for _ in range(5))


def peak() -> float:
    """Megabytes, so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]))
