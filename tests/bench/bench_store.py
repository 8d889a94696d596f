"""What the history costs at 100, 2,000 and 20,000 takes: saving, opening, searching, reading. Times are medians."""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.store.made import NOON, Told, a_session, a_take
from trainer.core.history import Action, History
from trainer.core.session import Session
from trainer.store.rows import microseconds
from trainer.store.sqlite import SqliteStore

SIZES = (100, 2_000, 20_000)
TAKES = 5  # a session
SAVE_MS, OPEN_MS, SEARCH_MS, GROWTH = 5.0, 20.0, 50.0, 10.0  # the limits


def main() -> int:
    """Print the table. The exit code is the number of limits that were not kept."""
    missed = 0
    print(f"{'takes':>7} {'save ms':>9} {'open ms':>9} {'search ms':>10} {'read s':>8} {'lean s':>8} {'file MB':>8}")
    seconds: dict[int, float] = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            a_history(home, size)
            save, opened, search = saving(home), opening(home), searching(home)
            read, lean = reading(home, evidence=True), reading(home, evidence=False)
            seconds[size] = read
            file = (home / "history.sqlite3").stat().st_size / 1e6
        print(f"{size:>7} {save:>9.2f} {opened:>9.2f} {search:>10.2f} {read:>8.3f} {lean:>8.3f} {file:>8.1f}")
        missed += (save > SAVE_MS) + (opened > OPEN_MS) + (search > SEARCH_MS)
    growth = seconds[20_000] / seconds[2_000]
    missed += growth > GROWTH * 1.2  # the clock of a busy machine
    print(f"Growth of reading from 2,000 to 20,000 takes: {growth:.1f} times (limit {GROWTH:.0f}).")
    print(f"Peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB. Limits missed: {missed}.")
    return missed


def a_history(home: Path, takes: int) -> None:
    """So many takes over past days, as an import brings them in."""
    sessions = tuple(a_past_session(n) for n in range(takes // TAKES))
    actions = tuple(Action(s.id, s.started, microseconds(s.started), "session", s.id) for s in sessions)
    SqliteStore(home, Told()).merge(History(sessions, actions))


def a_past_session(number: int) -> Session:
    started = NOON - timedelta(days=30, hours=number)
    session = a_session(f"b{number:06}", started=started, ended="complete", finished=started)
    said = f"Hello, this is Robin Hale calling again about number {number} and the stock planner role we spoke about."
    takes = tuple(a_take(session.id, n + 1, turn=f"turn{n}", said=f"{said} {n}", at=started) for n in range(TAKES))
    return replace(session, takes=takes)


def saving(home: Path) -> float:
    """Milliseconds to keep one judged take on the disk."""
    store = SqliteStore(home, Told())
    store.begin(a_session("now"))
    return median_ms(lambda n: store.keep(a_take("now", n + 1)), 50)


def opening(home: Path) -> float:
    """Milliseconds from a closed file to the first answer."""

    def once(_: int) -> None:
        store = SqliteStore(home, Told())
        store.state("last_application")
        store.close()

    return median_ms(once, 9)


def searching(home: Path) -> float:
    """Milliseconds to find the one session in which something was said."""
    store = SqliteStore(home, Told())

    def once(_: int) -> None:
        assert len(store.sessions(words="About Number 7 and")) == 1

    return median_ms(once, 9)


def reading(home: Path, *, evidence: bool) -> float:
    """Seconds to have all sessions as values."""
    store = SqliteStore(home, Told())
    return median_ms(lambda _: store.sessions(evidence=evidence), 3) / 1000


def median_ms(work: Callable[[int], object], times: int) -> float:
    took = []
    for n in range(times):
        began = time.perf_counter()
        work(n)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
