"""Questions a second that the gate answers."""

from __future__ import annotations

import time
from datetime import date, timedelta

from trainer.core.application import SAMPLE
from trainer.core.gate import PURPOSES, ask

QUESTIONS = 2_000


def main() -> None:
    first = date(2026, 11, 3)
    started = time.process_time()
    for n in range(QUESTIONS):
        ask(SAMPLE, first + timedelta(days=n % 60), (*PURPOSES, None)[n % (len(PURPOSES) + 1)])
    print(f"{QUESTIONS / (time.process_time() - started):,.0f} questions a second")
