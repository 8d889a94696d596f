"""Kills a copy of this process at a chosen point before or after a write, or at a chosen moment.

A point is any statement that writes, or any call that changes a file's name, being, or what of it is on the disk.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from typing import Any

FILE_CALLS = ("replace", "rename", "link", "unlink", "fsync", "mkdir", "open")
READS = ("SELECT", "PRAGMA USER_VERSION", "PRAGMA APPLICATION_ID", "PRAGMA INTEGRITY")
Report = Callable[[str], None]


def killed_at(point: int, work: Callable[[Report], None]) -> tuple[bool, list[str]]:
    """Do the work in a forked process that is killed at this point. Was it, and what had it reported done?"""
    return _watched(lambda report: _with_points(point, lambda: work(report)), None)


def killed_after(seconds: float, work: Callable[[Report], None]) -> tuple[bool, list[str]]:
    """The same at a moment."""
    return _watched(work, seconds)


def _watched(work: Callable[[Report], None], seconds: float | None) -> tuple[bool, list[str]]:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        code = 1
        try:
            work(lambda text: _say(write, text))
            code = 0
        except BaseException as fault:
            _say(write, f"failed: {fault!r}")
        finally:
            os._exit(code)
    os.close(write)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(read, encoding="utf-8") as pipe:
        reports = pipe.read().split("\n")[:-1]
    _, status = os.waitpid(child, 0)
    assert not [r for r in reports if r.startswith("failed")], reports
    killed = os.WIFSIGNALED(status)
    assert killed or os.WEXITSTATUS(status) == 0
    return killed, reports


def _say(pipe: int, text: str) -> None:
    os.write(pipe, f"{text}\n".encode())


def _with_points(last: int, work: Callable[[], None]) -> None:
    """Only in the forked process: nothing is put back."""
    passed = 0

    def point() -> None:
        nonlocal passed
        if passed == last:
            os.kill(os.getpid(), signal.SIGKILL)
        passed += 1

    def watched(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            point()
            result = call(*args, **kwargs)
            point()
            return result

        return called

    class Watched(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if sql.upper().startswith(READS):
                return super().execute(sql, *values)
            return watched(super().execute)(sql, *values)

        def executemany(self, *args: Any) -> sqlite3.Cursor:
            return watched(super().executemany)(*args)

        def backup(self, *args: Any, **kwargs: Any) -> None:
            watched(super().backup)(*args, **kwargs)

        def close(self) -> None:
            watched(super().close)()

    connect = sqlite3.connect
    sqlite3.connect = lambda *args, **kwargs: connect(*args, factory=Watched, **kwargs)  # type: ignore[assignment]
    for name in FILE_CALLS:
        setattr(os, name, watched(getattr(os, name)))
    work()
