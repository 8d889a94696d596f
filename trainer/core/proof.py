"""What the judge makes of a scenario's own words: its model answers, its examples, its self-tests.

Pure: the judge comes in as an argument. The scenario has its placeholders filled; paths are those of the file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import combinations
from typing import Literal, Protocol

from rapidfuzz import fuzz

from trainer.core.scenario import KeyPoint, Scenario, Turn
from trainer.core.structure import Path, Problem
from trainer.core.verdict import PointVerdict, Verdict

ALIKE = 93  # likeness (rapidfuzz's ratio, 0 to 100) from which two wordings are one


class Judge(Protocol):
    def __call__(self, turn: Turn, said: str, before: str, /) -> Verdict: ...


def views(
    scenario: Scenario,
    judge: Judge,
    *,
    self_tests: Literal["error", "warning"] = "warning",
    shipped: Collection[str] = (),
) -> list[Problem]:
    """Where the judge sees it otherwise than the author. A failed self-test is as bad as `self_tests` says."""
    found = []
    for i, turn in enumerate(scenario.turns):
        path: Path = ("turns", i)
        found += [*_model_answer(turn, judge, path), *_bad_examples(turn, judge, path, shipped), *_alike(turn, path)]
        found += _without_examples(turn, path)
    return [*found, *(replace(p, severity=self_tests) for p in tests(scenario, judge))]


def tests(scenario: Scenario, judge: Judge) -> Iterator[Problem]:
    """The self-tests that the judge fails."""
    for i, test in enumerate(scenario.self_tests):
        turn = scenario.turn(test.turn)
        if turn is None:
            continue
        verdict = judge(turn, test.reply, _line(turn))
        points, donts = _by_id(verdict.key_points), _by_id(verdict.donts)
        for key, ids, verdicts, wanted, sentence in (
            ("hits", test.hits, points, True, 'this reply was to convey "{}", and the judge does not hear it'),
            ("misses", test.misses, points, False, 'this reply was to miss "{}", and the judge hears it in "{}"'),
            ("donts", test.donts, donts, True, 'this reply was to commit "{}", and the judge does not see it'),
            ("clean", test.clean, donts, False, 'this reply was to be clean of "{}", and the judge sees it in "{}"'),
        ):
            for k, id in enumerate(ids):
                if id in verdicts and verdicts[id].hit != wanted:
                    yield Problem(("self_tests", i, key, k), sentence.format(id, _quote(verdicts[id])))


def _model_answer(turn: Turn, judge: Judge, path: Path) -> Iterator[Problem]:
    if not turn.model_answer:
        return
    verdict = judge(turn, turn.model_answer, _line(turn))
    missed = [p.id for p in verdict.key_points if not p.hit]
    if missed:
        yield Problem(
            (*path, "model_answer"), f"the judge does not hear {', '.join(missed)} in the model answer", "warning"
        )
    for dont in verdict.donts:
        if dont.hit:
            sentence = f'the judge sees "{dont.id}" in the model answer, in "{_quote(dont)}"'
            yield Problem((*path, "model_answer"), sentence, "warning")


def _bad_examples(turn: Turn, judge: Judge, path: Path, shipped: Collection[str]) -> Iterator[Problem]:
    """The author's own examples of a don't set it off, and their innocent wordings do not."""
    for i, dont in enumerate(turn.donts):
        if dont.id in shipped:
            continue
        for key, wordings, wanted in (("examples", dont.examples, True), ("innocent", dont.innocent, False)):
            for k, words in enumerate(wordings):
                if judge(turn, words, _line(turn)).donts[i].hit != wanted:
                    sentence = "does not set off" if wanted else "sets off"
                    yield Problem(
                        (*path, "donts", i, key, k), f'this example {sentence} the don\'t "{dont.id}"', "warning"
                    )


def _alike(turn: Turn, path: Path) -> Iterator[Problem]:
    """Two key points of one turn that cannot be told apart by their labels or examples."""
    for (_, first), (j, second) in combinations(enumerate(turn.key_points), 2):
        if wording := _shared(first, second):
            yield Problem(
                (*path, "key_points", j, "id"),
                f'"{first.id}" and "{second.id}" cannot be told apart: both are said by "{wording}"; make them one, or '
                "give each examples of its own",
                "warning",
            )


def _without_examples(turn: Turn, path: Path) -> Iterator[Problem]:
    """A label says what to convey, not how it is said: without examples the judge has little to go by."""
    for j, point in enumerate(turn.key_points):
        if point.fact:
            continue
        own = [words for words in point.examples if fuzz.ratio(words.lower(), point.label.lower()) < ALIKE]
        if not own:
            has = "repeats its label in its only example" if point.examples else "has no examples"
            sentence = f'"{point.id}" {has}; write two or three sentences that say it, as they would be spoken'
            yield Problem((*path, "key_points", j, "id"), sentence, "warning")


def _shared(first: KeyPoint, second: KeyPoint) -> str | None:
    if first.fact != second.fact or first.twice != second.twice:
        return None
    theirs = [w.lower() for w in (second.label, *second.examples)]
    for words in (first.label, *first.examples):
        if any(fuzz.ratio(words.lower(), other) >= ALIKE for other in theirs):
            return words
    return None


def _line(turn: Turn) -> str:
    return turn.says.neutral[0]


def _by_id(verdicts: tuple[PointVerdict, ...]) -> dict[str, PointVerdict]:
    return {v.id: v for v in verdicts}


def _quote(verdict: PointVerdict) -> str:
    return verdict.evidence.quote if verdict.evidence else ""
