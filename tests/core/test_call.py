"""Where a call goes: by what was said, by level, by mood, by seed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.core.call import Call, advance, begin, fresh_seed, line, nearest_level, pick
from trainer.core.scenario import Scenario
from trainer.core.verdict import PointVerdict, Verdict


def scenario(**more: object) -> Scenario:
    base: dict[str, object] = {
        "id": "x",
        "title": "X",
        "turns": [
            {
                "id": "desk",
                "says": ["Hello?", "Yes?"],
                "key_points": [{"id": "name", "label": "Say who calls", "must": True}],
                "donts": [{"id": "rude", "label": "Be short"}, {"id": "hedging", "label": "Hedge", "soft": True}],
            },
            {"id": "person", "says": "Dana here."},
            {"id": "close", "says": "Bye then."},
        ],
    }
    return Scenario.model_validate(base | more)


def verdict(*said: str, committed: tuple[str, ...] = ()) -> Verdict:
    return Verdict(
        tuple(PointVerdict(id, "key_point", id in said, 0.9) for id in ("name",)),
        tuple(PointVerdict(id, "dont", id in committed, 0.9) for id in ("rude", "hedging")),
        50,
        "test",
    )


def with_turn(index: int, **more: object) -> Scenario:
    written = scenario().model_dump(mode="json", exclude_none=True)
    written["turns"][index] |= more
    return Scenario.model_validate(written)


def play(call: Call, *verdicts: Verdict) -> Call:
    for v in verdicts:
        call = advance(call, v, silent=False).call
    return call


def test_a_plain_file_moves_on_after_each_reply_and_never_ends_early() -> None:
    call = begin(scenario(), "normal", 1)
    call = play(call, verdict(committed=("rude",)), verdict(committed=("rude",)))
    assert call.turn.id == "close"
    assert play(call, verdict()).ended == "complete"


def test_a_silent_reply_moves_on_too() -> None:
    assert advance(begin(scenario(), "normal", 1), verdict(), silent=True).call.turn.id == "person"


def test_the_first_branch_that_holds_is_taken() -> None:
    branches = [
        {"when": {"dont": ["rude"]}, "says": "Good day.", "to": "end"},
        {"when": {"hit": ["name"]}, "says": "Putting you through.", "to": "close", "good": True},
    ]
    call = begin(with_turn(0, branches=branches), "normal", 1)
    assert advance(call, verdict("name", committed=("rude",)), silent=False).call.ended == "complete"
    step = advance(call, verdict("name"), silent=False)
    assert (step.call.turn.id, step.says.text if step.says else None) == ("close", "Putting you through.")
    assert advance(call, verdict(), silent=False).call.turn.id == "person"


def test_two_hard_donts_end_a_call_with_a_mood_and_soft_ones_do_not() -> None:
    moody = scenario(mood={"ends_with": "I have to go."})
    call = begin(moody, "normal", 1)
    soft = play(call, verdict("name", committed=("hedging",)), verdict("name", committed=("hedging",)))
    assert soft.ended is None
    call = advance(call, verdict(committed=("rude",)), silent=False).call
    assert call.mood == "cool"
    step = advance(call, verdict(committed=("rude",)), silent=False)
    assert step.call.ended == "ended_by_other_side"
    assert step.says is not None
    assert step.says.text == "I have to go."


def test_a_good_reply_warms_the_other_side_and_being_cut_off_does_not() -> None:
    cut_off = [{"when": {"missed": ["name"]}, "to": "person", "says": "Let me stop you there."}]
    moody = with_turn(0, branches=cut_off).model_copy(update={"mood": scenario(mood={}).mood})
    step = advance(begin(moody, "normal", 1), verdict(), silent=False)
    assert step.says is not None
    assert step.call.mood == "neutral"
    assert advance(begin(moody, "normal", 1), verdict("name"), silent=False).call.mood == "warm"


def test_two_donts_in_one_turn_count_once() -> None:
    moody = with_turn(0, donts=[{"id": "rude", "label": "a"}, {"id": "hedging", "label": "b"}])
    moody = moody.model_copy(update={"mood": scenario(mood={}).mood})
    call = advance(begin(moody, "normal", 1), verdict(committed=("rude", "hedging")), silent=False).call
    assert call.hard_donts == 1


def test_a_missing_must_is_asked_for_once() -> None:
    call = begin(with_turn(0, ask_again="Sorry, who is this?"), "normal", 1)
    call = advance(call, verdict(), silent=False).call
    assert call.turn.id == "desk"
    assert line(call).text == "Sorry, who is this?"
    assert advance(call, verdict(), silent=False).call.turn.id == "person"


def test_an_obstacle_takes_the_line_at_its_level_only() -> None:
    obstacles = [
        {"id": "busy", "levels": ["hard"], "says": "We don't take calls.", "tempts": ["rude"]},
        {"id": "noise", "levels": ["hard"], "says": "The line is bad."},
    ]
    filled = with_turn(0, obstacles=obstacles)
    assert line(begin(filled, "easy", 3)).text in {"Hello?", "Yes?"}
    hard = {line(begin(filled, "hard", seed)).obstacle for seed in range(30)}
    assert hard == {"busy", "noise"}


@given(st.integers(0, 1000), st.sampled_from(["busy", "noise"]))
def test_a_fresh_seed_brings_another_obstacle_where_there_is_one(seed: int, met: str) -> None:
    two = [{"id": id, "levels": ["hard"], "says": "Not now."} for id in ("busy", "noise")]
    filled = with_turn(0, obstacles=two)
    fresh = fresh_seed(filled, "hard", seed, {met})
    assert line(begin(filled, "hard", fresh)).obstacle not in {met, None}
    assert fresh_seed(filled, "hard", seed, ()) == seed
    assert fresh_seed(with_turn(0, obstacles=two[:1]), "hard", seed, {"busy"}) == seed  # there is no other


def test_the_same_seed_says_the_same_words() -> None:
    lines = [line(begin(scenario(), "normal", seed)).text for seed in (1, 1, 2, 3, 4, 5, 6)]
    assert lines[0] == lines[1]
    assert set(lines) == {"Hello?", "Yes?"}


@given(st.integers(0, 2**31), st.text(max_size=20), st.integers(1, 50))
def test_a_pick_is_in_range(seed: int, name: str, count: int) -> None:
    assert 0 <= pick(seed, name, count) < count


@pytest.mark.parametrize(
    ("wanted", "offered", "given_"),
    [("hard", ["normal"], "normal"), ("hard", ["easy", "normal"], "normal"), ("easy", ["normal"], "normal")],
)
def test_a_level_that_is_missing_becomes_the_nearest_lower_one(wanted: str, offered: list[str], given_: str) -> None:
    assert nearest_level(wanted, offered) == given_  # type: ignore[arg-type]
