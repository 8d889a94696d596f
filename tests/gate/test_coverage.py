"""Each row of the articles that asks for something is embodied: by a rule, an item, a question, a scenario or a point."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.plain_yaml import read
from trainer.commands.application import FORM_SOURCES
from trainer.core.agenda import IDLE_SOURCES
from trainer.core.card import CHECKLIST
from trainer.core.gate_words import SOURCES
from trainer.core.sources import ARTICLES, OURS

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
KINDS = {"do", "dont", "time", "call", "channel"}
ROWS = read(SCENARIOS / "sources.yaml")
COVERED = read(ROOT / "tests" / "data" / "coverage.yaml")


def embodiments() -> set[tuple[str, str]]:
    """Every (row, object) that the product has."""
    found = {(row, f"gate {rule}") for rule, rows in SOURCES.items() for row in rows}
    found |= {(row, f"check {item}") for item, rows in CHECKLIST for row in rows}
    found |= {(row, f"form {key}") for key, rows in FORM_SOURCES.items() for row in rows}
    found |= {(row, "agenda idle") for row in IDLE_SOURCES}
    for dont in read(SCENARIOS / "donts.yaml")["donts"]:
        found |= {(row, f"dont {dont['id']}") for row in dont.get("sources", [])}
    for path in SCENARIOS.glob("*.yaml"):
        if path.name in ("donts.yaml", "sources.yaml"):
            continue
        scenario = read(path)
        family = scenario.get("call_type", scenario["id"])
        found |= {(row, f"scenario {scenario['id']}") for row in scenario.get("briefing", {}).get("sources", [])}
        for turn in scenario["turns"]:
            for point in turn.get("key_points", []):
                found |= {(row, f"point {family}/{point['id']}") for row in point.get("sources", [])}
    return found


THERE = embodiments()


def test_every_row_of_these_kinds_is_listed():
    asked = {row for row, about in ROWS.items() if set(about["kind"].split("/")) & KINDS}
    assert asked == set(COVERED)


def test_every_row_names_its_article():
    for row, about in ROWS.items():
        assert about["article"] in (*ARTICLES.values(), OURS)
        assert row.startswith("E1") or about["article"] == ARTICLES[row[:3]]


def row(id: str) -> object:
    missing = COVERED[id] == "missing"
    return pytest.param(id, marks=pytest.mark.xfail(strict=True, reason="the deck is not whole yet") if missing else ())


@pytest.mark.parametrize("id", [row(id) for id in COVERED])
def test_row_is_embodied(id):
    if COVERED[id] == "missing":
        assert any(there == id for there, _ in THERE), f"{id}: {ROWS[id]['says']}"
    else:
        assert (id, COVERED[id]) in THERE, f"{COVERED[id]} is gone or no longer names {id}: {ROWS[id]['says']}"
