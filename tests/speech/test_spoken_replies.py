"""Replies in a voice other than the product's own, through `practice --reply … --json`: what is heard, and what counts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from trainer.cli import root

CLIPS = Path(__file__).parents[1] / "data" / "speech"
WRITTEN = yaml.safe_load((CLIPS / "replies.yaml").read_text(encoding="utf-8"))
# eSpeak NG's voices are measured in tests/speech/test_whisper.py and the bench; these are cut from people's.
RECORDINGS = [CLIPS / f"{id}-{voice}.opus" for id in WRITTEN["replies"] for voice in WRITTEN["flite"]]
FACTS: dict[str, str] = WRITTEN["facts"]
POINTS = [
    {
        "id": "name",
        "label": "Say your name",
        "examples": ["this is {me.name}", "my name is {me.name}"],
        "fact": "me.name",
    },
    {"id": "company", "label": "Name the company", "examples": ["the job at {company}"], "fact": "company"},
    {"id": "number", "label": "Leave your number", "examples": ["my number is {me.phone}"], "fact": "me.phone"},
]


@pytest.fixture(scope="module")
def turns(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """One call of as many turns as there are recordings, each asking for the same three things."""
    folder = tmp_path_factory.mktemp("spoken")
    ids = [path.stem for path in RECORDINGS]
    scenario = {
        "id": "spoken-replies",
        "title": "One reply after the other",
        "turns": [{"id": id, "says": "Please leave a message.", "key_points": POINTS} for id in ids],
    }
    file = folder / "spoken.json"
    file.write_text(json.dumps(scenario), encoding="utf-8")
    replies = [part for path in RECORDINGS for part in ("--reply", str(path))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRAINER_HOME", str(folder / "home"))
        done = CliRunner().invoke(root, ["practice", str(file), *replies, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    session = json.loads(done.stdout)
    assert session["ended"] == "complete"
    found: list[dict[str, Any]] = session["turns"]
    return found


@pytest.mark.slow
def test_name_company_and_number_are_heard_right_and_counted(
    turns: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each in at least 90 % of the replies; how many have all three right is printed."""
    assert len(turns) == len(RECORDINGS) >= 20
    heard = {
        "name": [FACTS["me.name"].lower() in t["heard"].lower() for t in turns],
        "company": [FACTS["company"].lower() in t["heard"].lower() for t in turns],
        "number": [figures(FACTS["me.phone"]) in figures(t["heard"]) for t in turns],
    }
    counted = {point: [t["key_points"][point]["hit"] for t in turns] for point in heard}
    right = {f"{point} heard": sum(some) for point, some in heard.items()}
    right |= {f"{point} counted": sum(some) for point, some in counted.items()}
    together = sum(all(some) for some in zip(*heard.values(), *counted.values(), strict=True))
    with capsys.disabled():  # a figure for the reader
        print(f"\nOf {len(turns)} spoken replies: {right}; all three heard right and counted: {together}.")
    assert all(n >= 0.9 * len(turns) for n in right.values()), [
        t["heard"] for t, *ok in zip(turns, *heard.values(), *counted.values(), strict=True) if not all(ok)
    ]


def figures(text: str) -> str:
    return re.sub(r"\D", "", text)
