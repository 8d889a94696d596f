"""How often a judge errs is said in plain words, of the judges that were measured."""

from __future__ import annotations

from trainer.core import reliability
from trainer.core.judging import judge
from trainer.core.scenario import Turn
from trainer.wiring import App


def test_both_judges_that_ship_say_how_often_they_err() -> None:
    """New weights have to be measured before they ship."""
    meaning = App().meaning
    assert meaning is not None
    for name in (meaning.name, judge(Turn.model_validate({"id": "t", "says": "Hello?"}), "Hello.").judge):
        said = reliability.in_words(name)
        assert said is not None, name
        assert "trainer dispute" in said


def test_of_other_weights_nothing_is_claimed() -> None:
    assert reliability.in_words("judge/0-abcdef01") is None
