"""The shipped calls: each can be played along every branch at every level, sounds like a telephone, and is judged as it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from trainer.core import application, call
from trainer.core.call import Call
from trainer.core.judging import judge
from trainer.core.placeholders import fill, known
from trainer.core.proof import views
from trainer.core.scenario import LEVELS, Level, Lines, Scenario, Turn
from trainer.core.sources import ARTICLES
from trainer.core.verdict import Kind, PointVerdict, Verdict
from trainer.library import BESIDE, Library
from trainer.settings import shipped

FOLDER = shipped("scenarios")
FILES = sorted(path for path in FOLDER.glob("*.yaml") if path.name not in BESIDE)
MOST_WORDS = 38  # fifteen seconds at the pace of a telephone call
FACTS = application.values(application.SAMPLE, date(2026, 11, 5))
LIBRARY = Library(FOLDER, Path("nowhere"))

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@cache
def filled(path: Path) -> Scenario:
    return fill(LIBRARY.resolved(LIBRARY.check(path.read_bytes(), str(path)).read.value), known(written(path), FACTS))


@cache
def written(path: Path) -> Scenario:
    return LIBRARY.check(path.read_bytes(), str(path)).read.value


def test_there_is_a_deck():
    assert len(FILES) >= 9


@every_file
def test_a_call_has_its_parts(path: Path):
    scenario = written(path)
    assert scenario.id == path.stem
    assert scenario.levels == LEVELS
    assert 10 <= (scenario.rung or 0) <= 90
    assert scenario.mood
    assert scenario.mood.ends_with
    assert any(turn.obstacles for turn in scenario.turns)
    assert any(branch.good for turn in scenario.turns for branch in turn.branches)
    assert {"polite_close", "repeat_back"} & {p.id for turn in scenario.turns for p in turn.key_points}
    assert any(take.subtle for take in scenario.bad_takes)
    assert len(scenario.self_tests) >= 3
    assert any(test.donts for test in scenario.self_tests)


@every_file
def test_the_briefing_names_articles_that_exist(path: Path):
    scenario = written(path)
    briefing = scenario.briefing
    assert briefing
    assert briefing.at_hand or scenario.inbound  # a call that comes in is not prepared for
    assert briefing.sources
    assert set() < set(briefing.articles) <= set(ARTICLES.values())


@every_file
def test_every_line_has_three_wordings_that_can_be_said_in_fifteen_seconds(path: Path):
    for name, lines in spoken(filled(path)):
        for mood in ("warm", "neutral", "cool"):
            wordings = getattr(lines, mood)
            if wordings is None:
                continue
            assert len(set(wordings)) >= 3, (name, mood)
            for wording in wordings:
                assert len(wording.split()) <= MOST_WORDS, (name, wording)
                assert not re.search(r"[{}\n*_<>]", wording), (name, wording)


@every_file
def test_nobody_greets_themselves(path: Path):
    """'Hello, Grace.' from Grace sounds as if she took the caller for Grace; 'Hello, Grace here.' does not."""
    scenario = filled(path)
    for turn in scenario.turns:
        name = scenario.cast[turn.speaker].name if turn.speaker else None
        if not name or turn.speaker == "mailbox":
            continue
        names = "|".join(map(re.escape, (name, *name.split())))
        greets = re.compile(rf"(^|[.!?] )(hello|hi|good \w+|morning),? ({names})[.!?,](?! \w+ here)", re.IGNORECASE)
        as_greeting = re.compile(rf"^({names})!")
        for lines in (turn.says, *(o.says for o in turn.obstacles)):
            for wording in (*(lines.warm or ()), *lines.neutral, *(lines.cool or ())):
                assert not as_greeting.search(wording), wording
                if found := greets.search(wording):
                    assert wording[found.end() - 1] == ",", wording
                    assert FACTS["company"] in wording, wording


@every_file
def test_a_reply_that_says_nothing_is_never_praised(path: Path):
    """Neither silence, nor talk of something else, takes the good way where a must is asked for."""
    scenario = filled(path)
    for i, turn in enumerate(scenario.turns):
        if any(point.must for point in turn.key_points):
            now = replace(call.begin(scenario, "normal", seed=7), position=i, asked_again=True)
            branch = call.advance(now, verdict(turn, set(), set()), silent=False).branch
            assert branch is None or not branch.good, turn.id


@every_file
def test_every_point_can_be_learnt_from(path: Path):
    for turn in written(path).turns:
        assert turn.model_answer, turn.id
        assert turn.help, turn.id
        for point in turn.key_points:
            assert 4 <= len(point.examples) <= 6, (turn.id, point.id)
            assert point.better, (turn.id, point.id)
            assert point.sources, (turn.id, point.id)
        for obstacle in turn.obstacles:
            assert obstacle.response, (turn.id, obstacle.id)


@every_file
def test_every_branch_is_taken_and_every_way_comes_to_an_end(path: Path):
    scenario = filled(path)
    taken = set()
    for level in LEVELS:
        branches, turns = played(call.begin(scenario, level, seed=7))
        assert turns == {turn.id for turn in scenario.turns}, level
        taken |= branches
    assert taken == {(turn.id, k) for turn in scenario.turns for k in range(len(turn.branches))}


@every_file
def test_obstacles_come_at_the_harder_levels_only(path: Path):
    scenario = filled(path)
    met = {level: obstacles_met(scenario, level) for level in LEVELS}
    assert not met["easy"]
    assert met["normal"] <= met["hard"] or met["normal"]
    assert met["hard"]


@every_file
def test_two_hard_donts_end_the_call(path: Path):
    scenario = filled(path)
    now, lines = call.begin(scenario, "normal", seed=3), []
    while not now.ended:
        committed = next(d.id for d in now.turn.donts if not d.is_soft)
        now, said = (step := call.advance(now, verdict(now.turn, set(), {committed}), silent=False)).call, step.says
        lines.append(said.text if said else "")
    assert now.ended in ("ended_by_other_side", "complete")
    assert now.hard_donts <= call.HARD_DONTS_BEFORE_THE_END
    assert lines[-1]


@every_file
def test_the_judge_sees_it_as_the_author_does(path: Path):
    scenario, facts = filled(path), known(written(path), FACTS)
    found = views(
        scenario,
        lambda turn, said, before: judge(turn, said, before=before, facts=facts, family=scenario.family),
        self_tests="error",
        shipped=LIBRARY.donts.keys(),
    )
    assert not found, [f"{problem.path}: {problem.sentence}" for problem in found]


def test_a_point_that_calls_of_a_family_share_means_one_thing():
    facts: dict[tuple[str, str], set[str | None]] = {}
    asks: dict[tuple[str, str], set[bool]] = {}
    for scenario in map(written, FILES):
        for turn in scenario.turns:
            for point in turn.key_points:
                facts.setdefault((scenario.family, point.id), set()).add(point.fact)
                asks.setdefault((scenario.family, point.id), set()).add(point.next_steps)
    assert not {card: kinds for card, kinds in facts.items() if len(kinds - {None}) > 1}
    assert not {card for card, kinds in asks.items() if len(kinds) > 1}


# Playing without words: each reply is a verdict made to take a branch.


def played(start: Call) -> tuple[set[tuple[str, int]], set[str]]:
    """Every branch and turn that some call of this level takes; each says something, and none goes on for ever."""
    branches, turns, waiting = set(), set(), [start]
    while waiting:
        now = waiting.pop()
        if now.turn.id in turns:
            continue
        turns.add(now.turn.id)
        assert call.line(now).text
        now = replace(now, asked_again=True, hard_donts=0)  # so that a branch is taken at once
        assert call.line(now).text
        for hits, donts in replies(now.turn):
            step = call.advance(now, verdict(now.turn, hits, donts), silent=False)
            if step.branch is not None:
                branches.add((now.turn.id, now.turn.branches.index(step.branch)))
                assert step.says is None or step.says.text
            if step.call.ended:
                assert step.call.ended == "complete"
            else:
                assert step.call.position > now.position
                waiting.append(step.call)
    return branches, turns


def replies(turn: Turn) -> Iterator[tuple[set[str], set[str]]]:
    """Every choice of the points that a branch waits for, without a don't, with one, and with each that it waits for."""
    points = sorted({id for b in turn.branches for id in (*b.when.hit, *b.when.any, *b.when.missed)})
    named = sorted({id for b in turn.branches for id in b.when.dont})
    for count in range(len(points) + 1):
        for hits in combinations(points, count):
            yield from ((set(hits), donts) for donts in (set(), _harmless(turn), *({id} for id in named)))


def _harmless(turn: Turn) -> set[str]:
    """A don't that no branch waits for by name."""
    named = {id for branch in turn.branches for id in branch.when.dont}
    return set([d.id for d in turn.donts if d.id not in named and not d.is_soft][:1])


def verdict(turn: Turn, hits: set[str], donts: set[str]) -> Verdict:
    def point(id: str, kind: Kind, hit: bool) -> PointVerdict:
        return PointVerdict(id, kind, hit, 1.0)

    return Verdict(
        tuple(point(p.id, "key_point", p.id in hits) for p in turn.key_points),
        tuple(point(d.id, "dont", d.id in donts) for d in turn.donts),
        None,
        "by hand",
    )


def obstacles_met(scenario: Scenario, level: Level) -> set[str]:
    return {
        line.obstacle
        for seed in range(12)
        for i in range(len(scenario.turns))
        if (line := call.line(replace(call.begin(scenario, level, seed), position=i))).obstacle
    }


def spoken(scenario: Scenario) -> Iterator[tuple[str, Lines]]:
    """Everything that the other side may say, each with a name for messages."""
    if scenario.mood and scenario.mood.ends_with:
        yield "ends_with", scenario.mood.ends_with
    for turn in scenario.turns:
        yield turn.id, turn.says
        if turn.ask_again:
            yield f"{turn.id}, again", turn.ask_again
        for obstacle in turn.obstacles:
            yield f"{turn.id}, {obstacle.id}", obstacle.says
        for branch in turn.branches:
            if branch.says:
                yield f"{turn.id} to {branch.to}", branch.says
