"""What to practise next: does the plan pay, and what do `today`, `stats` and `report` cost as the history grows?

Times are of the process itself (user and system), so that a busy machine does not count; reading the history from the
disk is part of them, starting Python is not.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from tests.bench import preparing
from tests.bench.histories import history, library
from trainer.core import ladder, schedule
from trainer.core.composer import Wish, compose
from trainer.core.history import Action, History
from trainer.core.session import Session
from trainer.core.stats import Stats, as_object, make_stats
from trainer.exports.html import report
from trainer.store.rows import microseconds
from trainer.store.sqlite import SqliteStore

SIZES = (100, 2_000, 20_000)
OWN, REPORT, GROWTH = 0.5, 2.0, 10.0  # seconds, seconds, times: the limits
LEARNERS = 200


class Told:
    """A clock that stands a day after the last take."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def today(self) -> date:
        return self._now.date()


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
        f"{'takes':>7} {'today s':>8} {'stats s':>8} {'report s':>9} {'peak MB':>8}   Anki: {'queue s':>8} {'graphs s':>9}"
    )
    missed = 0
    spent: dict[int, tuple[float, float]] = {}
    for size in SIZES:
        sessions = history(size)
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            store = a_store(home, sessions)
            today, stats, page = (
                best(partial(do_today, store)),
                best(partial(do_stats, store)),
                best(partial(do_report, store)),
            )
            queue, graphs = beside_anki(Path(folder) / "anki.anki2", sessions)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{size:>7} {today:>8.3f} {stats:>8.3f} {page:>9.3f} {peak:>8}         {queue:>8.3f} {graphs:>9.3f}")
        spent[size] = today, stats
        missed += (today > OWN) + (stats > OWN) + (size == 2_000 and page > REPORT)
    growth = max(large / small for small, large in zip(spent[2_000], spent[20_000], strict=True))
    print(f"Growth from 2,000 to 20,000 takes: {growth:.1f} times (limit {GROWTH:.0f}). Limits missed: {missed}.")
    return missed + (growth > GROWTH * 1.2)


def a_store(home: Path, sessions: tuple[Session, ...]) -> SqliteStore:
    """The history on the disk, opened anew."""
    clock = Told(datetime(2032, 1, 5, 12, tzinfo=UTC))
    actions = tuple(Action(s.id, s.started, microseconds(s.started), "session", s.id) for s in sessions)
    store = SqliteStore(home, clock)
    store.merge(History(sessions, actions))
    store.close()
    return SqliteStore(home, clock)


CALLS = library()


def do_today(store: SqliteStore) -> None:
    sessions = store.sessions(verdicts=False)
    day = sessions[-1].started.date()
    cards = schedule.cards(sessions, today=day)
    wish = Wish(today=day, last=day, steps=ladder.steps(sessions), suspended=store.suspended())
    compose(CALLS, cards, wish)


def numbers(store: SqliteStore) -> Stats:
    sessions = store.sessions(verdicts=False)
    day = sessions[-1].started.date()
    cards, foretold = schedule.replay(sessions, today=day)
    return make_stats(sessions, cards, foretold, today=day, labels={})


def do_stats(store: SqliteStore) -> None:
    as_object(numbers(store))


def do_report(store: SqliteStore) -> None:
    report(numbers(store))


def best(job: Callable[[], None]) -> float:
    """Seconds of the process's own time, the best of three: caches of the machine warm, its neighbours left out."""
    times = []
    for _ in range(3):
        began = time.process_time()
        job()
        times.append(time.process_time() - began)
    return min(times)


def beside_anki(path: Path, sessions: tuple[Session, ...]) -> tuple[float, float]:
    """Anki's own package over as many cards and reviews: the day's queue, and the numbers of its graphs."""
    try:
        from anki.collection import Collection
    except ImportError:
        return float("nan"), float("nan")
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
    return queue, graphs


def graphs_of_everything() -> bytes:
    from anki.stats_pb2 import GraphsRequest

    return GraphsRequest(search="", days=0).SerializeToString()


if __name__ == "__main__":
    raise SystemExit(main())
