"""A take for somebody else's opinion: names and numbers replaced, a short form, and the form read back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from rapidfuzz import fuzz

from trainer.core.normalise import Token, tokens
from trainer.core.plain_text import plain
from trainer.core.session import Session, Take
from trainer.errors import TrainerError

NUMBER_DIGITS = 5  # from so many digits in a row on it may be a telephone number
ALIKE = 80  # of 100: a name as a recogniser may have misheard it
EMAIL = re.compile(r"\S+@\S+\.\S+|\S+ at \S+ dot \w+", re.IGNORECASE)
STANDS_FOR = {
    "me": "[caller]",
    "contact": "[person]",
    "second": "[other person]",
    "company": "[company]",
}
HIDDEN = re.compile(r"^(me|contact|second)\.(name\d*|first_name|last_name)$|^company$")
RATINGS = {
    "would-call-back": "Would you call this person back? 0 to 10",
    "clear": "Clear? 0 to 10",
    "friendly": "Friendly? 0 to 10",
}
WORDS = {"worked": "What worked", "change": "What would you change"}


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a friend wrote on the form."""

    session: str
    turn: str | None
    ratings: tuple[tuple[str, int], ...]  # of RATINGS, 0 to 10
    worked: str | None = None
    change: str | None = None


def redacted(text: str, facts: Mapping[str, str]) -> str:
    """The text without the names in `facts` (as heard, too), long numbers and e-mail addresses."""
    spans = [(m.start(), m.end(), "[e-mail]") for m in EMAIL.finditer(text)]
    spans += _numbers(text)
    spans += _names(text, facts)
    kept, at = "", 0
    for start, end, stands in sorted(spans, key=lambda s: (s[0], -s[1])):
        if start < at:
            continue
        kept += text[at:start] + stands
        at = end
    return re.sub(r"(\[[a-z -]+\])( \1)+", r"\1", kept + text[at:])


def as_text(session: Session, takes: Sequence[Take], facts: Mapping[str, str]) -> str:
    """The takes and the form, to be sent as text."""
    lines = ["A rehearsed telephone call after a job interview.", "Names and numbers have been replaced.", ""]
    for take in takes:
        lines += [f"They: {_shown(take.says, facts)}", f"Reply: {_shown(take.said, facts) or '(silence)'}", ""]
    return "\n".join([*lines, *_form(session, takes)]) + "\n"


def as_html(session: Session, takes: Sequence[Take], facts: Mapping[str, str]) -> str:
    """The same as one page that loads nothing from elsewhere."""
    rows = "\n".join(
        f"<dt>They</dt><dd>{escape(_shown(t.says, facts))}</dd>\n"
        f"<dt>Reply</dt><dd>{escape(_shown(t.said, facts) or '(silence)')}</dd>"
        for t in takes
    )
    return PAGE.format(rows=rows, form=escape("\n".join(_form(session, takes))))


def read_answer(text: str) -> Opinion:
    """The form as a friend filled it in. Raises TrainerError with the line that cannot be read."""
    found: dict[str, str] = {}
    labels = {label.lower(): key for key, label in (RATINGS | WORDS).items()}
    for number, line in enumerate(text.splitlines(), 1):
        key, colon, value = line.strip().lstrip("> ").partition(":")
        key = labels.get(key.strip().lower(), key.strip().lower())
        if not colon or key not in ("session", "turn", *RATINGS, *WORDS) or not value.strip():
            continue
        if key in RATINGS and not re.fullmatch(r"(10|\d)(\s*/\s*10)?", value.strip()):
            raise TrainerError(f"Line {number}: {plain(value.strip())!r} is not a number from 0 to 10.")
        found[key] = plain(value.strip())[:1000]
    if "session" not in found:
        raise TrainerError("This is not a filled-in form: the line that begins with 'session:' is missing.")
    ratings = tuple((key, int(found[key].split("/")[0])) for key in RATINGS if key in found)
    if not ratings and not found.keys() & WORDS.keys():
        raise TrainerError("The form is empty: nothing stands behind the colons.")
    return Opinion(found["session"], found.get("turn"), ratings, found.get("worked"), found.get("change"))


def _form(session: Session, takes: Sequence[Take]) -> list[str]:
    turns = list(dict.fromkeys(t.turn for t in takes))
    return [
        "Your opinion: write behind the colons and send it back.",
        f"session: {session.id}",
        *([f"turn: {turns[0]}"] if len(turns) == 1 else []),
        *(f"{label}: " for label in (RATINGS | WORDS).values()),
    ]


def _shown(text: str, facts: Mapping[str, str]) -> str:
    return plain(redacted(text, facts)).strip()


def _numbers(text: str) -> list[tuple[int, int, str]]:
    """Digits said or written one after another, as telephone numbers are."""
    spans: list[tuple[int, int, str]] = []
    run: list[Token] = []
    for token in (*tokens(text), None):
        if token is not None and token.is_number and len(token.text) == 1:
            run.append(token)
            continue
        if len(run) >= NUMBER_DIGITS:
            spans.append((run[0].start, run[-1].end, "[number]"))
        run = []
    return spans


def _names(text: str, facts: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """Where a name stands, exactly or as it may have been misheard. Short words have to be exact."""
    spans = []
    for key, value in facts.items():
        if not HIDDEN.match(key):
            continue
        stands = STANDS_FOR[key.split(".")[0]]
        spans += [(m.start(), m.end(), stands) for m in re.finditer(rf"\b{re.escape(value)}\b", text, re.IGNORECASE)]
        if key == "company":
            continue
        for part in (p for p in re.split(r"[\s-]+", value.lower()) if len(p) > 1):
            for m in re.finditer(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text):
                word = m[0].lower()
                near = min(len(part), len(word)) >= 5 and fuzz.ratio(part, word) >= ALIKE
                if word.removesuffix("'s").removesuffix("’s") == part or near:
                    spans.append((m.start(), m.end(), stands))
    return spans


PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A rehearsed call</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem }}
dt {{ font-weight: bold }}
dd {{ margin: 0 0 .8rem 1rem }}
pre {{ border: 1px solid; padding: 1rem; white-space: pre-wrap; user-select: all }}
</style>
</head>
<body>
<h1>A rehearsed call after a job interview</h1>
<p>Names and numbers have been replaced.</p>
<dl>
{rows}
</dl>
<p>Copy this, write behind the colons, and send it back:</p>
<pre>{form}</pre>
</body>
</html>
"""
