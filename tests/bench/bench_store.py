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
    heads = ("save ms", "open ms", "search ms", "read s", "ledger s", "file MB")
    theirs = ("answer", "open", "search")
    print(f"{'takes':>7}" + "".join(f"{h:>10}" for h in heads) + "   Anki, ms:" + "".join(f"{h:>8}" for h in theirs))
    seconds: dict[int, float] = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            a_history(home, size)
            save, opened, search = saving(home), opening(home), searching(home)
            read, ledger = reading(home), counting(home)
            seconds[size] = read
            file = (home / "history.sqlite3").stat().st_size / 1e6
            beside = "".join(f"{ms:>8.2f}" for ms in beside_anki(Path(folder) / "anki.anki2", size)) or " not here"
        ours = f"{save:>10.2f}{opened:>10.2f}{search:>10.2f}{read:>10.3f}{ledger:>10.3f}{file:>10.1f}"
        print(f"{size:>7}{ours}            {beside}", flush=True)
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


def reading(home: Path) -> float:
    """Seconds to have all sessions as values."""
    store = SqliteStore(home, Told())
    return median_ms(lambda _: store.sessions(), 3) / 1000


def counting(home: Path) -> float:
    """Seconds to have them as far as schedule and charts go by them."""
    store = SqliteStore(home, Told())
    return median_ms(lambda _: store.ledger(), 3) / 1000


def beside_anki(path: Path, notes: int) -> tuple[float, ...]:
    """Anki's own package with a note a take: milliseconds to answer a card, to open the file, to find some words."""
    try:
        from anki.collection import Collection
    except ImportError:
        return ()
    collection = Collection(str(path))
    kind = collection.models.by_name("Basic")
    assert kind
    deck = collection.decks.id("Default")
    for number in range(notes):
        note = collection.new_note(kind)
        note["Front"] = f"Hello, this is Robin Hale calling again about number {number} and the stock planner role."
        collection.add_note(note, deck)  # type: ignore[arg-type]

    def answer(_: int) -> None:
        card = collection.sched.getCard()
        assert card
        collection.sched.answerCard(card, 3)

    def open_it(_: int) -> None:
        collection.close()
        collection.reopen()

    answered = median_ms(answer, 19)
    opened = median_ms(open_it, 9)
    found = median_ms(lambda _: collection.find_notes('"about number 7 and"'), 9)
    collection.close()
    return answered, opened, found


def median_ms(work: Callable[[int], object], times: int) -> float:
    took = []
    for n in range(times):
        began = time.perf_counter()
        work(n)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
