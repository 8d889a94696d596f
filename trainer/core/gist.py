"""What choosing what to practise needs to know of a scenario: few and plain values, quickly read from a cache."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the models of scenarios are not loaded to say what is due
    from trainer.core.scenario import Scenario, Turn


@dataclass(frozen=True, slots=True)
class PointGist:
    """A key point or a don't."""

    id: str
    label: str | None
    must: bool = False


@dataclass(frozen=True, slots=True)
class TurnGist:
    id: str
    key_points: tuple[PointGist, ...]
    donts: tuple[PointGist, ...]
    tempting: frozenset[str]


@dataclass(frozen=True, slots=True)
class Gist:
    id: str
    title: str
    family: str
    rung: int | None
    renamed: Mapping[str, str]
    needs: frozenset[str]  # the blanks that an application has to fill
    turns: tuple[TurnGist, ...]


if TYPE_CHECKING:
    AnyScenario = Scenario | Gist
    AnyTurn = Turn | TurnGist


def gist_of(scenario: Scenario) -> Gist:
    """`scenario` with its don'ts complete."""
    from trainer.core.placeholders import needs

    turns = tuple(
        TurnGist(
            turn.id,
            tuple(PointGist(p.id, p.label, p.must) for p in turn.key_points),
            tuple(PointGist(d.id, d.label) for d in turn.donts),
            turn.tempting,
        )
        for turn in scenario.turns
    )
    return Gist(scenario.id, scenario.title, scenario.family, scenario.rung, scenario.renamed, needs(scenario), turns)


def to_json(gist: Gist) -> bytes:
    """On one line."""
    turns = [
        [t.id, [[p.id, p.label, p.must] for p in t.key_points], [[d.id, d.label] for d in t.donts], sorted(t.tempting)]
        for t in gist.turns
    ]
    return json.dumps(
        [gist.id, gist.title, gist.family, gist.rung, dict(gist.renamed), sorted(gist.needs), turns]
    ).encode()


def from_json(written: bytes) -> Gist:
    """What `to_json` wrote. Raises ValueError for anything else."""
    try:
        id, title, family, rung, renamed, needs, turns = json.loads(written)
        return Gist(
            id,
            title,
            family,
            rung,
            dict(renamed),
            frozenset(needs),
            tuple(
                TurnGist(
                    turn,
                    tuple([PointGist(*p) for p in key_points]),
                    tuple([PointGist(*d) for d in donts]),
                    frozenset(tempting),
                )
                for turn, key_points, donts, tempting in turns
            ),
        )
    except TypeError as fault:
        raise ValueError("this is no gist") from fault
