"""Was each key point conveyed, was each don't committed, and which words show it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import zip_longest
from typing import Protocol

from rapidfuzz.fuzz import partial_ratio_alignment

from trainer.core.combining import MODEL_ALONE, WORDS_ONLY, Calibration, Combined, combine, logit_of
from trainer.core.matching import WINDOWS, match, prepare
from trainer.core.normalise import Token, tokens
from trainer.core.opinion import BY_MEANING, NOTHING_SAID, THRESHOLD, Opinion, why
from trainer.core.quoting import characters, pieces
from trainer.core.rubric import Point, Rubric, rubric
from trainer.core.ruling import by_rules
from trainer.core.scenario import Turn, card_of
from trainer.core.signs import Heard, Signs, hear, signs, signs_of
from trainer.core.verdict import Evidence, Kind, PointVerdict, Verdict, Weighing, score


@dataclass(frozen=True, slots=True)
class Question:
    """A point as a model reads it."""

    kind: Kind
    id: str  # a shipped don't's name has a meaning shared by all calls
    label: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """One question about some words."""

    question: Question
    before: str  # the other side's line
    words: str  # the reply, or a piece of it
    closely: bool = False  # is it worth the costlier look that a model may have?


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model makes of a pair."""

    likelihood: float  # calibrated, 0 to 1; 0.5 is the threshold that decides by itself
    focus: tuple[tuple[int, int, float], ...]  # (start, end, weight) in characters of `words`, a row a word
    large: float | None = None  # logit of the costlier look; None where it has nothing to say
    akin: bool = False  # that look was for a don't like this one


class Meaning(Protocol):
    """A trained model beside the words: it answers a batch of questions at once."""

    @property
    def name(self) -> str: ...  # with the hash of its weights

    def __hash__(self) -> int: ...  # what it makes of a turn is kept by it

    def read(self, pairs: Sequence[Pair]) -> tuple[Reading, ...]: ...


@dataclass(frozen=True, slots=True)
class Accepted:
    """A wording that the learner has had counted ('this counts') or struck out ('not meant so')."""

    kind: Kind
    point: str  # the card, such as 'voicemail/leave_number'
    words: str
    counts: bool


WORDS_JUDGE = "words/1"
USUAL_INNOCENT = -4.9  # a don't's mean logit on wanted replies of other turns, where this turn has none to measure on
USUAL_COMPANY = -0.8  # the mean of the highest logit of a turn's other don'ts, where there is no other
ACCEPTED_ALIKE = 0.9  # likeness from which a reply holds a wording that the learner had counted or struck out
ACCEPTED_SURE = 0.97
ROUNDING = 1e-4
MODELLED = 4  # replies made of the key points' examples, one of each, on which don'ts are measured


def judge(
    turn: Turn,
    said: str,
    *,
    before: str = "",
    facts: Mapping[str, str] | None = None,
    meaning: Meaning | None = None,
    accepted: Sequence[Accepted] = (),
    family: str = "",
    whole_call: bool = True,
) -> Verdict:
    """Every key point and don't of the (filled) turn, judged on these words alone.

    `facts` are what is true of this caller (`me.phone`, `company`, …, and the file's own keys), for names, numbers and
    dates. `whole_call=False` leaves out don'ts that are judged over the whole call only (generic).
    """
    ready = rubric(turn, tuple((facts or {}).items()))
    heard = hear(ready, tokens(said))
    calibration = _calibration(meaning)
    bench = Bench(ready, said, before, meaning, calibration, _innocent(ready, before, meaning, calibration))
    readings = bench.read([(p, said) for p in ready.points]) if heard.said else ()
    bench = replace(bench, company=_company(ready, readings))
    opinions = _opinions(bench, heard, readings)
    opinions = _with_accepted(opinions, heard, accepted, family)
    opinions = by_rules(opinions, heard, turn, whole_call=whole_call)
    quotes = _quotes(bench, opinions, readings, heard)
    verdicts = [_verdict(o, quote, heard, said) for o, quote in zip(opinions, quotes, strict=True)]
    key_points = tuple(v for v in verdicts if v.kind == "key_point")
    donts = tuple(v for v in verdicts if v.kind == "dont")
    weighing = Weighing(tuple(p.weight for p in turn.key_points), tuple(d.is_soft for d in turn.donts))
    points = score(key_points, donts, weighing, silent=not heard.said)
    return Verdict(key_points, donts, points, meaning.name if meaning else WORDS_JUDGE)


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything that judging a piece of this reply needs."""

    ready: Rubric
    said: str
    before: str
    meaning: Meaning | None
    calibration: Calibration
    innocent: Mapping[str, float] = field(default_factory=dict)  # by don't
    company: Mapping[str, float] = field(default_factory=dict)  # by don't

    def weigh(self, point: Point, found: Signs, reading: Reading | None) -> Combined:
        """How likely the point is, by the words' signs and the model's reading."""
        weights, is_dont = self.calibration.of(point.kind), point.kind == "dont"
        innocent, company = (by.get(point.id, 0.0) if is_dont else 0.0 for by in (self.innocent, self.company))
        if reading is None:
            return combine(found, weights, None)
        return combine(found, weights, reading.likelihood, innocent, company, reading.large, akin=reading.akin)

    def read(self, asked: Sequence[tuple[Point, str]], *, alone: bool = False) -> tuple[Reading | None, ...]:
        """The model's readings of some points on some words, in one batch; None each without a model.

        `alone`: without the other side's line and the costlier look. A quotation has to carry its point by itself, and
        is read quicker.
        """
        if self.meaning is None or not asked:
            return (None,) * len(asked)
        before = "" if alone else self.before
        return self.meaning.read([Pair(_question(p), before, words, closely=not alone) for p, words in asked])


def _question(point: Point) -> Question:
    return Question(point.kind, point.id, point.label, point.examples)


def _innocent(ready: Rubric, before: str, meaning: Meaning | None, calibration: Calibration) -> Mapping[str, float]:
    """What the model makes of each don't on replies that say the turn's key points and nothing else.

    A don't that lies close to what this turn asks for ('makes the date an ultimatum' where the date is asked) is read
    into every good reply; how much is measured on the key points' own examples and taken off.
    """
    if meaning is None or not calibration.donts.innocent:
        return {}
    donts = tuple(_question(p) for p in ready.points if p.kind == "dont")
    wanted = tuple(p.examples for p in ready.points if p.kind == "key_point")
    return dict(zip((q.id for q in donts), _on_wanted(meaning, before, donts, wanted), strict=True))


@lru_cache(maxsize=64)
def _on_wanted(
    meaning: Meaning, before: str, donts: tuple[Question, ...], wanted: tuple[tuple[str, ...], ...]
) -> tuple[float, ...]:
    replies = [
        " ".join(f"{e.rstrip('.')}." for e in some if e) for some in zip_longest(*(w[:MODELLED] for w in wanted))
    ]
    pairs = [Pair(q, before, words) for words in replies for q in donts]
    logits = [logit_of(r.likelihood) for r in meaning.read(pairs)]
    count = len(donts)
    return tuple(sum(logits[n::count]) / len(replies) if replies else USUAL_INNOCENT for n in range(count))


def _company(ready: Rubric, readings: Sequence[Reading | None]) -> Mapping[str, float]:
    """For each don't the highest logit that the model gives another one on the whole reply.

    Who commits one don't often commits a second in the same breath, while a reply with none is to be believed: so the
    same doubtful words weigh less in it.
    """
    found = [
        (p.id, logit_of(r.likelihood)) for p, r in zip(ready.points, readings, strict=False) if p.kind == "dont" and r
    ]
    return {id: max((logit for other, logit in found if other != id), default=USUAL_COMPANY) for id, _ in found}


def _calibration(meaning: Meaning | None) -> Calibration:
    if meaning is None:
        return WORDS_ONLY
    own = getattr(meaning, "calibration", None)
    return own if isinstance(own, Calibration) else MODEL_ALONE


def _opinions(bench: Bench, heard: Heard, readings: Sequence[Reading | None]) -> tuple[Opinion, ...]:
    points = bench.ready.points
    if not heard.said:
        return tuple(Opinion(p, None, NOTHING_SAID) for p in points)
    return tuple(
        Opinion(p, s, bench.weigh(p, s, r), r.focus, rule=BY_MEANING) if r else Opinion(p, s, bench.weigh(p, s, r))
        for p, s, r in zip(points, signs(bench.ready, heard), readings, strict=True)
    )


def _with_accepted(
    opinions: tuple[Opinion, ...], heard: Heard, accepted: Sequence[Accepted], family: str
) -> tuple[Opinion, ...]:
    """The learner's own list: a wording that counts is a hit, one that was not meant so is none.

    What is more like an example of the author's than like a wording that was not meant so is left alone.
    """
    out = []
    for opinion in opinions:
        card = card_of(family, opinion.point.kind, opinion.point.id)
        for wording in accepted:
            if (wording.kind, wording.point) == (opinion.point.kind, card) and (
                place := held(
                    wording.words, heard.said, 0.0 if wording.counts or not opinion.signs else opinion.signs.likeness
                )
            ):
                sure = ACCEPTED_SURE if wording.counts else 1 - ACCEPTED_SURE
                opinion = replace(opinion, combined=Combined(sure), quote=place, rule="your own list")
        out.append(opinion)
    return tuple(out)


def held(wording: str, said: Sequence[Token], least: float = 0.0) -> tuple[int, int] | None:
    """The tokens in which what was said holds this wording of the learner's, however long: the same words but for a
    tenth, and at the `least` so like. None where it does not."""
    words = [t.text for t in tokens(wording)]
    if len(words) <= WINDOWS[-1]:
        matches = match(prepare((wording,)), said)
        return matches.place(0) if matches.likeness[0] >= max(ACCEPTED_ALIKE, least - ROUNDING) else None
    if len(said) < ACCEPTED_ALIKE * len(words):
        return None
    letters = {word: chr(0x10000 + n) for n, word in enumerate(dict.fromkeys((*words, *(t.text for t in said))))}
    found = partial_ratio_alignment("".join(letters[w] for w in words), "".join(letters[t.text] for t in said))
    if found is None or found.score < 100 * ACCEPTED_ALIKE:
        return None
    return (found.dest_start, found.dest_end) if len(said) >= len(words) else (0, len(said))


def _quotes(
    bench: Bench, opinions: Sequence[Opinion], readings: Sequence[Reading | None], heard: Heard
) -> tuple[tuple[int, int] | None, ...]:
    """For every hit the first piece that is a hit by itself, else the whole reply.

    The costlier look is taken at the whole reply only: what it says of that is believed of the piece, too.
    """
    quotes: dict[int, tuple[int, int]] = {n: o.quote for n, o in enumerate(opinions) if o.quote is not None}
    waiting = {
        n: pieces(o.signs, heard, o.focus)
        for n, o in enumerate(opinions)
        if o.combined.hit and o.signs is not None and n not in quotes
    }
    while waiting:  # a piece a point at a time, so that no more is read than needed
        tried = {n: some[0] for n, some in waiting.items() if some}
        asked = [(opinions[n].point, _text(heard, piece, bench.said)) for n, piece in tried.items()]
        for (n, piece), reading in zip(tried.items(), bench.read(asked, alone=True), strict=True):
            point = opinions[n].point
            alone = signs_of(bench.ready, point, heard.piece(*piece))
            whole = opinions[n].signs
            if reading and (over_all := readings[n]):
                reading = replace(reading, large=over_all.large, akin=over_all.akin)
            named = alone.slot > 0 or whole is None or whole.slot <= 0  # the name that decided is in the quotation
            if named and bench.weigh(point, alone, reading).hit:
                quotes[n] = piece
        waiting = {n: some[1:] for n, some in waiting.items() if some and n not in quotes}
    return tuple(quotes.get(n, (0, len(heard.said))) if o.combined.hit else None for n, o in enumerate(opinions))


def _text(heard: Heard, piece: tuple[int, int], said: str) -> str:
    start, end = characters(heard.said, *piece)
    return said[start:end]


def _verdict(opinion: Opinion, quote: tuple[int, int] | None, heard: Heard, said: str) -> PointVerdict:
    point, likelihood = opinion.point, opinion.combined.likelihood
    evidence: Evidence | None = None
    spans: tuple[tuple[int, int], ...] = ()
    if quote is not None:
        start, end = characters(heard.said, *quote)
        evidence = Evidence(start, end, said[start:end], opinion.rule, why(opinion), round(likelihood, 3), THRESHOLD)
        spans = tuple(characters(heard.said, *place) for place in opinion.further)
    return PointVerdict(
        point.id,
        point.kind,
        opinion.combined.hit,
        round(max(likelihood, 1 - likelihood), 3),
        opinion.combined.unsure,
        evidence,
        spans,
    )
