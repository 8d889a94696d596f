"""Rules that decide after the likelihoods: order, said twice, one next-steps question, rambling, generic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from trainer.core import normalise
from trainer.core.combining import Combined
from trainer.core.habits import apologies, longest_gap, questions, step_questions
from trainer.core.normalise import Token, tokens
from trainer.core.opinion import Opinion
from trainer.core.quoting import RAMBLED
from trainer.core.scenario import KeyPoint, Turn
from trainer.core.signs import Heard
from trainer.core.slots import WEEKDAYS, times
from trainer.core.wordlists import listed

DAYS = frozenset(WEEKDAYS)
MONTHS = frozenset(normalise.MONTHS) - {"march", "may"}  # these are verbs, too
NO = Combined(0.03)
YES = Combined(0.97)
OPEN = Combined(0.45, unsure=True)
MAX_WORDS = 60  # rules.md E4: words in a row without a new point, our default
MAX_WORDS_VOICEMAIL = 110  # … after the beep
APOLOGIES = 3  # in one reply; on labelled replies three and more were always too many, two hardly ever
QUESTIONS = 4  # from which it is a cross-examination whatever is asked; our default
STEP_QUESTIONS = 2  # rules.md E4: the second presses
FEWEST_FOR_GENERIC = 8  # words; a shorter reply is too little to be called generic
VERBATIM = 0.98  # likeness from which a reply holds an example word for word
OUT_OF_PLACE = 0.02  # likelihood below which even an example word for word is none
FEWEST_VERBATIM = 3  # words; fewer may stand anywhere by chance
THANKS = frozenset(listed("thank thanks bye goodbye cheers ta grateful appreciate"))


def by_rules(opinions: Sequence[Opinion], heard: Heard, turn: Turn, *, whole_call: bool) -> tuple[Opinion, ...]:
    """The opinions as the turn's rules leave them."""
    ruled = [_verbatim(_twice(_by_day(_by_value(o), heard), heard), heard) for o in opinions]
    ruled = [_in_order(o, ruled) for o in ruled]
    return tuple(_dont(o, ruled, heard, turn, whole_call) for o in ruled)


def _where(opinion: Opinion) -> tuple[int, int]:
    """Where the point is first told, in tokens."""
    if opinion.quote:
        return opinion.quote
    if opinion.signs is None:
        return (0, 0)
    if opinion.signs.slot > 0 and opinion.signs.fact_places:
        return opinion.signs.fact_places[0].first, opinion.signs.fact_places[0].last
    return opinion.signs.place


def _by_value(opinion: Opinion) -> Opinion:
    """A point that names its fact is not told without it: whether it was garbled or another one, the learner is asked.

    A wording on the learner's own list stands.
    """
    source, signs = opinion.point.source, opinion.signs
    named = isinstance(source, KeyPoint) and source.fact
    if not (named and opinion.combined.hit and signs and signs.slot < 0 and not opinion.quote):
        return opinion
    return replace(
        opinion, combined=OPEN, ruled="The words fit, but the name or number that it asks for was not heard."
    )


def _by_day(opinion: Opinion, heard: Heard) -> Opinion:
    """A point whose examples all name one day, month or time is not told by another, as 'I'll hear from you on
    Thursday' is none for Wednesday: the learner is asked. A wording on the learner's own list stands.
    """
    if opinion.point.kind != "key_point" or not opinion.combined.hit or opinion.quote:
        return opinion
    for named in (_days, _months, times):
        wanted, others = _by_all(opinion.point.examples, named), named(heard.said)
        if wanted and others and not wanted & others:
            what = f"It names {_listed(others)}, and the point is about {_listed(wanted)}."
            return replace(opinion, combined=OPEN, ruled=what)
    return opinion


def _days(said: Sequence[Token]) -> frozenset[str]:
    return DAYS & {t.text for t in said}


def _months(said: Sequence[Token]) -> frozenset[str]:
    return MONTHS & {t.text for t in said}


@lru_cache(maxsize=4096)
def _by_all(examples: tuple[str, ...], named: Callable[[Sequence[Token]], frozenset[str]]) -> frozenset[str]:
    """What each example names."""
    found = [named(tokens(e)) for e in examples]
    return frozenset.intersection(*found) if found else frozenset()


def _listed(words: Iterable[str]) -> str:
    return " and ".join(sorted(w.capitalize() for w in words))


def _twice(opinion: Opinion, heard: Heard) -> Opinion:
    source = opinion.point.source
    if not (isinstance(source, KeyPoint) and source.twice and opinion.combined.hit and opinion.signs):
        return opinion
    found = [f for f in opinion.signs.fact_places if f.how != "wrong"]
    places = [(f.first, f.last) for f in found]
    if len(places) < 2:
        return replace(opinion, combined=NO, ruled="It counts only if it is said twice.")
    if {"value", "misheard"} <= {f.how for f in found}:  # misheard, or corrected to another: only the caller knows
        return replace(opinion, combined=OPEN, ruled="It was said twice, but not the same both times.")
    return replace(opinion, quote=places[0], further=tuple(places[1:]), rule="said twice", ruled="It was said twice.")


def _verbatim(opinion: Opinion, heard: Heard) -> Opinion:
    """A don't's example said word for word, and neither denied nor quoted, is the don't: its author wrote it down."""
    signs = opinion.signs
    if opinion.point.kind != "dont" or opinion.combined.hit or signs is None or signs.likeness < VERBATIM:
        return opinion
    first, last = signs.place
    stance = signs.stance
    if opinion.combined.likelihood < OUT_OF_PLACE:
        return opinion  # whatever else was said makes it sound like a quotation or a joke
    if last - first < FEWEST_VERBATIM or stance.denied or stance.quoted or stance.later or stance.supposed:
        return opinion
    return replace(
        opinion,
        combined=Combined(0.9),
        quote=signs.place,
        rule="like an example",
        ruled=f"It says '{signs.example}', word for word.",
    )


def _in_order(opinion: Opinion, all_: Sequence[Opinion]) -> Opinion:
    source = opinion.point.source
    if not (isinstance(source, KeyPoint) and source.before and opinion.combined.hit):
        return opinion
    later = [o for o in all_ if o.point.id in source.before and o.point.kind == "key_point" and o.combined.hit]
    late = [o for o in later if _where(o)[0] < _where(opinion)[0]]
    if late:
        return replace(opinion, combined=NO, ruled=f"It counts only if it comes before: {late[0].point.label}.")
    return opinion


def _dont(opinion: Opinion, all_: Sequence[Opinion], heard: Heard, turn: Turn, whole_call: bool) -> Opinion:
    if opinion.point.kind != "dont" or opinion.signs is None:
        return opinion
    match opinion.point.id:
        case "rambling":
            return _rambling(opinion, all_, heard, turn)
        case "generic":
            return _generic(opinion, heard) if whole_call else replace(opinion, combined=NO)
        case "pressing_next_steps":
            return _second_question(opinion, turn, heard)
        case "over_apologising":
            return _often(opinion, heard, apologies(heard.said), APOLOGIES, "apologies")
        case "cross_questioning":
            return _often(opinion, heard, questions(heard.said), QUESTIONS, "questions")
        case _:
            return opinion


def _rambling(opinion: Opinion, all_: Sequence[Opinion], heard: Heard, turn: Turn) -> Opinion:
    """More words in a row without a new point than the turn allows; else what was said decides.

    Without key points there is nothing new to tell, and only what was said decides.
    """
    if not turn.key_points:
        return opinion
    most = turn.max_words or (MAX_WORDS_VOICEMAIL if "beep" in turn.then_sound else MAX_WORDS)
    told = [_where(o) for o in all_ if o.point.kind == "key_point" and o.combined.hit]
    first, last = longest_gap(len(heard.said), told, _closing(heard))
    if last - first > most:
        quote = (first, min(last, first + RAMBLED))
        return replace(
            opinion,
            combined=YES,
            quote=quote,
            rule="words in a row without a new point",
            ruled=f"{last - first} words in a row brought no new point; {most} is the most here.",
        )
    return opinion


def _closing(heard: Heard) -> int:
    """The token from which only thanks and good-byes follow."""
    for first, last in reversed(heard.parts):
        if not THANKS.intersection(t.text for t in heard.said[first:last]):
            return last
    return 0


def _generic(opinion: Opinion, heard: Heard) -> Opinion:
    """Nothing in the whole call that only this caller could say: no fact of theirs in enough words for one."""
    own = any(f.right for key, places in heard.found.items() if not key.startswith("me.") for f in places)
    numbers = any(t.is_number for t in heard.said)
    if len(heard.said) < FEWEST_FOR_GENERIC or own or numbers:
        return replace(opinion, combined=NO)
    return opinion


def _second_question(opinion: Opinion, turn: Turn, heard: Heard) -> Opinion:
    """One question about next steps is welcome, and may be a key point; the second presses."""
    asked = step_questions(heard.said)
    if len(asked) < 2 and len(questions(heard.said)) < 2 and any(p.next_steps for p in turn.key_points):
        return replace(opinion, combined=NO)
    return _often(opinion, heard, asked, STEP_QUESTIONS, "questions about the next steps")


def _often(opinion: Opinion, heard: Heard, places: Sequence[int], least: int, what: str) -> Opinion:
    """Done so often that no single phrase has to carry it."""
    if len(places) < least:
        return opinion
    spans = [_clause(heard, at) for at in places]
    tight = min(range(len(places) - least + 1), key=lambda n: spans[n + least - 1][1] - spans[n][0])
    quote = (spans[tight][0], spans[tight + least - 1][1])
    return replace(
        opinion,
        combined=YES,
        quote=quote,
        further=tuple(s for s in spans if not quote[0] <= s[0] < quote[1]),
        rule="how often it was done",
        ruled=f"{len(places)} {what} in one reply.",
    )


def _clause(heard: Heard, at: int) -> tuple[int, int]:
    """From this token to the end of its clause, ten tokens at most."""
    end = next((last for first, last in heard.parts if first <= at < last), at + 1)
    return at, min(end, at + 10)
