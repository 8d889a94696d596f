"""Whether words name a person, day, time or number that the learner's own application does not know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from trainer.core.normalise import MONTHS, ORDINALS, TEENS, TENS, UNITS, tokens
from trainer.core.placeholders import BLANK
from trainer.core.slots import WEEKDAYS, facts_of, find
from trainer.core.wordlists import TITLES, listed

TRUE = frozenset(listed("value part sound"))  # and not 'misheard', as another number may be
WORD = re.compile(r"[^\W\d_]+")
NUMBERS = frozenset({*UNITS, *TEENS, *TENS, *ORDINALS, *listed("hundred thousand dozen")}) - {"one", "first"}
DAYS = frozenset({*WEEKDAYS, *(f"{day}s" for day in WEEKDAYS), *listed("tomorrow yesterday tonight fortnight weekend")})
# May and march are everyday words, too.
SURE_MONTHS = frozenset(MONTHS) - {"may", "march"}
TIMES = re.compile(
    r"\d|\b(?:noon|midday|midnight|o['’]clock|half past|quarter (?:past|to)|spring|summer|autumn|new year)\b"
    r"|\b(?:at|by|before|after|until|past) one\b(?! \w)"
    r"|\bthe first(?= of\b|\W*$|[,.;:!?])"
    r"|\b(?:last|next|this|of the|some|few) (?:weeks?|months?|year)\b"
    r"|\b(?:in|of|by|until|next|last|early|late) (?-i:May|March)\b",
    re.IGNORECASE,
)


def people_in(names: Iterable[str]) -> frozenset[str]:
    """The words of these names without titles and blanks, as they are looked for."""
    return frozenset(w for name in names for w in _words(BLANK.sub(" ", name)) if w not in TITLES)


def names_somebody(text: str, known: frozenset[str], people: frozenset[str]) -> bool:
    """Does it hold one of these `people`, or a name of any kind, that is not among the `known` words?"""
    text = BLANK.sub("it", text)
    if not (people - known).isdisjoint(_words(text)):
        return True
    return any(_is_name(text, found) and found[0].casefold() not in known for found in WORD.finditer(text))


def names_time_or_number(text: str) -> bool:
    """Does it hold a day, a time or a number outside of its blanks?"""
    text = BLANK.sub("it", text)
    return bool(TIMES.search(text)) or not (NUMBERS | DAYS | SURE_MONTHS).isdisjoint(_words(text))


def without_facts(said: str, facts: Mapping[str, str]) -> str:
    """What was said with the names, numbers and days that are facts struck out, however they were put."""
    spans = [
        found.span()
        for value in facts.values()
        for found in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", said, re.IGNORECASE)
    ]
    words = tokens(said)
    places = (place for fact in facts_of(facts) for place in find(fact, words) if place.how in TRUE)
    spans += [(words[place.first].start, words[place.last - 1].end) for place in places]
    for start, end in spans:
        said = said[:start] + "_" * (end - start) + said[end:]
    return said


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


def _is_name(text: str, word: re.Match[str]) -> bool:
    """Written with a capital letter where no sentence begins."""
    begins = not re.search(r"[\w,;&-]\s?$|\w['’]$", text[: word.start()])
    is_capital = word[0][0].isupper() and word[0][1:].islower()
    return is_capital and not begins and word[0].casefold() not in TITLES
