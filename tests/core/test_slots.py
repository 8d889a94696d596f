"""Names, numbers, dates and addresses, by value and by sound."""

from __future__ import annotations

import pytest

from trainer.core.normalise import tokens
from trainer.core.scenario import KeyPoint
from trainer.core.slots import asked_for, find, find_date, find_email, find_name, find_number, sort_of, times


@pytest.mark.parametrize(
    "said",
    ["this is Ada Okafor", "it's Ada", "Okafor here", "this is Akifur calling", "it is oak a for speaking"],
)
def test_a_name_is_known_in_full_in_part_and_by_sound(said: str) -> None:
    assert find_name("Ada Okafor", tokens(said))


@pytest.mark.parametrize("said", ["a friend of mine stood in front", "I'd like an offer", "no name here"])
def test_everyday_words_are_not_names(said: str) -> None:
    assert not find_name("Craig Farrant", tokens(said))
    assert not find_name("Ada Okafor", tokens(said))


def test_titles_and_callings_are_no_part_of_a_name() -> None:
    assert not find_name("Mrs Helen Farraday, principal", tokens("good morning mrs principal"))
    assert find_name("Mrs Helen Farraday, principal", tokens("good morning helen"))


@pytest.mark.parametrize(
    ("said", "how"),
    [
        ("it's 020 7946 0385", "value"),
        ("oh two oh seven nine four six and then zero three eight five", "value"),
        ("zero two zero, seven nine four six, oh three eight five", "value"),
        ("7946 0385", "part"),
        ("oh two oh seven nine four six oh three eight nine", "misheard"),
        ("0161 496 0150", "wrong"),
    ],
)
def test_a_wrong_number_is_told_from_a_misheard_one(said: str, how: str) -> None:
    assert [f.how for f in find_number("020 7946 0385", tokens(said))] == [how]


def test_a_number_said_twice_is_found_twice() -> None:
    said = tokens("555 0142 that's five five five oh one four two")
    assert len(find_number("555 0142", said)) == 2
    assert len(find_number("555 0142", tokens("555 0142 555 0142"))) == 2


@pytest.mark.parametrize("said", ["on March third", "the third of March", "3rd March", "that Tuesday", "on the 3rd"])
def test_a_date_is_known_by_any_part_that_settles_it(said: str) -> None:
    assert find_date("Tuesday 3 March", tokens(said))


@pytest.mark.parametrize("said", ["on March fourth", "three people", "that Monday"])
def test_another_date_is_not_it(said: str) -> None:
    assert not find_date("Tuesday 3 March", tokens(said))


def test_an_address_as_it_is_spoken() -> None:
    assert find_email("robin.hale@mail.com", tokens("robin dot hale at mail dot com"))
    assert find_email("robin.hale@mail.com", tokens("it's robin.hale@mail.com"))
    assert not find_email("robin.hale@mail.com", tokens("robin hale at work"))


@pytest.mark.parametrize(
    ("key", "value", "sort"),
    [
        ("me.phone", "312 555 0147", "phone"),
        ("name", "Robin Hale", "name"),
        ("interviewer", "Priya Anand", "name"),
        ("contact.name", "Grace", "name"),
        ("company", "Hale and Sons", "company"),
        ("interview.on", "2026-11-03", "date"),
        ("promised", "Friday 13 March", "date"),
        ("mail", "a@b.com", "email"),
        ("fact", "cut missed appointments by 22 percent", "words"),
    ],
)
def test_what_kind_of_thing_a_fact_is(key: str, value: str, sort: str) -> None:
    assert sort_of(key, value) == sort


def test_what_a_point_asks_for_is_seen_from_its_examples() -> None:
    point = KeyPoint(id="number", label="Leave a number", examples=("my number is 555 0142", "I'm on 555 0142"))
    facts = {"name": "Robin Hale", "phone": "555 0142"}
    assert [(f.key, share) for f, share in asked_for(point, facts)] == [("phone", 1.0)]
    named = point.model_copy(update={"fact": "name"})
    assert [f.key for f, _ in asked_for(named, facts)] == ["name"]
    assert find(asked_for(point, facts)[0][0], tokens("five five five oh one four two"))


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("at half past nine", {"9:30"}),
        ("so nine thirty it is", {"9:30"}),
        ("9:30, then", {"9:30"}),
        ("a quarter to one", {"12:45"}),
        ("ten o'clock or at eleven", {"10:00", "11:00"}),
        ("my number is five five five oh one four two", set()),
        ("call me at 555 0142 on the tenth", set()),
    ],
)
def test_times_of_day_are_read_however_they_are_said(words: str, named: set[str]) -> None:
    assert times(tokens(words)) == named
