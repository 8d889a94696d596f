"""What `today` knows of a scenario without loading it says the same as the scenario itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.whole.running import trainer
from trainer.core import gist, placeholders
from trainer.core.application import Application, values
from trainer.core.composer import Wish, cards_in, compose, every_card, minutes_of, must_cards
from trainer.library import Library
from trainer.settings import shipped

TODAY = date(2026, 11, 9)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(shipped("scenarios"), tmp_path / "scenarios")


def test_what_is_offered_is_the_same(library: Library) -> None:
    scenarios, gists = library.all(), library.gists()
    assert compose(gists, {}, Wish(TODAY, 60)) == compose(scenarios, {}, Wish(TODAY, 60))
    assert must_cards(gists) == must_cards(scenarios)
    facts = values(Application.model_validate({"company": "Hale", "me": {"name": "Jo Doe"}}), TODAY)
    for scenario, known in zip(scenarios, gists, strict=True):
        lacking = placeholders.names(scenario) - placeholders.known(scenario, facts).keys()
        assert known.needs - facts.keys() == lacking
        assert minutes_of(known) == minutes_of(scenario)
        for turn, of_turn in zip(scenario.turns, known.turns, strict=True):
            assert cards_in(known, of_turn) == cards_in(scenario, turn)
            assert every_card(known, of_turn) == every_card(scenario, turn)
            assert [d.label for d in of_turn.donts] == [d.label for d in turn.donts]


def test_a_gist_comes_back_from_the_cache_as_it_was(library: Library) -> None:
    first = library.gists()
    assert first == tuple(gist.gist_of(s) for s in library.all())
    again = Library(library.shipped, library.own)
    assert again.gists() == first
    assert not again.cache.fresh


@pytest.mark.parametrize("line", ["{}", "[]", "[1, 2, 3, 4, 5, 6]", "nonsense", '["a", "b", "c", null, {}, [[1]]]'])
def test_a_damaged_gist_is_read_anew(library: Library, line: str) -> None:
    first = library.gists()
    head, *rows = library.cache.path.read_bytes().split(b"\n")
    damaged = [row.partition(b" ")[0] + b" " + line.encode() + b"\t{}" for row in rows if row]
    library.cache.path.write_bytes(b"\n".join([head, *damaged]))
    assert Library(library.shipped, library.own).gists() == first


NOT_NEEDED = ("pydantic", "yaml", "rich", "prompt_toolkit", "numpy", "rapidfuzz", "onnxruntime", "faster_whisper")


@pytest.mark.parametrize("arguments", [(), ("today",)])
def test_the_home_screen_loads_no_more_than_it_shows(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    trainer(*arguments, home=tmp_path)
    loaded = (
        "import atexit, sys\n"
        f"atexit.register(lambda: print([m for m in {NOT_NEEDED!r} if m in sys.modules], file=sys.stderr))"
    )
    done = trainer(*arguments, home=tmp_path, prelude=loaded)
    assert done.returncode == 0
    assert "thank-you" in done.stdout
    assert done.stderr.strip() == "[]"
