"""The labelled replies: what a writer wrote and what is trained on say the same, and nobody trains on what measures."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

TRAINING = Path(__file__).parents[2] / "training"
sys.path.insert(0, str(TRAINING))

WITHOUT = "the labelled replies are no part of a release"
pack = pytest.importorskip("pack", reason=WITHOUT).pack
pack_added = pytest.importorskip("added", reason=WITHOUT).pack

WRITTEN = sorted(
    p for d in ("corpus/calls", "corpus/drills", "choose", "holdout") for p in (TRAINING / d).glob("*.txt")
)
SENTENCES = Path(__file__).parents[1] / "data" / "donts"
ADDED = sorted((TRAINING / "corpus" / "added").glob("[ab]*.txt"))


@pytest.mark.parametrize("folder", ["calls", "drills"])
def test_there_are_batches(folder: str) -> None:
    assert sum(p.parent.name == folder for p in WRITTEN) > 40


def test_each_batch_is_what_its_writer_wrote() -> None:
    for path in WRITTEN:
        case, faults = pack(path.read_text(encoding="utf-8"), path.name)
        assert not faults
        assert case == read(path), path.name


def test_each_further_dont_is_what_its_writer_wrote() -> None:
    for path in ADDED:
        found, faults = pack_added(path)
        assert not faults
        assert found == {
            turn: [{k: v for k, v in dont.items() if k != "second"} for dont in donts]
            for turn, donts in read(path).items()
        }, path.name


def test_a_reply_in_one_line() -> None:
    head = "call: z\ntitle: t\nwriter: w\nturn: t1\nsituation: s\nother: o\ndont excuses | a | b\ndont rude | a | b\n"
    head += "kp thanks | c | d\n"
    replies = "- excuses, rude | It went badly, [but whose fault] was [that room]?\n. | I was slow.\n+ thanks | [Ta] for that.\n"
    case, faults = pack(head + replies, "z")
    first, second, third = case["turns"][0]["replies"]
    assert not faults
    assert (first["text"], first["donts"]) == ("It went badly, but whose fault was that room?", ["excuses", "rude"])
    assert first["evidence"] == {"excuses": ["but whose fault"], "rude": ["that room"]}
    assert (second["text"], second["donts"], second["kind"]) == ("I was slow.", [], "near")
    assert (third["key_points"], third["donts"], third["evidence"]) == (["thanks"], [], {"thanks": ["Ta"]})
    assert pack(f"{head}- ruda | no\n", "z")[1] == ["z:10: 'ruda' is not among this turn's donts"]


def test_what_measures_shares_no_reply_with_what_is_trained_on() -> None:
    trained = said(TRAINING.glob("corpus/*/*.json"))
    assert not trained & said([*TRAINING.glob("holdout/*.json"), *TRAINING.glob("choose/*.json")])
    assert not trained & sentences([*SENTENCES.glob("*.yaml"), *(TRAINING / "choose" / "sentences").glob("*.yaml")])


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return found


def sentences(paths: list[Path]) -> set[str]:
    assert len(paths) > 40
    written = [yaml.safe_load(p.read_text(encoding="utf-8")) for p in paths]
    return {text for w in written for text in (*w["must"], *w["must_not"]) if len(text.split()) > 5}


def said(paths: Any) -> set[str]:
    """The replies of more than five words."""
    cases = [json.loads(p.read_text(encoding="utf-8")) for p in paths if p.parent.name not in ("second", "added")]
    texts = (r["text"] for case in cases for turn in case["turns"] for r in turn["replies"])
    return {text for text in texts if len(text.split()) > 5}
