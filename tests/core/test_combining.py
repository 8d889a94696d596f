"""What a look by the large reader, and few don'ts, add to a verdict."""

from __future__ import annotations

import pytest

from trainer.core.combining import Weights, combine, logit_of, weight_of_look
from trainer.core.normalise import tokens
from trainer.core.rubric import rubric
from trainer.core.scenario import Turn
from trainer.core.signs import MANY, Signs, hear, signs

WEIGHTS = Weights(bias=-1.0, model=1.0, large=2.0, known=-0.5, akin=0.5, related=0.25, few=1.5)


def found(donts: int) -> Signs:
    rows = [{"id": f"d{n}", "label": f"does {n}"} for n in range(donts)]
    turn = Turn.model_validate({"id": "t", "says": "Hello?", "donts": rows})
    ready = rubric(turn, ())
    return signs(ready, hear(ready, tokens("thank you")))[0]


def logit(signs: Signs, large: float | None, *, akin: bool = False) -> float:
    return logit_of(combine(signs, WEIGHTS, 0.5, large=large, akin=akin).likelihood)


def test_a_look_at_this_dont_and_at_one_like_it_weigh_their_own() -> None:
    s = found(MANY)
    nothing = logit(s, None)
    look = 0.4 * weight_of_look(s.brief)
    assert logit(s, 0.4) - nothing == pytest.approx(2.0 * look - 0.5)
    assert logit(s, 0.4, akin=True) - nothing == pytest.approx(0.5 * look + 0.25)


def test_a_look_at_a_sentence_is_believed_five_times_as_much_as_one_at_a_long_reply() -> None:
    assert (weight_of_look(0.0), weight_of_look(1.0)) == (1.0, 5.0)


def test_the_fewer_donts_the_less_each_needs() -> None:
    few = [found(n).few for n in (1, 2, 3, MANY, 12)]
    assert few[0] == 1.0
    assert few == sorted(few, reverse=True)
    assert few[-2:] == [0.0, 0.0]
    assert logit(found(1), None) - logit(found(12), None) == pytest.approx(1.5)


def test_a_turn_without_donts_is_no_special_case() -> None:
    turn = Turn.model_validate({"id": "t", "says": "Hello?", "key_points": [{"id": "k", "label": "says thanks"}]})
    ready = rubric(turn, ())
    sign = signs(ready, hear(ready, tokens("thank you")))[0]
    assert sign.few == 1.0
    assert combine(sign, WEIGHTS, 0.5).likelihood > 0
