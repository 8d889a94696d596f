"""One path of each shipped call by voice: the other side over a loudspeaker, the replies from recordings.

Each call is played in a process of its own on a virtual sound card. Sound takes its time, so several cards play side by
side; what came out of each loudspeaker is heard back by the recogniser meanwhile.
"""

from __future__ import annotations

import json
import os
import pty
import queue
import subprocess
import sys
import wave
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pytest
from rapidfuzz import fuzz

from tests.scenarios.test_deck import FACTS, FILES, every_file, filled, written
from tests.sound.card import VirtualCard
from tests.sound.conftest import skip_unless_sound_is_wanted
from tests.sound.test_whole_calls import spoken
from tests.whole.running import environment, trainer
from trainer.core import call
from trainer.core.judging import judge
from trainer.core.placeholders import known
from trainer.core.scenario import Scenario
from trainer.core.speech import RATE, Recording
from trainer.speech_in.whisper import Whisper

pytestmark = [pytest.mark.sound, pytest.mark.slow]
CARDS = 6
FAINT = 0.003  # of full scale
APART = 0.6  # seconds of quiet between two lines
SEED = 3


@dataclass(frozen=True)
class Played:
    screen: str
    session: dict[str, Any]
    heard: str  # what the recogniser made of what the loudspeaker played

    @property
    def in_captions(self) -> bool:
        """Was the voice too slow? On a machine that has too much to do it may be, and then the call says so."""
        return "goes on in captions" in " ".join(self.screen.split())


def model_answers(path: Path) -> Iterator[str]:
    """What is said on the way that the model answers lead."""
    scenario: Scenario = filled(path)
    now = call.begin(scenario, "easy", SEED)
    while not now.ended:
        said = now.turn.model_answer
        assert said
        yield said
        facts = known(written(path), FACTS)
        verdict = judge(now.turn, said, before=call.line(now).text, facts=facts, family=scenario.family)
        now = call.advance(now, verdict, silent=False).call


def recorded(text: str, path: Path) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(spoken(text).samples)
    return path


def lines_of(sound: Recording) -> Iterator[Recording]:
    """What was played, line by line: a recogniser may leave out a stretch of a minute that it hears in one go."""
    samples = np.frombuffer(sound.samples, "<i2")
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > FAINT * 32768)
    if not len(loud):
        return
    gaps = np.flatnonzero(np.diff(loud) > APART * RATE)
    around = RATE // 4
    for first, last in zip([loud[0], *loud[gaps + 1]], [*loud[gaps], loud[-1]], strict=True):
        yield Recording(samples[max(0, first - around) : last + around].tobytes())


def play(path: Path, replies: list[Path], card: VirtualCard, home: Path, ears: Callable[[Recording], str]) -> Played:
    """The call in a terminal of its own; without one the other side would be silent."""
    ours, theirs = pty.openpty()
    listening = card.listen()
    child = subprocess.Popen(
        [sys.executable, "-m", "trainer", "practice", path.stem, "--level", "easy", "--seed", str(SEED)]
        + [f"--reply={reply}" for reply in replies],
        env=environment(home, **card.environment) | {"TERM": "xterm-256color", "TRAINER_JUDGE": "words"},
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    screen = b""
    try:
        while some := os.read(ours, 65536):
            screen += some
    except OSError:  # the terminal is gone with its last writer
        pass
    os.close(ours)
    assert child.wait(60) == 0, screen.decode(errors="replace")[-2000:]
    session = json.loads(trainer("history", "show", "last", "--json", home=home).stdout)
    return Played(screen.decode(errors="replace"), session, ears(listening.heard()))


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Played]:
    skip_unless_sound_is_wanted()
    cards = [VirtualCard.start(tmp_path_factory.mktemp("card")) for _ in range(CARDS)]
    free: queue.Queue[VirtualCard] = queue.Queue()
    for card in cards:
        free.put(card)

    whisper, in_turn = Whisper(), Lock()  # it hears one at a time

    def ears(sound: Recording) -> str:
        with in_turn:
            return " ".join(whisper.transcribe(line, ()).text.lower() for line in lines_of(sound))

    folders = {path: tmp_path_factory.mktemp(path.stem) for path in FILES}
    replies = {
        path: [recorded(text, folder / f"{n}.wav") for n, text in enumerate(model_answers(path))]
        for path, folder in folders.items()
    }

    def one(path: Path) -> Played:
        card = free.get()
        try:
            return play(path, replies[path], card, folders[path] / "home", ears)
        finally:
            free.put(card)

    try:
        with ThreadPoolExecutor(CARDS) as pool:
            return dict(zip(FILES, pool.map(one, FILES), strict=True))
    finally:
        for card in cards:
            card.stop()


@every_file
def test_a_path_is_played_by_voice_to_its_end(path: Path, calls: dict[Path, Played]) -> None:
    played = calls[path]
    assert played.session["ended"] == "complete", played.screen[-2000:]
    for turn in played.session["turns"]:
        assert turn["engine"].startswith("whisper")
        assert turn["said"]
        if not played.in_captions:
            assert fuzz.partial_ratio(turn["says"].lower(), played.heard) > 60, (turn["says"], played.heard)


def test_hardly_a_call_went_on_in_captions(calls: dict[Path, Played]) -> None:
    fell_silent = [path.stem for path, played in calls.items() if played.in_captions]
    assert len(fell_silent) <= len(calls) // 3, fell_silent
