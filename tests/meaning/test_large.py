"""The large reader: it knows the shipped don'ts, also under other names, and says nothing of what it does not know."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from trainer.core.judging import Pair, Question, Reading
from trainer.meaning.onnx import OnnxMeaning

ASSETS = Path(__file__).parents[2] / "assets" / "judge"
BUS = "I only did badly on the test because the bus broke down and I came in all of a lather."
CALM = "Thank you for your time on Tuesday, and there is no hurry at all on my side."
EXCUSES = Question("dont", "excuses", "Makes excuses", ("I was tired that day", "The traffic was dreadful"))
PAY = ("What would I be on a month?", "Could we talk about the salary?", "How many days off would I get?")
PAY_HERE = Question("dont", "talks_money", "Brings up money", PAY)
WRONG = Question("dont", "wrong_firm", "Takes them for another firm", ("Is this Acme Trucks?", "I applied at Brown's"))
THANKS = Question("key_point", "thanks", "Thanks for the interview", ("Thank you for seeing me",))


@pytest.fixture(scope="module")
def meaning() -> OnnxMeaning:
    return OnnxMeaning(ASSETS)


def look(meaning: OnnxMeaning, question: Question, words: str) -> Reading:
    return meaning.read([Pair(question, "", words, closely=True)])[0]


def test_it_tells_an_excuse_from_none(meaning: OnnxMeaning) -> None:
    excuse, calm = look(meaning, EXCUSES, BUS), look(meaning, EXCUSES, CALM)
    assert excuse.large is not None
    assert calm.large is not None
    assert excuse.large > 1
    assert calm.large < -1
    assert not excuse.akin


def test_a_dont_under_another_name_is_read_as_the_one_that_its_examples_commit(meaning: OnnxMeaning) -> None:
    asked = look(meaning, PAY_HERE, "Before we go on, what does the position pay, roughly?")
    named = look(
        meaning, Question("dont", "pay_or_leave", "", ()), "Before we go on, what does the position pay, roughly?"
    )
    assert asked.akin
    assert asked.large == named.large
    assert asked.large is not None
    assert asked.large > 0


def test_of_a_dont_that_is_like_none_it_says_nothing(meaning: OnnxMeaning) -> None:
    reading = look(meaning, WRONG, "Is this Acme Trucks?")
    assert (reading.large, reading.akin) == (None, False)


def test_it_is_asked_about_donts_alone_and_only_where_it_pays(meaning: OnnxMeaning) -> None:
    assert look(meaning, THANKS, CALM).large is None
    assert meaning.read([Pair(EXCUSES, "", BUS)])[0].large is None


def test_a_long_reply_that_the_small_network_finds_harmless_is_not_looked_at_again(meaning: OnnxMeaning) -> None:
    harmless = look(meaning, EXCUSES, f"{CALM} Could you tell me when you expect to decide? {CALM}")
    assert harmless.likelihood < 0.01
    assert harmless.large is None
    assert look(meaning, EXCUSES, f"{CALM} {CALM} {BUS}").large is not None


def test_one_doubtful_dont_has_the_whole_reply_looked_at(meaning: OnnxMeaning) -> None:
    words = f"{CALM} {CALM} {BUS}"
    both = meaning.read([Pair(q, "", words, closely=True) for q in (PAY_HERE, EXCUSES)])
    assert both[0].likelihood < 0.1
    assert both[0].large is not None


def test_an_excuse_at_the_end_of_a_long_reply_is_seen(meaning: OnnxMeaning) -> None:
    long = look(meaning, EXCUSES, f"{CALM} " * 30 + BUS)
    assert long.large is not None
    assert long.large > 1


def test_other_texts_beside_it_change_nothing() -> None:
    first, second = OnnxMeaning(ASSETS), OnnxMeaning(ASSETS)
    look(second, PAY_HERE, CALM)
    look(second, EXCUSES, f"{CALM} {BUS}")
    assert look(first, EXCUSES, BUS).large == pytest.approx(look(second, EXCUSES, BUS).large, abs=1e-4)


def test_a_later_look_gives_the_same(meaning: OnnxMeaning) -> None:
    assert [look(meaning, EXCUSES, BUS) for _ in range(3)] == [look(meaning, EXCUSES, BUS)] * 3


def test_several_threads_get_what_one_gets(meaning: OnnxMeaning) -> None:
    asked = [(q, f"{words} {n}") for n in range(4) for q in (EXCUSES, PAY_HERE) for words in (BUS, CALM)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda a: look(meaning, *a), asked))
    for one, (question, words) in zip(together, asked, strict=True):
        alone = look(OnnxMeaning(ASSETS) if words == f"{BUS} 0" else meaning, question, words)
        assert one.large == pytest.approx(alone.large, abs=1e-4)
        assert one.likelihood == pytest.approx(alone.likelihood, abs=1e-4)
