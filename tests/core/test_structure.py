"""Does a scenario hold together? Each break is an error at its place; what holds together raises none."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer.core.call import holds
from trainer.core.reach import can_fall_through, can_hold
from trainer.core.rows import is_row
from trainer.core.scenario import Branch, Scenario, When
from trainer.core.structure import problems
from trainer.core.verdict import PointVerdict, Verdict
from trainer.written import read

DATA = Path(__file__).parents[1] / "data" / "library"
FULL = (DATA / "full.yaml").read_text(encoding="utf-8")
MINIMAL = (DATA / "minimal.yaml").read_text(encoding="utf-8")
SHIPPED = {"pressuring", "rude", "rambling", "deceiving", "pressing_next_steps"}


def found(text: str, severity: str = "error") -> list[str]:
    """`line: sentence` of each problem."""
    scenario = read(text.encode(), "f", Scenario)
    return [
        f"{scenario.place(p.path)[0]}: {p.sentence}"
        for p in problems(scenario.value, SHIPPED)
        if p.severity == severity
    ]


def broken(old: str, new: str, text: str = FULL) -> list[str]:
    assert text.count(old) >= 1, old
    return found(text.replace(old, new, 1))


def line_of(fragment: str, text: str = FULL) -> int:
    return text[: text.index(fragment)].count("\n") + 1


@pytest.mark.parametrize("text", [FULL, MINIMAL], ids=["full", "minimal"])
def test_what_holds_together_raises_nothing(text: str) -> None:
    assert found(text) == []
    assert found(text, "warning") == []


BREAKS = [
    ("to: contact\n        good", "to: kontact\n        good", '"kontact" is not a later turn or end; did you mean "contact"?'),
    ("      - when: {silent: true}\n        to: close", "      - when: {silent: true}\n        to: desk", 'the branch goes from "desk" to itself'),
    ("hit: [say_name, ask_for_person]", "hit: [say_name, ask_for_persons]", '"ask_for_persons" is not a key point of the turn desk; did you mean "ask_for_person"?'),
    ("when: {dont: [rude]}", "when: {dont: [pressuring]}", '"pressuring" is not a don\'t of the turn desk'),
    ("when: {dont: [rude]}", "when: {dont: [rude], silent: true}", "no verdict takes this branch: a silent reply"),
    ("when: {dont: [rude]}", "when: {hit: [say_name], missed: [say_name]}", 'no verdict takes this branch: "say_name" cannot be both'),
    ("when: {silent: true}", "when: {hit: [say_name, ask_for_person], any_dont: false}", "no verdict takes this branch: the branches above"),
    ("when: {dont: [rude]}", "when: {}", "no verdict takes this branch: the branches above it"),
    ("before: [ask_for_person]", "before: [ask_for_persons]", '"ask_for_persons" is not a key point of the turn desk'),
    ("before: [ask_for_person]", "before: [say_name]", '"say_name" cannot come before itself'),
    ("fact: contact.name", "fact: contact.nam", '"contact.nam" is not a fact; did you mean "contact.name"?'),
    ("fact: contact.name", "fact: contact.name\n        before: [say_name]", "cannot each come before the other"),
    ("id: ask_for_person", "id: say_name", 'the key point "say_name" stands here a second time'),
    ("  - id: close\n", "  - id: desk\n", 'the turn "desk" stands here a second time'),
    ("donts: [rude, rambling, deceiving]", "donts: [rude, rambling, deceiving, rude]", 'the don\'t "rude" stands here a second time'),
    ("donts: [rude, rambling, deceiving]", "donts: [rude, rumbling, deceiving]", '"rumbling" is not one of the shipped don\'ts; did you mean "rambling"?'),
    ("        label: Speak of holidays\n", "", '"own_rule" is not one of the shipped don\'ts; one of your own needs a label'),
    ("tempts: [rude]", "tempts: [rudeness]", '"rudeness" is not a don\'t of the turn desk; did you mean "rude"?'),
    ("tempts: [rude, deceiving]", "tempts: [rude, pressuring]", '"pressuring" is not a don\'t of the turn desk'),
    ("speaker: contact\n    says: I", "speaker: contakt\n    says: I", '"contakt" is not one of the cast; did you mean "contact"?'),
    ("levels: [easy, normal, hard]", "levels: [easy, normal]", "this scenario is not played at the level hard"),
    ("levels: [easy, normal, hard]", "levels: [easy, normal, hard, easy]", 'the level "easy" stands here a second time'),
    ("levels: [hard]\n", "levels: [hard, hard]\n", 'the level "hard" stands here a second time'),
    ("- turn: close", "- turn: closing", '"closing" is not a turn; did you mean "close"?'),
    ("hits: [say_goodbye]", "hits: [say_hello]", '"say_hello" is not a key point of the turn close'),
    ("misses: [say_name]", "misses: [say_goodbye]", '"say_goodbye" is not a key point of the turn desk'),
    ("clean: [deceiving]", "clean: [rude]", '"rude" stands in donts and in clean of one self-test'),
    ("faults: {rude: put me through now}", "faults: {rude: put me thru}", 'the words of "rude" do not stand in the reply'),
    ("faults: {rude: put me through now}", "faults: {pressuring: put me through now}", '"pressuring" is not a don\'t of the turn desk'),
    ("{old_goodbye: say_goodbye}", "{old_goodbye: say_bye}", '"say_bye" is not a key point or don\'t of this scenario'),
    ("{contact.first_name} here.", "{contact.firstname} here.", 'there is no placeholder {contact.firstname}; did you mean "contact.first_name"?'),
    ("{contact.first_name} here.", "{} here.", "an empty placeholder {}"),
    ("{contact.first_name} here.", "{contact.first_name here.", "a brace opens here and is not closed"),
    ("sources: [002-05]", "sources: [002-99]", 'there is no source "002-99"'),
    ("sources: [004-28, E3-promised]", "sources: [004-28, E3-promise]", 'there is no source "E3-promise"'),
    ("label: Thank them", "label: Thank them\n        next_steps: true", '"say_goodbye" is a second question about next steps'),
    ("parking: behind the house", 'parking: "  "', "there is nothing but blanks in this text"),
]  # fmt: skip


# Where the fault shows in another line than the one that was changed: what stands there.
ELSEWHERE = {
    ("when: {dont: [rude]}", "when: {}"): "- when: {silent: true}",
    ("        label: Speak of holidays\n", ""): "- id: own_rule",
    ("levels: [easy, normal, hard]", "levels: [easy, normal]"): "levels: [hard]",
    ("label: Thank them", "label: Thank them\n        next_steps: true"): "- id: say_goodbye",
}


@pytest.mark.parametrize(("old", "new", "sentence"), BREAKS, ids=[b[2][:50] for b in BREAKS])
def test_each_break_is_told_at_its_place(old: str, new: str, sentence: str) -> None:
    errors = broken(old, new)
    assert any(sentence in e for e in errors), errors
    text = FULL.replace(old, new, 1)
    at = line_of(ELSEWHERE[old, new], text) if (old, new) in ELSEWHERE else line_of(old)
    span = range(at, at + (0 if (old, new) in ELSEWHERE else max(old.count("\n"), new.count("\n"))) + 1)
    assert any(sentence in e and int(e.split(":")[0]) in span for e in errors), (errors, at)


def test_a_branch_backwards() -> None:
    text = FULL.replace("    model_answer: When would I start?\n", "    branches: [{to: desk}]\n")
    assert found(text)[0].endswith('the branch goes back to "desk"; branches go to later turns or end')


def test_a_turn_that_no_call_reaches() -> None:
    text = FULL.replace("    model_answer: When would I start?\n", "    branches: [{to: end}]\n")
    text = text.replace("      - when: {silent: true}\n        to: close\n", "")
    assert found(text) == [f'{line_of("  - id: close", text)}: no call reaches the turn "close"']


def test_a_turn_called_end_is_fine_until_a_branch_goes_there() -> None:
    assert found(MINIMAL.replace("id: reception", "id: end")) == []
    assert "rename it" in broken("id: close", "id: end", FULL.replace("to: close", "to: end"))[0]


def test_a_shipped_name_with_a_label_is_never_an_error() -> None:
    assert found(MINIMAL.replace("- pressuring", "- {id: pressuring, label: Hurry them}")) == []


def test_two_questions_about_next_steps_on_two_ways_are_fine() -> None:
    text = FULL.replace("    model_answer: When would I start?\n", "    branches: [{to: end}]\n")
    assert broken("label: Thank them", "label: Thank them\n        next_steps: true", text) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("levels: [easy, normal, hard]", "levels: [hard, normal, easy]", "levels read best in the order"),
        ("must: true", "must: false", '"ask_again" is never said'),
        ("donts: [rude, rambling, deceiving]", "donts: [rude, deceiving]", '"max_words" decides only'),
        ("        examples: [how many days off do I get]\n", "", "easier to judge with a few examples"),
        ("faults: {rude: put me through now}", "faults: {}", "a bad take without a fault"),
    ],
)
def test_what_only_the_author_may_want_to_know_is_a_warning(old: str, new: str, sentence: str) -> None:
    text = FULL.replace(old, new, 1)
    assert found(text) == []
    assert [w for w in found(text, "warning") if sentence in w]


def test_rows_that_exist() -> None:
    for row in ("000-01", "000-53", "001-33", "004-36", "E3-no-calls", "C8-17", "E4", "My coach's advice"):
        assert is_row(row), row
    for row in ("000-00", "000-54", "000-1", "005-01", "E3-never", "E3", "C8-18", "nowhere", "C6-x"):
        assert is_row(row) == (row == "E3"), row


def test_reachability_agrees_with_trying_every_verdict() -> None:
    """Against brute force: every verdict over two key points and two don'ts, silent or not, at each level."""
    import itertools
    import random

    base = read(FULL.encode(), "f", Scenario).value.turns[0]
    turn = base.model_copy(update={"donts": base.donts[:2]})
    points, donts = [p.id for p in turn.key_points], [d.id for d in turn.donts]
    every = []
    for bits in itertools.product([False, True], repeat=4):
        verdict = Verdict(
            tuple(PointVerdict(id, "key_point", hit, 1.0) for id, hit in zip(points, bits[:2], strict=True)),
            tuple(PointVerdict(id, "dont", hit, 1.0) for id, hit in zip(donts, bits[2:], strict=True)),
            None,
            "test",
        )
        every += [(verdict, level, silent) for level in ("easy", "hard") for silent in ((False, True) if not any(bits) else (False,))]  # fmt: skip
    chance = random.Random(7)

    def some(ids: list[str]) -> tuple[str, ...]:
        return tuple(id for id in ids if chance.random() < 0.3)

    for _ in range(400):
        branches = tuple(
            Branch(
                when=When(
                    hit=some(points), any=some(points), missed=some(points), dont=some(donts),
                    any_dont=chance.choice([None, None, True, False]), silent=chance.choice([None, None, True, False]),
                    level=chance.choice([(), (), ("easy",), ("hard",)]),
                ),
                to="end",
            )
            for _ in range(chance.randint(1, 4))
        )  # fmt: skip
        taken = set()
        for verdict, level, silent in every:
            first = (k for k, b in enumerate(branches) if holds(b.when, verdict, level, silent=silent))
            taken.add(next(first, None))
        for k, branch in enumerate(branches):
            assert can_hold(turn, branches[:k], branch.when, ("easy", "hard")) == (k in taken), branches
        played = turn.model_copy(update={"branches": branches})
        assert can_fall_through(played, ("easy", "hard")) == (None in taken), branches
