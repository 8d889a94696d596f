"""The judge on what the recogniser makes of voices: 240 replies spoken by two voices, clean and at 15 dB; and with
simulated word errors.

The same labels hold as for the words that were read out, though some of what was said is lost on the way. What was heard
does not depend on the judge and takes half an hour, so it is kept in `tests/data/heard.json`. After the voices or the
recogniser have changed, delete that file: `python -m tests.bench.bench_heard` listens to each way that it lacks.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import jiwer

from tests.bench.agreement import DATA, Case, Counts, count, figures, labelled, told
from tests.bench.bench_speech import noisy, plainly
from trainer.core.speech import Recording
from trainer.errors import VoiceUnavailable
from trainer.speech_in.whisper import Whisper
from trainer.speech_out.clip import recorded
from trainer.speech_out.neural import NeuralVoice
from trainer.speech_out.persona import PERSONAS, Synthesiser
from trainer.speech_out.spoken import spoken
from trainer.speech_out.system import SystemVoice
from trainer.wiring import App

TRAINING = Path(__file__).parents[2] / "training"
HEARD = DATA / "heard.json"
NAMED = ("name", "company", "role", "interviewer")  # what a call tells the recogniser beforehand
SEED = 7
Change = Callable[[str], str]
Way = Callable[[Recording], Recording]


def said_by(voice: Synthesiser, cases: Sequence[Case]) -> list[list[Recording]]:
    """Every reply, each by the next persona."""
    people = list(PERSONAS.values())
    return [
        [
            recorded(voice.synthesise(spoken(reply["text"], {}), people[n % len(people)], 1.0).levelled())
            for n, reply in enumerate(case.replies)
        ]
        for case in cases
    ]


def with_words(case: Case, texts: Sequence[str]) -> Case:
    """The same labels on other words."""
    return replace(case, replies=tuple({**r, "text": t} for r, t in zip(case.replies, texts, strict=True)))


def heard(ears: Whisper, cases: Sequence[Case], sounds: Sequence[Sequence[Recording]], way: Way) -> list[Case]:
    out = []
    for case, recordings in zip(cases, sounds, strict=True):
        names = tuple(v for k, v in case.facts.items() if k in NAMED)
        out.append(with_words(case, [ears.transcribe(way(r), names).text for r in recordings]))
    return out


def error_rate(cases: Sequence[Case], others: Sequence[Case]) -> float:
    said = [plainly(r["text"]) or "." for c in cases for r in c.replies]
    got = [plainly(r["text"]) or "." for c in others for r in c.replies]
    return float(jiwer.wer(said, got))


def misheard(cases: Sequence[Case], share: float) -> list[Case]:
    """So many words lost or heard as others, drawn by a seed."""
    sys.path.insert(0, str(TRAINING))
    from augment import mishear

    chance = random.Random(SEED)
    lexicon = sorted({w.lower().strip(".,!?") for c in cases for r in c.replies for w in r["text"].split()})
    return [
        with_words(c, [" ".join(w for w in mishear(r["text"].split(), chance, share, lexicon) if w) for r in c.replies])
        for c in cases
    ]


def spoken_replies() -> list[Case]:
    """All of dev, and one call more of the choosing set."""
    return labelled([*sorted((DATA / "dev").glob("*.json")), TRAINING / "choose" / "e01.json"])


def kept() -> dict[str, list[list[str]]]:
    """Way of speaking → what was heard, a list a turn."""
    found: dict[str, list[list[str]]] = json.loads(HEARD.read_text(encoding="utf-8")) if HEARD.is_file() else {}
    return found


def listen(cases: Sequence[Case]) -> Iterator[tuple[str, list[Case]]]:
    """What is heard of each way of speaking that is not kept: minutes each."""
    ears, known = Whisper(), kept()
    voices: dict[str, Callable[[], Synthesiser]] = {"default voice": NeuralVoice, "eSpeak NG": SystemVoice}
    conditions: dict[str, Way] = {"clean": lambda r: r, "15 dB": lambda r: noisy(r, 15)}
    for name, make in voices.items():
        wanted = {f"{name}, {title}": way for title, way in conditions.items() if f"{name}, {title}" not in known}
        try:
            sounds = said_by(make(), cases) if wanted else []
        except VoiceUnavailable as fault:
            print(f"{name}: skipped, {fault}")
            continue
        for title, way in wanted.items():
            yield title, heard(ears, cases, sounds, way)


def keep() -> None:
    """Each way is on disk as soon as it is done."""
    for title, cases in listen(spoken_replies()):
        found = kept() | {title: [[r["text"] for r in case.replies] for case in cases]}
        HEARD.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(f"{title}: word error rate {error_rate(spoken_replies(), cases):.1%}", flush=True)


def ways(cases: Sequence[Case]) -> Iterator[tuple[str, list[Case]]]:
    yield "25 % of the words lost or misheard", misheard(cases, 0.25)
    for title, texts in kept().items():
        yield title, [with_words(case, some) for case, some in zip(cases, texts, strict=True)]


def main() -> None:
    meaning = App().meaning
    cases = spoken_replies()
    replies = sum(len(c.replies) for c in cases)
    before = [count(case, meaning) for case in cases]
    told(f"as written ({replies} replies)", before)
    for title, others in ways(cases):
        after: list[Counts] = [count(case, meaning) for case in others]
        told(f"{title} (word error rate {error_rate(cases, others):.1%})", after)
        lost = {n: v - figures(after)[n] for n, v in figures(before).items() if n.endswith("F1")}
        print("    lost: " + ", ".join(f"{n} {v:+.3f}" for n, v in lost.items()), flush=True)


if __name__ == "__main__":
    keep()
