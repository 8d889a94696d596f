"""Is a clause meant? What is denied, quoted, put off, supposed or about somebody else does not count as said.

Only words are used, no punctuation: a recogniser's commas are guesses. A cue holds for its own clause alone: 'I don't
want to pressure you, but I need an answer today' is pressure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trainer.core.normalise import Token
from trainer.core.wordlists import listed

NOT = frozenset(listed("not never no nor without nothing nobody none neither hardly nowhere"))
BREAKS = frozenset(listed("but because cos although though however anyway except unless whereas"))
JOINS = frozenset(listed("and so or then if when which who while that"))
SUBJECTS = frozenset(listed("i you he she we they it there this that is are my your could can may would please let"))
HEARSAY = frozenset(
    listed("""said says say saying told tells tell reckons reckoned thinks thought suggested advised wrote""")
)
OTHERS = frozenset(
    listed(
        """he she they friend friends mate wife husband brother sister mother mum mom father dad uncle aunt cousin
    colleague neighbour neighbor someone somebody people daughter son partner teacher coach flatmate"""
    )
)
LATER = (
    "another time",
    "some other time",
    "some other day",
    "next time",
    "later on",
    "tell you later",
    "will tell you",
    "will say",
    "will write",
    "will explain",
    "will get to",
    "will come to",
    "meant to",
    "was going to",
    "were going to",
    "should have",
    "wanted to say but",
    "forgot to",
    "would have to",
    "until next",
    "one of these days",
)
DISOWNED = (
    "would never",
    "would not dream",
    "far from",
    "rather than",
    "instead of",
    "not going to",
    "no intention",
    "not here to",
    "not calling to",
    "not ringing to",
    "do not want to",
    "do not mean to",
    "will not",
    "would not",
    "not trying to",
    "not mean",
    "not that",
    "not asking",
)
REACH = 7  # tokens before the matched words within which a cue speaks for them
AFTER = 3  # … and behind them


@dataclass(frozen=True, slots=True)
class Stance:
    """How the words around a match stand to it."""

    denied: bool = False
    quoted: bool = False
    later: bool = False
    supposed: bool = False
    others: bool = False

    @property
    def meant(self) -> bool:
        return not (self.denied or self.quoted or self.later or self.others)


def clauses(said: Sequence[Token]) -> tuple[tuple[int, int], ...]:
    """Token ranges of the clauses, by the words that open one."""
    starts = [0]
    for i in range(1, len(said)):
        word, after = said[i].text, said[i + 1].text if i + 1 < len(said) else ""
        opens = (
            word in BREAKS or (word in JOINS and after in SUBJECTS) or (word == "i" and said[i - 1].text not in LEADS)
        )
        if opens and i - starts[-1] >= 3:
            starts.append(i)
    return tuple(zip(starts, [*starts[1:], len(said)], strict=True)) if said else ()


LEADS = BREAKS | JOINS | frozenset(listed("do am have did would could can may should will what where how why as than"))


def stance(
    said: Sequence[Token], first: int, last: int, example_denies: bool, parts: Sequence[tuple[int, int]]
) -> Stance:
    """What the words around `said[first:last]` do to them; an example that denies wants the denial."""
    start = max((a for a, _ in parts if a <= first), default=0)
    start = max(start, first - REACH) if start < first else max(0, start)
    end = min(len(said), last + AFTER)
    near = [t.text for t in said[start:end]]
    text = " " + " ".join(near) + " "
    denies = any(w in NOT for w in near[: last - start])
    disowned = any(f" {cue} " in text for cue in DISOWNED)
    lead = [t.text for t in said[max(0, first - REACH) : first + 2]]
    quoted = any(w in HEARSAY and any(o in OTHERS for o in lead[max(0, n - 3) : n]) for n, w in enumerate(lead) if n)
    return Stance(
        denied=(denies or disowned) and not example_denies,
        quoted=quoted,
        later=any(f" {cue} " in text for cue in LATER),
        supposed=near[:1] == ["if"] or " if i " in text,
        others=bool(near) and near[0] in OTHERS and near[0] not in ("they",),
    )


def denies(words: Sequence[Token]) -> bool:
    return any(t.text in NOT for t in words)
