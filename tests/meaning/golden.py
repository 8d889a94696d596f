"""300 verdicts that only new weights may change: `python -m tests.meaning.golden` writes them anew.

Read the difference before it is committed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from trainer.core.judging import Meaning, judge
from trainer.core.scenario import Turn

DATA = Path(__file__).parents[1] / "data"
FILE = DATA / "golden.json"
CASES = ("A1", "A3", "B2", "B4")
VERDICTS = 300


def verdicts(meaning: Meaning) -> dict[str, dict[str, Any]]:
    """`case/turn/reply/point` → hit and confidence, for the first replies of each turn in turn."""
    found: dict[str, dict[str, Any]] = {}
    turns = [
        (case, turn)
        for name in CASES
        for case in [json.loads((DATA / "dev" / f"{name}.json").read_text(encoding="utf-8"))]
        for turn in case["turns"]
    ]
    for number in range(max(len(turn["replies"]) for _, turn in turns)):
        for case, turn in turns:
            if number >= len(turn["replies"]):
                continue
            reply = turn["replies"][number * 7 % len(turn["replies"])]
            written = Turn.model_validate(
                {"id": turn["id"], "says": turn["other"], "key_points": turn["key_points"], "donts": turn["donts"]}
            )
            verdict = judge(written, reply["text"], before=turn["other"], facts=case["profile"], meaning=meaning)
            for point in (*verdict.key_points, *verdict.donts):
                if len(found) == VERDICTS:
                    return found
                key = f"{case['id']}/{turn['id']}/{reply['id']}/{point.id}"
                found[key] = {"hit": point.hit, "confidence": point.confidence}
    return found


def main() -> None:
    from trainer.wiring import App

    meaning = App().meaning
    assert meaning is not None
    rows = {"judge": meaning.name, "verdicts": verdicts(meaning)}
    FILE.write_text(json.dumps(rows, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
