"""The shipped don'ts, and how a turn's don't takes from them."""

from __future__ import annotations

from pathlib import Path

import yaml

from trainer.core.donts import by_id, of_turn, resolve
from trainer.core.scenario import Dont, Turn

FILE = Path(__file__).parents[2] / "scenarios" / "donts.yaml"
SHIPPED = by_id(Dont.model_validate(d) for d in yaml.safe_load(FILE.read_text(encoding="utf-8"))["donts"])


def test_every_shipped_dont_can_be_judged_and_explained() -> None:
    assert len(SHIPPED) == 26
    for dont in SHIPPED.values():
        assert dont.label
        assert dont.better
        assert dont.why
        assert len(dont.examples) >= 8
        assert len(dont.innocent) >= 6
        assert not set(dont.examples) & set(dont.innocent)


def test_only_hedging_and_generic_are_soft() -> None:
    assert {d.id for d in SHIPPED.values() if d.is_soft} == {"hedging", "generic"}


def test_a_shipped_name_brings_all_of_it() -> None:
    assert resolve(Dont(id="rude"), SHIPPED) == SHIPPED["rude"]


def test_a_label_of_the_authors_adds_to_it_and_softness_stays() -> None:
    mine = Dont(id="hedging", label="Mumble", examples=("well er maybe",), soft=False)
    both = resolve(mine, SHIPPED)
    assert both.label == "Mumble"
    assert both.examples == ("well er maybe", *SHIPPED["hedging"].examples)
    assert both.is_soft


def test_an_own_dont_stays_as_written() -> None:
    own = Dont(id="haggling", label="Haggle over the date")
    assert resolve(own, SHIPPED) is own


def test_in_place_of_a_dont_the_turn_says_what_it_asks_for() -> None:
    points = [
        {"id": "say_name", "label": "Say your name", "must": True, "examples": ["this is Robin"]},
        {
            "id": "repeat_back",
            "label": "Say it back",
            "must": True,
            "weight": 1.5,
            "better": "Friday, I've noted that.",
        },
        {"id": "moment", "label": "A moment", "fact": "moment", "better": "I liked the tour."},
    ]
    written = {"id": "t", "says": "You'll hear on Friday.", "key_points": points}
    own = {"id": "pressuring", "better": "Whenever it suits you."}
    turn = Turn.model_validate({**written, "donts": [*({"id": id} for id in SHIPPED if id != "pressuring"), own]})
    better = {d.id: d.better for d in of_turn(turn, SHIPPED)}
    assert better["pressing_next_steps"] == better["rude"] == "Friday, I've noted that."
    assert better["generic"] == "I liked the tour."
    assert better["pressuring"] == "Whenever it suits you."
    assert better["gift_offer"] == SHIPPED["gift_offer"].better
    bare = Turn.model_validate({"id": "t", "says": "Hello?", "donts": [{"id": "rude"}]})
    assert of_turn(bare, SHIPPED) == (SHIPPED["rude"],)
