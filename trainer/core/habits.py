"""Don'ts that show in how often or how long something is said, not in any one phrase: counted, not compared."""

from __future__ import annotations

from collections.abc import Sequence

from trainer.core.normalise import Token
from trainer.core.wordlists import listed

SORRY = frozenset(listed("sorry apologise apologize apologies apologising apologizing forgive pardon"))
ASKS = frozenset(listed("why who whose what how when where which"))
VERBS = frozenset(listed("is are was were did do does will would can could has have should"))
HEDGES = frozenset(listed("maybe perhaps possibly guess suppose probably somehow kinda sorta"))
HEDGING_PAIRS = frozenset({("kind", "of"), ("sort", "of"), ("a", "bit"), ("not", "sure"), ("just", "wondering")})


def apologies(said: Sequence[Token]) -> list[int]:
    """Where the speaker says sorry; 'sorry to hear' is sympathy."""
    return [
        i
        for i, t in enumerate(said)
        if t.text in SORRY and not (i + 2 < len(said) and said[i + 2].text in ("hear", "hearing", "learn"))
    ]


def questions(said: Sequence[Token]) -> list[int]:
    """Where a question starts: a question word before a verb, or a verb before 'you' or 'there'."""
    out = []
    for i, token in enumerate(said[:-1]):
        after = said[i + 1].text
        before = said[i - 1].text if i else ""
        then = said[i + 2].text if i + 2 < len(said) else ""
        wh = token.text in ASKS and (
            after in VERBS
            or after in ("many", "long", "much", "come", "else", "exactly", "not")
            or (token.text in ("who", "what") and after in ("decides", "happens"))
        )
        added = token.text == "which" and i and after in VERBS  # '… in Oslo, which is cold'
        inverted = token.text in VERBS and after in ("you", "there", "they", "she", "he", "it")
        stated = before in STATED and (before, after) != ("and", "there")
        if (wh and not added and before not in ("know", "knows", "is", "of", "that", "about")) or (
            inverted and not stated and then not in RHETORICAL
        ):
            out.append(i)
    return [p for n, p in enumerate(out) if not n or p - out[n - 1] > 2]


RHETORICAL = frozenset(listed("imagine believe"))
STATED = frozenset(listed("i you we they that it what who which where when how and there he she as so"))


def step_questions(said: Sequence[Token]) -> list[int]:
    """Questions about steps and dates; when somebody can be reached is none of them."""
    asked = questions(said)
    out = []
    for n, at in enumerate(asked):
        end = asked[n + 1] if n + 1 < len(asked) else len(said)
        words = {t.text for t in said[at : min(end, at + QUESTION_REACH)]}
        if words & STEPS and not words & REACHING:
            out.append(at)
    return out


QUESTION_REACH = 10  # tokens that a question is taken to last
STEPS = frozenset(
    listed("next step steps stage stages round rounds happens decide decides decided decision deciding hear timeline")
    + listed("start long day date soon after then chances chance interview interviews")
)
REACHING = frozenset(listed("reach catch back speak talk repeat again"))


def hedges(said: Sequence[Token]) -> list[int]:
    """Where the speaker takes the words back: maybe, kind of, I guess."""
    out = [i for i, t in enumerate(said) if t.text in HEDGES]
    out += [i for i in range(len(said) - 1) if (said[i].text, said[i + 1].text) in HEDGING_PAIRS]
    return sorted(out)


def longest_gap(count: int, told: Sequence[tuple[int, int]], exempt_from: int) -> tuple[int, int]:
    """(first, last) of the longest run of words in which no point was told, up to where the closing thanks start."""
    best, start = (0, 0), 0
    for first, last in sorted([*told, (exempt_from, count)]):
        if first - start > best[1] - best[0]:
            best = (start, first)
        start = max(start, last)
    return best


def counted(dont: str, said: Sequence[Token]) -> float:
    """How often a shipped don't that is counted was done, 0 to 1; 0 for one that isn't."""
    match dont:
        case "over_apologising":
            return min(1.0, max(0, len(apologies(said)) - 1) / 3)
        case "cross_questioning":
            return min(1.0, max(0, len(questions(said)) - 1) / 3)
        case "pressing_next_steps":
            return min(1.0, max(0, len(step_questions(said)) - 1) / 2)
        case "hedging":
            return min(1.0, max(0, len(hedges(said)) - 1) / 4)
        case "rambling":
            return min(1.0, len(said) / 150)
        case _:
            return 0.0
