"""Waits with a limit that a suspended machine does not use up: a lid that is closed for an hour is no fault."""

from __future__ import annotations

import threading

STEP = 0.1  # seconds: what a suspension costs at most


def wait_for(event: threading.Event, seconds: float) -> bool:
    """Has it come within so many seconds of running?"""
    return any(event.wait(STEP) for _ in range(round(seconds / STEP))) or event.is_set()
