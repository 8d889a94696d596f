"""A call drawn as a tree: each turn with its lines, points, obstacles by level, and where it goes from there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trainer.core.scenario import END, LEVELS, Branch, KeyPoint, Lines, Scenario, Turn, When

Tree = tuple[str, "list[Tree]"]


def outline(scenario: Scenario, *, plain: bool = False) -> list[str]:
    """The lines of the tree; `plain` draws it by indentation alone, for screen readers."""
    head = [
        f"{scenario.id}: {scenario.title}",
        f"type {scenario.family}, levels {', '.join(scenario.levels)}"
        + (f", for {scenario.purpose}" if scenario.purpose else "")
        + (", they call you" if scenario.inbound else ""),
    ]
    if scenario.briefing:
        head.append(f"why: {scenario.briefing.why}")
    trees = [_turn(scenario, i) for i in range(len(scenario.turns))]
    counts = [(len(scenario.self_tests), "self-tests"), (len(scenario.bad_takes), "bad takes")]
    if any(n for n, _ in counts):
        trees.append((", ".join(f"{n} {what[: None if n > 1 else -1]}" for n, what in counts if n), []))
    return [*head, *(_indented(trees, 0) if plain else _drawn(trees, ""))]


def _turn(scenario: Scenario, position: int) -> Tree:
    turn = scenario.turns[position]
    inside: list[Tree] = []
    if turn.situation:
        inside.append((f"({turn.situation})", []))
    sounds = "".join(f"[{s}] " for s in turn.sound)
    after = "".join(f" [{s}]" for s in turn.then_sound)
    inside += [(f"{_who(scenario, turn)}: {sounds}{line}{after}", []) for line in _wordings(turn.says)]
    if turn.key_points:
        inside.append(("key points", [(_point(p), []) for p in turn.key_points]))
    if turn.donts:
        inside.append(("don'ts: " + ", ".join(d.id + (" (soft)" if d.is_soft else "") for d in turn.donts), []))
    inside += _obstacles(scenario, turn)
    inside.append(("then", _ways(scenario, position)))
    return (f"turn {turn.id}", inside)


def _who(scenario: Scenario, turn: Turn) -> str:
    person = scenario.cast.get(turn.speaker) if turn.speaker else None
    return (person.name or person.role if person else None) or turn.speaker or "They"


def _wordings(says: Lines) -> Iterator[str]:
    yield from says.neutral
    for mood, lines in (("warm", says.warm), ("cool", says.cool)):
        yield from (f"{line} ({mood})" for line in lines or ())


def _point(point: KeyPoint) -> str:
    marks = [
        *(["must"] if point.must else []),
        *([f"weight {point.weight:g}"] if point.weight != 1 else []),
        *(["said twice"] if point.twice else []),
        *([f"before {', '.join(point.before)}"] if point.before else []),
        *(["the question about next steps"] if point.next_steps else []),
    ]
    return f"{point.id}: {point.label}" + (f" ({', '.join(marks)})" if marks else "")


def _obstacles(scenario: Scenario, turn: Turn) -> Iterator[Tree]:
    for level in LEVELS:
        met = [o for o in turn.obstacles if level in o.levels and level in scenario.levels]
        if met:
            yield (f"obstacles, {level}", [(f"{o.id}: {o.says.neutral[0]}", []) for o in met])


def _ways(scenario: Scenario, position: int) -> list[Tree]:
    turn = scenario.turns[position]
    ways: list[Tree] = []
    if turn.ask_again:
        ways.append((f"once, a must missed: {turn.ask_again.neutral[0]}", []))
    ways += [(_branch(b), []) for b in turn.branches]
    if not any(b.when == When() for b in turn.branches):
        onward = scenario.turns[position + 1].id if position + 1 < len(scenario.turns) else END
        ways.append((f"{'else' if turn.branches else 'always'} -> {onward}", []))
    return ways


def _branch(branch: Branch) -> str:
    says = f' "{branch.says.neutral[0]}"' if branch.says else ""
    return f"{_condition(branch.when)} -> {branch.to}{' (good)' if branch.good else ''}{says}"


def _condition(when: When) -> str:
    parts = [
        *(["hit " + " and ".join(when.hit)] if when.hit else []),
        *(["hit " + " or ".join(when.any)] if when.any else []),
        *(["missed " + " and ".join(when.missed)] if when.missed else []),
        *(["committed " + " or ".join(when.dont)] if when.dont else []),
        *([] if when.any_dont is None else ["some don't" if when.any_dont else "no don't"]),
        *([] if when.silent is None else ["silent" if when.silent else "not silent"]),
        *(["at " + " or ".join(when.level)] if when.level else []),
    ]
    return "if " + ", ".join(parts) if parts else "always"


def _drawn(trees: Sequence[Tree], indent: str) -> Iterator[str]:
    for i, (text, inside) in enumerate(trees):
        last = i == len(trees) - 1
        yield f"{indent}{'└─ ' if last else '├─ '}{text}"
        yield from _drawn(inside, indent + ("   " if last else "│  "))


def _indented(trees: Sequence[Tree], depth: int) -> Iterator[str]:
    for text, inside in trees:
        yield f"{'  ' * depth}{text}"
        yield from _indented(inside, depth + 1)
