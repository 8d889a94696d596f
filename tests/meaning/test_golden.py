"""The shipped weights give the verdicts that were read when they were shipped."""

from __future__ import annotations

import json

from tests.meaning.golden import FILE, VERDICTS, verdicts
from trainer.wiring import App

NEAR = 0.01  # of the threshold, within which machines may differ


def test_the_golden_verdicts_hold() -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    meaning = App().meaning
    assert meaning is not None
    assert meaning.name == kept["judge"], "new weights: renew the golden verdicts and read the difference"
    now = verdicts(meaning)
    assert len(now) == VERDICTS
    changed = [
        key
        for key, was in kept["verdicts"].items()
        if now[key]["hit"] != was["hit"] and min(was["confidence"], now[key]["confidence"]) > 0.5 + NEAR
    ]
    assert changed == []
