"""A recorded call, taken apart: what it costs beside recogniser and judge, and the memory of a whole one."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from trainer.commands.practice import SAMPLE_SCENARIO, facts_of, filled_with, names_of, sample_replies
from trainer.core.scenario import Turn
from trainer.core.session import Session, Take
from trainer.core.speech import RATE, Recording, Reply
from trainer.core.verdict import Verdict
from trainer.ports import Ask
from trainer.rehearsal import Rehearsal, rehearse
from trainer.speech_in.recordings import Recordings
from trainer.speech_in.whisper import Whisper
from trainer.speech_out.captions import Captions
from trainer.terminal.plain import PlainScreen
from trainer.wiring import App

RUNS = 9


def write_wav(path: Path, recording: Recording) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(recording.samples)


@dataclass
class Watched:
    """Ear and store of one call: opens the reply's file when it is asked for it, and notes when its take is kept."""

    app: App
    ears: Whisper
    file: Path
    began: float = 0.0
    judging: float = 0.0  # seconds that the judge took for the last reply
    kept: list[tuple[float, float]] = field(default_factory=list)  # from the file to the disk; recogniser and judge

    def listen(self, turn: Turn, prompt: Sequence[str]) -> Reply | Ask:
        self.began = time.perf_counter()
        return Recordings([self.file], self.ears).listen(turn, prompt)

    def keep(self, take: Take) -> None:
        self.app.store.keep(take)
        self.kept.append((time.perf_counter() - self.began, take.transcribe_ms / 1000 + self.judging))

    def judge(self, turn: Turn, said: str, before: str, facts: Mapping[str, str], family: str, whole: bool) -> Verdict:
        began = time.perf_counter()
        verdict = self.app.judge(turn, said, before, facts, family, whole_call=whole)
        self.judging = time.perf_counter() - began
        return verdict

    def __getattr__(self, name: str) -> Any:
        return getattr(self.app.store, name)


def over_and_above(ears: Whisper, reply: Path, home: Path) -> tuple[float, float]:
    """Seconds that recogniser and judge took, and seconds beside these: medians over a call played often."""
    app = App()
    app.home = home  # type: ignore[misc]
    application = app.application()
    written = app.library.load(SAMPLE_SCENARIO)
    facts = facts_of(app, written, app.facts(application))
    filled = filled_with(written, facts)
    watched = Watched(app, ears, reply)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        for number in range(RUNS + 1):
            kit = app.kit(watched, PlainScreen(nowhere, asks=False), Captions())  # type: ignore[arg-type]
            session = Session(
                id=app.new_id(), scenario=written.id, title=filled.title, family=written.family, digest="",
                application=application.id, level="normal", seed=number, mode="recordings", started=app.clock.now(),
            )  # fmt: skip
            rehearse(
                Rehearsal(
                    kit=replace(kit, store=watched),
                    scenario=filled, session=session, new_id=app.new_id, names=names_of(facts), asks=False,
                    only=filled.turns[0].id,
                    judge=lambda turn, said, before, *, whole_call: watched.judge(
                        turn, said, before, facts, written.family, whole_call
                    ),
                )
            )  # fmt: skip
    later = watched.kept[1:]  # the first loads what the others find loaded
    return statistics.median(own for _, own in later), statistics.median(total - own for total, own in later)


def peak_of_a_call(home: Path) -> float:
    """Megabytes at most of a process that plays the sample call with recordings."""
    replies = [part for file in sample_replies() for part in ("--reply", str(file))]
    call = subprocess.Popen(
        [sys.executable, "-m", "trainer", "practice", SAMPLE_SCENARIO, *replies, "--json"],
        env={**os.environ, "TRAINER_HOME": str(home)}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, usage = os.wait4(call.pid, 0)
    call.returncode = os.waitstatus_to_exitcode(status)
    assert call.returncode == 0
    return usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
