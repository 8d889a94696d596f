"""Spoken forms made equal: what two people say alike comes out as the same tokens, each with its place in the original.

Case and punctuation go, contractions are spelled out, number words become digits, fillers, stutters and repeats are
dropped. The judge reads tokens and quotes the original by their places, so a hesitation never changes a verdict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from trainer.core.wordlists import listed

FILLERS = frozenset(listed("um umm ummm uh uhh uhm er erm err ehm em eh ah ahh hm hmm hmmm mm mmm mhm mmhm äh ähm öh"))
UNITS = {w: i for i, w in enumerate(listed("zero one two three four five six seven eight nine"))} | {"nought": 0}
TEENS = {
    w: i
    for i, w in enumerate(
        listed("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"), start=10
    )
}
TENS = {
    w: i for i, w in enumerate(listed("twenty thirty forty fifty sixty seventy eighty ninety"), start=2)
}  # times ten
ORDINALS = {
    w: i
    for i, w in enumerate(
        listed(
            """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"""
        ),
        start=1,
    )
} | {"thirtieth": 30}
TIMES = {"double": 2, "triple": 3, "treble": 3}
CONTRACTIONS = {
    "can't": "can not",
    "cant": "can not",
    "cannot": "can not",
    "won't": "will not",
    "wont": "will not",
    "shan't": "shall not",
    "ain't": "is not",
    "aint": "is not",
    "let's": "let us",
    "y'all": "you all",
    "gonna": "going to",
    "wanna": "want to",
    "n't": "not",  # a word cut off before it
    "gotta": "got to",
    "dunno": "do not know",
    "lemme": "let me",
    "gimme": "give me",
    "im": "i am",
    "ive": "i have",
    "youve": "you have",
    "weve": "we have",
    "theyve": "they have",
    "youre": "you are",
    "theyre": "they are",
    "thats": "that is",
    "whats": "what is",
    "theres": "there is",
    "heres": "here is",
    "youd": "you would",
    "youll": "you will",
    "o'clock": "oclock",
    "ok": "okay",
    "mr.": "mr",
    "tomorrow's": "tomorrow",
}
NEGATED = frozenset(
    listed("do does did is are was were has have had would could should must need might wo ca")
)  # of "don't", "dont"
ENDINGS = {"'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'s": "s"}
_ESCAPE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")  # a terminal's colours are no words
_WORD = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|[^\W_]+(?:['’][^\W_]+)*|@|%")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)$")
_MIXED = re.compile(r"(\d+)([a-z]+)$")


@dataclass(frozen=True, slots=True)
class Token:
    """One word as it is compared, and where it stands in what was said."""

    text: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        return self.text.isdecimal() and self.text.isascii()


@lru_cache(maxsize=4096)
def tokens(said: str) -> tuple[Token, ...]:
    """What was said as tokens, in order; empty where nothing but fillers or punctuation was said."""
    raw = _words(said)
    steady = _without_fillers(_without_stutters(raw, said))  # 'u-um' is um
    fluent = _without_discourse(_without_stutters(steady, said))  # 'w- um wanted' is wanted
    return tuple(_numbers(_without_repeats(fluent)))


def plain(said: str) -> str:
    """The tokens as one line of text."""
    return " ".join(t.text for t in tokens(said))


def _words(said: str) -> list[Token]:
    out: list[Token] = []
    for match in _WORD.finditer(_ESCAPE.sub(lambda m: " " * len(m[0]), said)):
        out += _spelled_out(match.group(), match.start(), match.end())
    return out


def _spelled_out(word: str, start: int, end: int) -> list[Token]:
    low = word.lower().replace("’", "'").replace(",", "")
    if low.isalpha() and not low.endswith("nt") and low not in CONTRACTIONS:
        return [Token(low, start, end)]  # as most words are
    if low == "@":
        return [Token("at", start, end)]
    if low == "%":
        return [Token("percent", start, end)]
    if low in CONTRACTIONS:
        return [Token(w, start, end) for w in CONTRACTIONS[low].split()]
    if low.endswith("n't") or (low.endswith("nt") and low[:-2] in NEGATED - {"ca", "wo", "need"}):
        return [Token(low.removesuffix("n't").removesuffix("nt"), start, end), Token("not", start, end)]
    for ending, full in ENDINGS.items():
        if low.endswith(ending) and len(low) > len(ending):
            stem = Token(low.removesuffix(ending), start, end)
            if full == "s":
                return [stem, Token("is", start, end)] if low in IS_WORDS else [stem]
            return [stem, Token(full, start, end)]
    mixed = _MIXED.fullmatch(low)
    if mixed and not _ORDINAL.fullmatch(low):
        return [Token(mixed[1], start, end), Token(mixed[2], start, end)]
    return [Token(low.replace("'", ""), start, end)]


IS_WORDS = frozenset(
    listed("""it's that's what's there's here's he's she's who's where's how's when's everything's name's""")
)


def _without_fillers(words: list[Token]) -> list[Token]:
    return [w for w in words if w.text not in FILLERS]


def _without_stutters(words: list[Token], said: str) -> list[Token]:
    """'I-I-I w-wanted' is 'I wanted': a piece of a word that the next word starts with, joined by a hyphen, goes."""
    out = []
    for i, word in enumerate(words):
        after = words[i + 1] if i + 1 < len(words) else None
        if after and not word.is_number and after.start >= word.end and after.text.startswith(word.text):
            joined = said[word.end : after.start]
            cut_off = "-" in joined or "—" in joined or "–" in joined or "…" in joined or "..." in joined
            lone_letter = len(word.text) == 1 and word.text not in "aio" and len(after.text) > 1
            shorter = len(word.text) < len(after.text) or len(word.text) == 1
            if (cut_off and shorter) or lone_letter:
                continue
        out.append(word)
    return out


def _without_repeats(words: list[Token]) -> list[Token]:
    """A word, or a run of two or three, said twice in a row counts once; numbers are kept (555 is no stammer)."""
    out: list[Token] = []
    for word in words:
        out.append(word)
        for size in (1, 2, 3):
            if len(out) < 2 * size or out[-1 - size].text != word.text:
                continue
            last, before = out[-size:], out[-2 * size : -size]
            same = all(a.text == b.text for a, b in zip(before, last, strict=True))
            if same and not any(_is_numeral(w.text) for w in last):
                del out[-2 * size : -size]
                break
    return out


def _is_numeral(word: str) -> bool:
    return word[:1].isdigit() or word in UNITS or word in TEENS or word in TENS or word in TIMES or word in ("oh", "o")


def _numbers(words: list[Token]) -> list[Token]:
    """Number words as digits; a number of three digits or more is given digit by digit, as phone numbers are said."""
    out: list[Token] = []
    i = 0
    while i < len(words):
        value, used = _number_at(words, i)
        if not used:
            out.append(words[i])
            i += 1
            continue
        start, end = words[i].start, words[i + used - 1].end
        digits = list(value) if len(value) > 2 or words[i].text in TIMES else [value]
        out += [Token(d, start, end) for d in digits]
        i += used
    return out


def _number_at(words: list[Token], i: int) -> tuple[str, int]:
    """The number that starts at word i as digits, and how many words it takes; ('', 0) where there is none."""
    word = words[i].text
    after = words[i + 1].text if i + 1 < len(words) else ""
    if ordinal := _ORDINAL.fullmatch(word):
        return ordinal[1].lstrip("0") or "0", 1
    if word.isdecimal() and word.isascii():
        return _scaled(word, words, i, 1)
    if word in TIMES and (digit := _digit(after)) is not None:
        return digit * TIMES[word], 2
    if word in ("oh", "o"):
        near = (i > 0 and _is_numeral(words[i - 1].text)) or (_is_numeral(after) and after not in ("oh", "o"))
        return ("0", 1) if near else ("", 0)
    if word in UNITS:
        return _scaled(str(UNITS[word]), words, i, 1)
    if word in TEENS:
        return _scaled(str(TEENS[word]), words, i, 1)
    if word in TENS:
        if (unit := _digit(after)) and unit != "0":
            return _scaled(str(TENS[word] * 10 + int(unit)), words, i, 2)
        if after in ORDINALS and ORDINALS[after] < 10:
            return str(TENS[word] * 10 + ORDINALS[after]), 2
        return _scaled(str(TENS[word] * 10), words, i, 1)
    if word in ORDINALS and word not in ("first", "second"):
        return str(ORDINALS[word]), 1
    if word in ("first", "second") and _dates(words, i):
        return str(ORDINALS[word]), 1
    return "", 0


def _digit(word: str) -> str | None:
    if len(word) == 1 and word.isdecimal() and word.isascii():
        return word
    if word in ("oh", "o"):
        return "0"
    return str(UNITS[word]) if word in UNITS else None


def _scaled(value: str, words: list[Token], i: int, used: int) -> tuple[str, int]:
    """'twelve thousand' is 12000, 'three hundred and forty' 340."""
    if value.startswith("0") or i + used >= len(words):
        return value, used
    scale = {"hundred": 100, "thousand": 1000, "k": 1000, "million": 1_000_000}.get(words[i + used].text)
    if scale is None or len(value) > 3:
        return value, used
    total, used = int(value) * scale, used + 1
    next_ = i + used
    if next_ < len(words) and words[next_].text == "and":
        next_ += 1
    if next_ < len(words) and words[next_].text not in ("oh", "o", *TIMES, *ORDINALS):
        rest, more = _number_at(words, next_)
        if more and len(rest) < 7 and int(rest) < scale and not rest.startswith("0"):
            return str(total + int(rest)), next_ - i + more
    return str(total), used


MONTHS = listed("january february march april may june july august september october november december")


def _dates(words: list[Token], i: int) -> bool:
    """Does 'first' or 'second' at i stand in a date ('March second', 'the second of March')?"""
    before = words[i - 1].text if i else ""
    two_after = [w.text for w in words[i + 1 : i + 3]]
    return (
        before in MONTHS
        or (bool(two_after) and (two_after[0] in MONTHS or two_after[1:] == ["of"]))
        or (len(two_after) == 2 and two_after[0] == "of" and two_after[1] in MONTHS)
    )


def _without_discourse(words: list[Token]) -> list[Token]:
    """'you know', 'I mean' and a loose 'like' go where they only fill; 'do you know if' stays."""
    out: list[Token] = []
    i = 0
    while i < len(words):
        pair = [w.text for w in words[i : i + 2]]
        before = out[-1].text if out else ""
        after = words[i + 2].text if i + 2 < len(words) else ""
        if (pair == ["you", "know"] and before not in KNOW_BEFORE and after not in KNOW_AFTER) or (
            pair == ["i", "mean"] and before not in ("what", "that", "and", "how")
        ):
            i += 2
        else:
            out.append(words[i])
            i += 1
    return out


KNOW_BEFORE = frozenset(listed("do let did as if would should may might will can could that to when once make sure"))
KNOW_AFTER = frozenset(listed("if that what when whether about how where who why the i my me"))
