"""How well verdicts agree with labelled replies: F1, false don'ts, and intervals by turn."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from trainer.core.application import SAMPLE
from trainer.core.judging import Meaning, judge
from trainer.core.scenario import Turn

DATA = Path(__file__).parents[1] / "data"
RESAMPLES = 1000
DAY = date(2026, 11, 9)


@dataclass
class Counts:
    """Decisions of one turn: [true hits, false hits, misses] a side, and its clean replies."""

    key_points: list[int] = field(default_factory=lambda: [0, 0, 0])
    donts: list[int] = field(default_factory=lambda: [0, 0, 0])
    clean: int = 0
    accused: int = 0
    unsure: int = 0
    decisions: int = 0


@dataclass(frozen=True)
class Case:
    """One turn as the judge sees it, with labelled replies."""

    turn: Turn
    before: str
    facts: dict[str, str]
    replies: tuple[dict[str, Any], ...]


def labelled(paths: Iterable[Path]) -> list[Case]:
    """The turns of files in the form of the labelled replies."""
    cases = []
    for path in paths:
        case = json.loads(path.read_text(encoding="utf-8"))
        for turn in case["turns"]:
            written = Turn.model_validate(
                {"id": "t", "says": turn["other"], "key_points": turn["key_points"], "donts": turn["donts"]}
            )
            cases.append(Case(written, turn["other"], case["profile"], tuple(turn["replies"])))
    return cases


def shipped(path: Path) -> list[Case]:
    """Replies to turns of shipped scenarios, judged with those scenarios' own points and examples."""
    from trainer.core.application import values
    from trainer.core.placeholders import fill, known
    from trainer.wiring import App

    app, cases = App(), []
    for turn in json.loads(path.read_text(encoding="utf-8"))["turns"]:
        scenario, name = turn["id"].removeprefix("second-writer-").split("/")
        written = app.library.load(scenario)
        facts = known(written, values(SAMPLE, DAY))
        filled = fill(written, facts).turn(name)
        assert filled is not None
        cases.append(Case(filled, turn["other"], facts, tuple(turn["replies"])))
    return cases


def count(case: Case, meaning: Meaning | None) -> Counts:
    out = Counts()
    for reply in case.replies:
        verdict = judge(case.turn, reply["text"], before=case.before, facts=case.facts, meaning=meaning)
        for points, said, cell in (
            (verdict.key_points, set(reply["key_points"]), out.key_points),
            (verdict.donts, set(reply["donts"]), out.donts),
        ):
            for point in points:
                out.decisions += 1
                out.unsure += point.unsure
                if point.hit or point.id in said:
                    cell[0 if point.hit and point.id in said else 1 if point.hit else 2] += 1
        if not reply["donts"]:
            out.clean += 1
            out.accused += any(point.hit for point in verdict.donts)
    return out


def f1(cells: Iterable[Sequence[int]]) -> float:
    true, false, missed = (sum(column) for column in zip(*cells, strict=True))
    return 2 * true / max(1, 2 * true + false + missed)


def figures(counts: Sequence[Counts]) -> dict[str, float]:
    return {
        "key points F1": f1([c.key_points for c in counts]),
        "don'ts F1": f1([c.donts for c in counts]),
        "false don't": sum(c.accused for c in counts) / max(1, sum(c.clean for c in counts)),
        "unsure": sum(c.unsure for c in counts) / max(1, sum(c.decisions for c in counts)),
    }


def with_intervals(counts: Sequence[Counts], seed: int = 1) -> dict[str, tuple[float, float, float]]:
    """Each figure with its 95 % interval, turns drawn again with replacement."""
    chance = random.Random(seed)
    drawn = [figures([chance.choice(counts) for _ in counts]) for _ in range(RESAMPLES)]
    return {
        name: (value, *(sorted(d[name] for d in drawn)[int(RESAMPLES * at)] for at in (0.025, 0.975)))
        for name, value in figures(counts).items()
    }  # type: ignore[misc]


def sentences(meaning: Meaning | None) -> dict[str, tuple[int, int, int, int]]:
    """Of each shipped don't: caught, of so many; let pass, of so many."""
    from trainer.wiring import App

    shipped_donts = {d.id: d for d in App().library.donts.values()}
    found = {}
    for path in sorted((DATA / "donts").glob("*.yaml")):
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        turn = Turn.model_validate(
            {"id": "t", "says": written.get("before") or "Hello?", "donts": [shipped_donts[written["id"]].model_dump()]}
        )

        def hit(text: str, turn: Turn = turn, before: str = written.get("before") or "") -> bool:
            return judge(turn, text, before=before, meaning=meaning).donts[0].hit

        caught, passed = sum(map(hit, written["must"])), sum(not hit(text) for text in written["must_not"])
        found[path.stem] = (caught, len(written["must"]), passed, len(written["must_not"]))
    return found


def told(title: str, counts: Sequence[Counts], say: Callable[[str], None] = print) -> None:
    rows = with_intervals(counts)
    say(f"{title:34} " + "   ".join(f"{n} {v:.3f} ({a:.3f} to {b:.3f})" for n, (v, a, b) in rows.items()))
