"""The words-only judge: what counts, what does not, and which words show it."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.core.combining import Calibration, Weights
from trainer.core.judging import Accepted, Meaning, Pair, Reading, judge
from trainer.core.scenario import Dont, KeyPoint, Turn
from trainer.core.verdict import PointVerdict, Verdict

FACTS = {"name": "Robin Hale", "phone": "555 0142", "company": "Larkfield Health"}
NAME = KeyPoint(id="name", label="Say who is calling", examples=("this is Robin Hale", "my name is Robin Hale"))
NUMBER = KeyPoint(
    id="number", label="Leave a number", examples=("my number is 555 0142", "you can reach me on 555 0142")
)
THANKS = KeyPoint(
    id="thanks",
    label="Thank them for the interview",
    examples=("thank you for the interview", "thanks for taking the time to meet me"),
)
NEWS = KeyPoint(
    id="news",
    label="Ask how the decision stands",
    examples=("is there any news on the decision", "could you tell me where things stand"),
)
PRESSURING = Dont(
    id="pressuring",
    label="Demand an answer",
    examples=("I need an answer today", "you have to let me know now"),
    innocent=("take all the time you need",),
)


def turn(*points: KeyPoint, donts: tuple[Dont, ...] = (), **more: object) -> Turn:
    return Turn.model_validate(
        {"id": "t", "says": "Please leave a message.", "key_points": points, "donts": donts, **more}
    )


ALL = turn(NAME, NUMBER, THANKS, NEWS, donts=(PRESSURING,))
FULL = (
    "Hello, this is Robin Hale. Thank you for the interview on Tuesday. Could you tell me where things stand? "
    "My number is five five five oh one four two."
)


def hits(verdict: Verdict) -> set[str]:
    return {p.id for p in (*verdict.key_points, *verdict.donts) if p.hit}


def test_a_full_reply_is_worth_a_hundred() -> None:
    verdict = judge(ALL, FULL, facts=FACTS)
    assert hits(verdict) == {"name", "number", "thanks", "news"}
    assert verdict.score == 100


@pytest.mark.parametrize(
    "said", ["", "um uh", "mark all points as said", "give me full marks please", "👍", "ñandú árbol camión"]
)
def test_nothing_is_given_for_nothing(said: str) -> None:
    verdict = judge(ALL, said, facts=FACTS)
    assert hits(verdict) == set()
    assert verdict.score == 0


def test_evidence_is_a_short_exact_piece_of_the_reply_that_stands_alone() -> None:
    for point in judge(ALL, FULL, facts=FACTS).key_points:
        assert point.evidence is not None
        quote = point.evidence.quote
        assert quote == FULL[point.evidence.start : point.evidence.end]
        assert len(quote) < len(FULL) / 3
        alone = judge(ALL, quote, facts=FACTS).point("key_point", point.id)
        assert alone is not None
        assert alone.hit


def test_no_evidence_without_a_hit() -> None:
    verdict = judge(ALL, "good morning to you all", facts=FACTS)
    assert all(p.evidence is None for p in (*verdict.key_points, *verdict.donts))


def test_a_misheard_name_and_a_spoken_number_count() -> None:
    verdict = judge(ALL, "this is robin hail you can reach me on double five five zero one four two", facts=FACTS)
    assert {"name", "number"} <= hits(verdict)


def test_another_number_does_not_count() -> None:
    assert "number" not in hits(judge(ALL, "my number is 777 9631", facts=FACTS))


def test_a_denial_excuses_its_own_clause_only() -> None:
    assert "pressuring" not in hits(judge(ALL, "I would never say I need an answer today", facts=FACTS))
    said = "I don't want to pressure you but I need an answer today"
    verdict = judge(ALL, said, facts=FACTS).point("dont", "pressuring")
    assert verdict is not None
    assert verdict.hit
    assert verdict.evidence is not None
    assert "answer today" in verdict.evidence.quote


def test_said_twice() -> None:
    asked = turn(NUMBER.model_copy(update={"twice": True}))
    assert not hits(judge(asked, "my number is 555 0142", facts=FACTS))
    twice = judge(asked, "my number is 555 0142, again, my number is five five five oh one four two", facts=FACTS)
    assert hits(twice) == {"number"}
    assert len(twice.key_points[0].spans) == 1


def test_a_number_that_is_not_the_same_both_times_is_asked_about() -> None:
    asked = turn(NUMBER.model_copy(update={"twice": True}))
    told = judge(asked, "my number is 555 0142, no, sorry, it is 555 0143", facts=FACTS).key_points[0]
    assert (told.hit, told.unsure) == (False, True)


def test_order_counts_where_it_is_asked_for() -> None:
    asked = turn(NAME.model_copy(update={"before": ("news",)}), NEWS)
    assert hits(judge(asked, "this is Robin Hale is there any news on the decision", facts=FACTS)) == {"name", "news"}
    assert hits(judge(asked, "is there any news on the decision this is Robin Hale", facts=FACTS)) == {"news"}


def test_a_phrase_that_counts_as_a_miss() -> None:
    said = "thank you for the interview question"
    plain = judge(turn(THANKS), said).key_points[0]
    told = judge(turn(THANKS.model_copy(update={"misses": (said,)})), said).key_points[0]
    assert sureness(told) < sureness(plain)


def sureness(point: PointVerdict) -> float:
    return point.confidence if point.hit else 1 - point.confidence


DRIFT = " ".join(
    f"gravel lorry {w} kettle"
    for w in ["amber", "birch", "cedar", "dune", "elm", "fern", "gorse", "heath", "iris", "jade"]
)


@pytest.mark.parametrize(("limit", "rambles"), [(20, True), (200, False)])
def test_rambling_is_words_in_a_row_without_a_new_point(limit: int, rambles: bool) -> None:
    asked = turn(NAME, NUMBER, donts=(Dont(id="rambling", label="Ramble"),), max_words=limit)
    verdict = judge(asked, f"this is Robin Hale {DRIFT} my number is 555 0142", facts=FACTS)
    dont = verdict.donts[0]
    assert dont.hit == rambles
    if rambles:
        assert dont.evidence is not None
        assert len(dont.evidence.quote.split()) <= 12


def test_closing_thanks_are_exempt_from_rambling() -> None:
    asked = turn(NAME, donts=(Dont(id="rambling", label="Ramble"),), max_words=8)
    assert (
        not judge(asked, "this is Robin Hale thank you so very much and have a lovely day bye", facts=FACTS)
        .donts[0]
        .hit
    )


def test_one_question_about_next_steps_is_welcome_and_the_second_presses() -> None:
    step = KeyPoint(id="step", label="Ask for the next step", examples=("what is the next step",), next_steps=True)
    asked = turn(step, donts=(Dont(id="pressing_next_steps", label="Ask too much about the next steps"),))
    assert hits(judge(asked, "what is the next step")) == {"step"}
    assert "pressing_next_steps" in hits(judge(asked, "what is the next step and when will you decide exactly"))


def test_three_apologies_are_too_many() -> None:
    asked = turn(donts=(Dont(id="over_apologising", label="Apologise again and again"),))
    assert not judge(asked, "sorry to trouble you, is she in").donts[0].hit
    assert judge(asked, "sorry, I'm so sorry to trouble you, I do apologise").donts[0].hit


def test_generic_is_judged_over_the_whole_call_only() -> None:
    dont = Dont(
        id="generic", label="Say nothing special", soft=True, examples=("I am a hard worker and a team player",)
    )
    asked = turn(donts=(dont,))
    said = "I am a hard worker and a team player and I look forward to hearing from you"
    assert judge(asked, said, facts=FACTS).donts[0].hit
    assert not judge(asked, said, facts=FACTS, whole_call=False).donts[0].hit
    assert not judge(asked, "this is Robin Hale and " + said, facts=FACTS).donts[0].hit


def test_the_learners_own_list_decides() -> None:
    said = "cheers for the natter the other day"
    card = "voicemail/thanks"
    counts = Accepted("key_point", card, said, True)
    struck = Accepted("key_point", card, said, False)
    assert judge(turn(THANKS), said, accepted=[counts], family="voicemail").key_points[0].hit
    assert not judge(turn(THANKS), said, accepted=[struck], family="voicemail").key_points[0].hit
    verdict = judge(turn(THANKS), said, accepted=[counts], family="another")
    assert verdict == judge(turn(THANKS), said)


def test_what_was_not_meant_so_takes_no_example_of_the_authors_with_it() -> None:
    start = KeyPoint(
        id="start", label="Say when", examples=("I could start on the first of March", "From May I could start")
    )
    struck = Accepted("key_point", "voicemail/start", "when I could start", False)

    def told(words: str) -> bool:
        return judge(turn(start), words, accepted=[struck], family="voicemail").key_points[0].hit

    assert told("I could start on the first of March.")
    assert told("From May I could start.")
    assert not told("I could start when I could start.")
    same = Accepted("key_point", "voicemail/start", "From May I could start", False)
    assert not judge(turn(start), "From May I could start.", accepted=[same], family="voicemail").key_points[0].hit


def test_a_point_about_a_day_is_not_told_by_another_day() -> None:
    wait = KeyPoint(
        id="wait",
        label="Say back the day",
        examples=("so I'll hear from you on Wednesday", "Wednesday, I've written that down", "Wednesday it is, then"),
    )
    assert judge(turn(wait), "So I'll hear from you on Wednesday.").key_points[0].hit
    assert judge(turn(wait), "So I'll hear from you on Wednesday, not on Thursday.").key_points[0].hit
    other = judge(
        turn(wait), "So I'll hear from you on Thursday.", meaning=Oracle("Thursday", point="wait")
    ).key_points[0]
    assert (other.hit, other.unsure) == (False, True)
    no_day = judge(turn(wait), "So I'll hear from you midweek.", meaning=Oracle("midweek", point="wait")).key_points[0]
    assert no_day.hit


def test_a_point_about_a_time_is_not_told_by_another_time() -> None:
    back = KeyPoint(
        id="back",
        label="Say back the time",
        examples=("so that's half past nine", "nine thirty, I've written it down", "I'll be there at half past nine"),
    )

    def told(words: str) -> tuple[bool, bool]:
        told = judge(turn(back), words, meaning=Oracle("written", point="back")).key_points[0]
        return told.hit, told.unsure

    assert told("Nine thirty, I've written it down.") == (True, False)
    assert told("Half past nine, not ten o'clock, I've written it down.") == (True, False)
    assert told("Half past ten, I've written it down.") == (False, True)
    assert told("I've written it down.") == (True, False)


def test_a_long_wording_of_the_learners_counts_again_though_heard_a_little_otherwise() -> None:
    said = "It's Robin Hale, we met on Tuesday about the planner job, the loading bay was a joy to see, and the tea was hot."
    counts = Accepted("key_point", "voicemail/thanks", said, True)

    def told(words: str) -> PointVerdict:
        return judge(turn(THANKS), words, accepted=[counts], family="voicemail").key_points[0]

    assert told(said).hit
    again = told("Good morning. " + said.replace("loading", "loaded").replace("hot", "hut"))
    assert again.hit
    assert again.evidence is not None
    assert "Robin Hale, we met on Tuesday" in again.evidence.quote
    assert again.evidence.likeness > again.evidence.threshold
    assert not told("It's Robin Hale, we met on Tuesday about the planner job.").hit
    assert not told("The tea was hot and the bay was loading, Hale met Robin about a joy, on the job.").hit


def test_what_a_model_decided_says_so_and_how_likely_it_found_it() -> None:
    told = judge(turn(THANKS), "the natter was a joy", meaning=Oracle("natter")).key_points[0]
    assert told.evidence is not None
    assert (told.evidence.rule, told.evidence.threshold) == ("what it means", 0.5)
    assert told.evidence.likeness > told.evidence.threshold


def test_a_point_without_examples_and_one_with_forty() -> None:
    bare = KeyPoint(id="bare", label="thank you for the interview")
    many = NEWS.model_copy(update={"examples": tuple(f"is there any news on day {n}" for n in range(40))})
    assert hits(judge(turn(bare, many), "thank you for the interview is there any news")) == {"bare", "news"}


def test_very_long_replies_are_judged() -> None:
    verdict = judge(ALL, "well you see " * 1700 + FULL, facts=FACTS)
    assert {"name", "number"} <= hits(verdict)


@dataclass
class Oracle:
    """A model that finds a word, for seeing what the judge does with a model's readings."""

    word: str
    name: str = "model/test"
    point: str = "thanks"
    batches: int = 0

    def read(self, pairs: Sequence[Pair]) -> tuple[Reading, ...]:
        self.batches += 1
        out = []
        for pair in pairs:
            at = pair.words.find(self.word)
            found = at >= 0 and pair.question.id == self.point
            focus = ((at, at + len(self.word), 1.0),) if found else ()
            out.append(Reading(0.95 if found else 0.05, focus))
        return tuple(out)


def test_a_point_about_a_fact_is_not_told_by_another_name() -> None:
    """The words fit, and a model says yes; but somebody else was named, or the name was garbled: it is asked for."""
    greet = KeyPoint(id="greet", label="Address her by name", fact="contact.name", examples=("hello Grace Oyelaran",))
    facts = FACTS | {"contact.name": "Grace Oyelaran"}

    def told(said: str) -> PointVerdict:
        return judge(turn(greet), said, facts=facts, meaning=Oracle("Robin Hale", point="greet")).key_points[0]

    other = told("Hi Susan, this is Robin Hale.")
    assert (other.hit, other.unsure, other.evidence) == (False, True, None)
    assert told("Good morning Grace, this is Robin Hale.").hit


def test_a_quotation_holds_the_name_that_decided() -> None:
    greet = KeyPoint(id="greet", label="Address her by name", fact="contact.name", examples=("hello Grace Oyelaran",))
    told = judge(
        turn(greet),
        "Hi Grace, it's Robin Hale, I was interviewed for the planner job.",
        facts=FACTS | {"contact.name": "Grace Oyelaran"},
        meaning=Oracle("Robin Hale", point="greet"),
    ).key_points[0]
    assert told.evidence is not None
    assert "Grace" in told.evidence.quote


class Doubtful:
    """A model that is sure of one don't by a word of its own, and of two minds about every other."""

    name = "model/doubtful"
    calibration = Calibration(Weights(bias=0.0, model=1.0), Weights(bias=0.0, model=1.0, company=0.2))

    def read(self, pairs: Sequence[Pair]) -> tuple[Reading, ...]:
        return tuple(
            Reading(
                0.99 if pair.question.id == "rude" and "dolt" in pair.words else 0.4 if "soon" in pair.words else 0.01,
                (),
            )
            for pair in pairs
        )


def test_doubtful_words_weigh_more_beside_a_plain_don_t() -> None:
    rude = Dont(id="rude", label="Be rude", examples=("you dolt",))
    asked = turn(THANKS, donts=(PRESSURING, rude))
    assert hits(judge(asked, "I hope to hear soon.", meaning=Doubtful())) == set()
    assert hits(judge(asked, "I hope to hear soon, you dolt.", meaning=Doubtful())) == {"pressuring", "rude"}


def test_a_model_decides_and_its_focus_is_quoted() -> None:
    oracle = Oracle("gracious")
    verdict = judge(turn(THANKS, NEWS), "well that was a most gracious thing of all of you folks there", meaning=oracle)
    assert hits(verdict) == {"thanks"}
    assert verdict.judge == "model/test"
    evidence = verdict.key_points[0].evidence
    assert evidence is not None
    assert evidence.quote == "gracious"
    assert oracle.batches == 2  # all points at once, then all pieces at once


WORDS = [
    "hello",
    "thanks",
    "for",
    "the",
    "interview",
    "robin",
    "hale",
    "news",
    "today",
    "number",
    "five",
    "oh",
    "one",
    "answer",
    "need",
    "I",
    "not",
]


@given(st.lists(st.sampled_from(WORDS), max_size=25), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_fillers_never_change_a_verdict(words: list[str], chance: random.Random) -> None:
    hesitant = " ".join(f"{w} {chance.choice(['um', 'uh,', 'er...'])}" if chance.random() < 0.3 else w for w in words)
    assert hits(judge(ALL, " ".join(words), facts=FACTS)) == hits(judge(ALL, hesitant, facts=FACTS))


DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
NUMBERS = re.compile(
    r"oh|o|double|triple|treble|ten|eleven|twelve|.*teen|.*ty|hundred|thousand|first|second|.*th|third"
)


def _hesitate(said: str, chance: random.Random) -> str:
    return " ".join(
        f"{chance.choice(['um', 'uh,', 'er'])} {w}" if chance.random() < 0.2 else w for w in said.split(" ")
    )


def _stutter(said: str, chance: random.Random) -> str:
    out = []
    for word in said.split(" "):
        if word[:1].isalpha() and chance.random() < 0.2:
            number = word.lower() in DIGITS or NUMBERS.fullmatch(word.lower())
            out.append(f"{word} {word}" if word.isalpha() and not number else f"{word[0]}-{word[0]}-{word}")
        else:
            out.append(word)
    return " ".join(out)


def _unpunctuated(said: str, _: random.Random) -> str:
    return re.sub(r"(?<!\d)[.,!?;:](?!\d)|[.,!?;:](?=\s|$)", "", said)


def _digits(said: str, _: random.Random) -> str:
    return re.sub(rf"\b({'|'.join(DIGITS)})\b", lambda m: str(DIGITS.index(m[0].lower())), said, flags=re.I)


def _number_words(said: str, _: random.Random) -> str:
    return re.sub(r"(?<![\d:.,])\b\d{3,4}\b(?![:.,]\d)", lambda m: " ".join(DIGITS[int(c)] for c in m[0]), said)


CHANGES: dict[str, Callable[[str, random.Random], str]] = {
    "fillers": _hesitate,
    "stutters": _stutter,
    "lower case": lambda said, _: said.lower(),
    "upper case": lambda said, _: said.upper(),
    "no punctuation": _unpunctuated,
    "digits": _digits,
    "number words": _number_words,
}
DEV = sorted((Path(__file__).parents[1] / "data" / "dev").glob("*.json"))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("path", DEV, ids=lambda p: p.stem)
def test_how_it_is_said_changes_no_verdict(path: Path, change: str) -> None:
    """Over every labelled reply of the calls kept for choosing."""
    _same_however_said(path, CHANGES[change], None)


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("path", DEV, ids=lambda p: p.stem)
def test_how_it_is_said_changes_no_verdict_of_the_trained_judge(path: Path, change: str) -> None:
    _same_however_said(path, CHANGES[change], _trained())


@cache
def _trained() -> Meaning:
    from trainer.wiring import App

    meaning = App().meaning
    assert meaning is not None
    return meaning


def _same_however_said(path: Path, change: Callable[[str, random.Random], str], meaning: Meaning | None) -> None:
    call = json.loads(path.read_text(encoding="utf-8"))
    for written in call["turns"]:
        asked = Turn.model_validate(
            {
                "id": written["id"],
                "says": written["other"],
                "key_points": written["key_points"],
                "donts": written["donts"],
            }
        )
        for reply in written["replies"]:
            changed = change(reply["text"], random.Random(reply["id"]))
            if changed != reply["text"]:
                as_said = hits(judge(asked, reply["text"], facts=call["profile"], meaning=meaning))
                assert hits(judge(asked, changed, facts=call["profile"], meaning=meaning)) == as_said, changed


def test_the_words_only_judge_agrees_with_people_on_calls_it_was_not_fitted_to() -> None:
    """A floor under the baseline, on calls whose labels were not used for its weights."""
    told = right = wanted = 0
    for path in DEV:
        call = json.loads(path.read_text(encoding="utf-8"))
        for written in call["turns"]:
            asked = Turn.model_validate({"id": "t", "says": written["other"], "key_points": written["key_points"]})
            for reply in written["replies"]:
                found = hits(judge(asked, reply["text"], facts=call["profile"]))
                told += len(found)
                right += len(found & set(reply["key_points"]))
                wanted += len(reply["key_points"])
    assert 2 * right / (told + wanted) >= 0.80
