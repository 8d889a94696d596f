"""Does a scenario hold together? Every name that it uses exists, and every part of it can be reached in some call.

Each problem carries its path in the model; the library finds the line and column. Errors keep a scenario from being
played; warnings are for its author.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from trainer.core import placeholders, rows
from trainer.core.reach import Budget, can_fall_through, can_hold
from trainer.core.scenario import END, LEVELS, Branch, Dont, KeyPoint, Scenario, Turn, When

Path = tuple[str | int, ...]
MOST = 50  # problems that are listed at once


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where, and how bad it is."""

    path: Path
    sentence: str
    severity: Literal["error", "warning"] = "error"


def problems(scenario: Scenario, shipped: AbstractSet[str], sources: AbstractSet[str] = frozenset()) -> list[Problem]:
    """Everything that is wrong with a scenario, as its author wrote it, in the order of the file.

    `shipped` are the names of the don'ts that ship; `sources` are rows that exist beside the articles'.
    """
    found = [
        *_call(scenario),
        *(p for i, turn in enumerate(scenario.turns) for p in _turn(scenario, turn, ("turns", i), shipped)),
        *_course(scenario),
        *_tests(scenario, shipped),
        *_blanks(scenario),
        *_sources(scenario, sources),
    ]
    return list(dict.fromkeys(found))


def _call(scenario: Scenario) -> Iterator[Problem]:
    yield from _once([t.id for t in scenario.turns], ("turns",), "turn")
    yield from _levels(scenario.levels, ("levels",))
    if list(scenario.levels) != [level for level in LEVELS if level in scenario.levels]:
        yield Problem(("levels",), "levels read best in the order easy, normal, hard", "warning")
    points = {p.id for t in scenario.turns for p in t.key_points} | {d.id for t in scenario.turns for d in t.donts}
    for old, new in scenario.renamed.items():
        if new not in points:
            yield _unknown(("renamed", old), new, points, "a key point or don't of this scenario")


def _turn(scenario: Scenario, turn: Turn, path: Path, shipped: AbstractSet[str]) -> Iterator[Problem]:
    key_points, donts = {p.id for p in turn.key_points}, {d.id for d in turn.donts}
    if turn.speaker and turn.speaker not in scenario.cast:
        yield _unknown((*path, "speaker"), turn.speaker, scenario.cast, "one of the cast")
    yield from _once([p.id for p in turn.key_points], (*path, "key_points"), "key point")
    yield from _once([d.id for d in turn.donts], (*path, "donts"), "don't")
    yield from _once([o.id for o in turn.obstacles], (*path, "obstacles"), "obstacle")
    for i, point in enumerate(turn.key_points):
        yield from _key_point(scenario, turn, point, (*path, "key_points", i))
    for i, dont in enumerate(turn.donts):
        yield from _dont(dont, (*path, "donts", i), shipped)
    yield from _named(turn.tempts, donts, (*path, "tempts"), f"a don't of the turn {turn.id}")
    for i, obstacle in enumerate(turn.obstacles):
        at = (*path, "obstacles", i)
        yield from _named(obstacle.tempts, donts, (*at, "tempts"), f"a don't of the turn {turn.id}")
        yield from _levels(obstacle.levels, (*at, "levels"))
        if "levels" in obstacle.model_fields_set:
            yield from _offered(scenario, obstacle.levels, (*at, "levels"))
        elif not set(obstacle.levels) & set(scenario.levels):
            yield Problem((*at, "id"), f'the obstacle "{obstacle.id}" is never met at the levels of this scenario')
    for i, branch in enumerate(turn.branches):
        yield from _branch(scenario, turn, branch, (*path, "branches", i), key_points, donts)
    if turn.ask_again and not any(p.must for p in turn.key_points):
        yield Problem((*path, "ask_again"), '"ask_again" is never said: no key point of the turn is a must', "warning")
    if turn.max_words and "rambling" not in donts:
        yield Problem((*path, "max_words"), '"max_words" decides only the don\'t rambling, not listed here', "warning")


def _key_point(scenario: Scenario, turn: Turn, point: KeyPoint, path: Path) -> Iterator[Problem]:
    others = {p.id: p for p in turn.key_points}
    yield from _named(point.before, others, (*path, "before"), f"a key point of the turn {turn.id}")
    for i, other in enumerate(point.before):
        if other == point.id:
            yield Problem((*path, "before", i), f'"{point.id}" cannot come before itself')
        elif other in others and _leads_to(other, point.id, others):
            yield Problem((*path, "before", i), f'"{point.id}" and "{other}" cannot each come before the other')
    if point.fact is not None and point.fact not in {*placeholders.PLACEHOLDERS, *scenario.facts}:
        yield _unknown((*path, "fact"), point.fact, [*placeholders.PLACEHOLDERS, *scenario.facts], "a fact")


def _leads_to(start: str, goal: str, points: dict[str, KeyPoint]) -> bool:
    """Does the order `before` lead from one key point to another?"""
    seen, waiting = set(), [start]
    while waiting:
        id = waiting.pop()
        if id == goal:
            return True
        if id not in seen and id in points:
            seen.add(id)
            waiting.extend(points[id].before)
    return False


def _dont(dont: Dont, path: Path, shipped: AbstractSet[str]) -> Iterator[Problem]:
    if dont.id in shipped:
        return
    if dont.label is None:
        hint = _closest(dont.id, shipped)
        yield Problem(
            (*path, "id"), f'"{dont.id}" is not one of the shipped don\'ts{hint or "; one of your own needs a label"}'
        )
    elif not dont.examples:
        yield Problem((*path, "id"), f'the don\'t "{dont.id}" is easier to judge with a few examples', "warning")


def _branch(
    scenario: Scenario, turn: Turn, branch: Branch, path: Path, key_points: AbstractSet[str], donts: AbstractSet[str]
) -> Iterator[Problem]:
    ids = [t.id for t in scenario.turns]
    here = ids.index(turn.id)
    if branch.to == END and END in ids:
        yield Problem(
            (*path, "to"), 'a turn is called "end", which is where a branch goes that ends the call; rename it'
        )
    elif branch.to != END and branch.to not in ids:
        yield _unknown((*path, "to"), branch.to, [*ids[here + 1 :], END], "a later turn or end")
    elif branch.to != END and branch.to == turn.id:
        yield Problem((*path, "to"), f'the branch goes from "{turn.id}" to itself; branches go to later turns or end')
    elif branch.to != END and branch.to not in ids[here + 1 :]:
        yield Problem((*path, "to"), f'the branch goes back to "{branch.to}"; branches go to later turns or end')
    at, when = (*path, "when"), branch.when
    for key in ("hit", "any", "missed"):
        yield from _named(getattr(when, key), key_points, (*at, key), f"a key point of the turn {turn.id}")
    yield from _named(when.dont, donts, (*at, "dont"), f"a don't of the turn {turn.id}")
    yield from _offered(scenario, when.level, (*at, "level"))


def _course(scenario: Scenario) -> Iterator[Problem]:
    """Branches that no verdict takes, turns that no call reaches, a second question about the next steps."""
    ids = [t.id for t in scenario.turns]
    into: dict[int, list[int]] = {0: []}  # of each turn that is reached, the turns before it
    budget = Budget()
    for i, turn in enumerate(scenario.turns):
        after = set()
        for k, branch in enumerate(turn.branches):
            if not _names_are_known(branch.when, turn, scenario):
                reachable = True  # said already; what follows from it is not
            else:
                reachable = can_hold(turn, turn.branches[:k], branch.when, scenario.levels, budget)
            if not reachable:
                yield Problem(
                    ("turns", i, "branches", k),
                    f"no verdict takes this branch: {_why_never(turn, k, branch.when, scenario)}",
                )
            elif branch.to in ids[i + 1 :]:
                after.add(ids.index(branch.to, i + 1))
        if i + 1 < len(ids) and can_fall_through(turn, scenario.levels, budget):
            after.add(i + 1)
        if i in into:
            for target in after:
                into.setdefault(target, []).append(i)
    for i, turn in enumerate(scenario.turns):
        if i not in into and ids.index(turn.id) == i:
            yield Problem(("turns", i, "id"), f'no call reaches the turn "{turn.id}"')
    yield from _next_steps(scenario, into)


def _names_are_known(when: When, turn: Turn, scenario: Scenario) -> bool:
    key_points, donts = {p.id for p in turn.key_points}, {d.id for d in turn.donts}
    return (
        {*when.hit, *when.any, *when.missed} <= key_points
        and set(when.dont) <= donts
        and set(when.level) <= set(scenario.levels)
    )


def _why_never(turn: Turn, k: int, when: When, scenario: Scenario) -> str:
    if can_hold(turn, (), when, scenario.levels):
        return "the branches above it take every reply that would"
    if both := set(when.hit) & set(when.missed):
        return f'"{min(both)}" cannot be both hit and missed'
    if when.any_dont and not turn.donts:
        return "the turn lists no don'ts"
    if when.silent:
        return "a silent reply conveys nothing and commits nothing"
    return "its conditions exclude each other"


def _next_steps(scenario: Scenario, into: dict[int, list[int]]) -> Iterator[Problem]:
    """rules.md E3: next step, timeline and stage are alternatives, at most one of them a call."""
    asked: dict[int, int] = {}  # most questions on a way to and through each turn
    for i, turn in enumerate(scenario.turns):
        if i not in into:
            continue
        before = max((asked[j] for j in into[i] if j in asked), default=0)
        here = [k for k, p in enumerate(turn.key_points) if p.next_steps]
        asked[i] = before + len(here)
        for k in here if before else here[1:]:
            yield Problem(
                ("turns", i, "key_points", k, "id"),
                f'"{turn.key_points[k].id}" is a second question about next steps on one call; one is the most',
            )


def _tests(scenario: Scenario, shipped: AbstractSet[str]) -> Iterator[Problem]:
    turns = {t.id: t for t in scenario.turns}
    for i, test in enumerate(scenario.self_tests):
        path: Path = ("self_tests", i)
        turn = turns.get(test.turn)
        if turn is None:
            yield _unknown((*path, "turn"), test.turn, turns, "a turn")
            continue
        points, donts = {p.id for p in turn.key_points}, {d.id for d in turn.donts}
        for key, known, what in (
            ("hits", points, "key point"),
            ("misses", points, "key point"),
            ("donts", donts, "don't"),
            ("clean", donts, "don't"),
        ):
            yield from _named(getattr(test, key), known, (*path, key), f"a {what} of the turn {turn.id}")
        for yes, no in (("hits", "misses"), ("donts", "clean")):
            for both in sorted(set(getattr(test, yes)) & set(getattr(test, no))):
                at = getattr(test, no).index(both)
                yield Problem((*path, no, at), f'"{both}" stands in {yes} and in {no} of one self-test')
    for i, take in enumerate(scenario.bad_takes):
        path = ("bad_takes", i)
        turn = turns.get(take.turn)
        if turn is None:
            yield _unknown((*path, "turn"), take.turn, turns, "a turn")
            continue
        listed = {d.id for d in turn.donts}
        for id, words in take.faults.items():
            if id not in listed:
                yield _unknown((*path, "faults", id), id, listed, f"a don't of the turn {turn.id}")
            if words not in take.reply:
                yield Problem((*path, "faults", id), f'the words of "{id}" do not stand in the reply, to the letter')
        if not take.faults:
            yield Problem((*path, "reply"), "a bad take without a fault in it", "warning")


def _blanks(scenario: Scenario) -> Iterator[Problem]:
    facts = ((("facts", key), value) for key, value in scenario.facts.items())
    for path, text in (*placeholders.texts(scenario), *facts):
        if not text.strip():
            yield Problem(path, "there is nothing but blanks in this text")
    known = {*placeholders.PLACEHOLDERS, *scenario.facts, *placeholders.known(scenario, {})}
    wrong = (b for b in placeholders.blanks(scenario) if b.name not in known)
    for blank in islice(wrong, MOST):
        if blank.name is None:
            yield Problem(blank.path, "a brace opens here and is not closed; write {{ for the sign itself")
        elif not blank.name:
            yield Problem(blank.path, "an empty placeholder {}; write {{}} for the signs themselves")
        else:
            hint = _closest(blank.name, known)
            yield Problem(blank.path, f"there is no placeholder {{{blank.name}}}{hint or '; write {{ for a brace'}")


def _sources(scenario: Scenario, further: AbstractSet[str]) -> Iterator[Problem]:
    cited: list[tuple[Path, Sequence[str]]] = []
    if scenario.briefing:
        cited.append((("briefing", "sources"), scenario.briefing.sources))
    for i, turn in enumerate(scenario.turns):
        cited += [(("turns", i, "key_points", k, "sources"), p.sources) for k, p in enumerate(turn.key_points)]
        cited += [(("turns", i, "donts", k, "sources"), d.sources) for k, d in enumerate(turn.donts)]
    for path, sources in cited:
        for k, source in enumerate(sources):
            if source not in further and not rows.is_row(source):
                yield Problem((*path, k), f'there is no source "{source}"; rows look like 000-26 or E3-spacing')


# What several of them say.


def _once(ids: Sequence[str], path: Path, what: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for i, id in enumerate(ids):
        if id in seen:
            yield Problem((*path, i, "id"), f'the {what} "{id}" stands here a second time')
        seen.add(id)


def _named(ids: Sequence[str], known: Iterable[str], path: Path, what: str) -> Iterator[Problem]:
    known = list(known)
    for i, id in enumerate(ids):
        if id not in known:
            yield _unknown((*path, i), id, known, what)


def _levels(levels: Sequence[str], path: Path) -> Iterator[Problem]:
    for i, level in enumerate(levels):
        if level in levels[:i]:
            yield Problem((*path, i), f'the level "{level}" stands here a second time')


def _offered(scenario: Scenario, levels: Sequence[str], path: Path) -> Iterator[Problem]:
    for i, level in enumerate(levels):
        if level not in scenario.levels:
            yield Problem((*path, i), f"this scenario is not played at the level {level}; add it to its levels")


def _unknown(path: Path, word: str, known: Iterable[str], what: str) -> Problem:
    return Problem(path, f'"{word}" is not {what}{_closest(word, known)}')


def _closest(word: str, known: Iterable[str]) -> str:
    from rapidfuzz import fuzz, process

    choices: list[str] = sorted(known)
    ratio: Callable[..., float] = fuzz.ratio
    found = process.extractOne(word, choices, scorer=ratio, score_cutoff=60)
    return f'; did you mean "{found[0]}"?' if found else ""
