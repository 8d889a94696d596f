"""A learner at a terminal: reads the screen as it stands, answers what it asks, by voice or by keys."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pexpect
import pyte

from tests.whole.running import environment

PATIENCE = 120.0  # seconds that anything may take on a machine that is busy
KEYED = {"Recording [": "record", "What you said?": "accept", "What next?": "next", "Paused.": "paused"}
WHERE = "\x1b[6n"  # the program asks where the cursor is
Answer = Callable[[], object]


class Terminal:
    """`trainer ARGUMENTS` in a terminal of 80 by 24, under a shell that shows its exit code and the terminal's state."""

    def __init__(self, home: Path, *arguments: str, env: Mapping[str, str], judge: str = "words") -> None:
        program = " ".join([sys.executable, "-m", "trainer", *arguments])
        self._child = pexpect.spawn(
            "/bin/sh",
            ["-c", f"trap : INT; stty -a; {program}; echo code $?; stty -a"],
            env=environment(home, **env) | {"TERM": "xterm-256color", "TRAINER_JUDGE": judge},
            encoding="utf-8",
            codec_errors="replace",
            dimensions=(24, 80),
        )
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.Stream(self._screen)
        self.written = ""  # everything, without its escape sequences
        self._over = False  # all that was written has been read

    def call(self, answers: Mapping[str, Answer]) -> str:
        """Answer until the call is over: `answers` by what is asked, the rest with Enter. What was on the screen."""
        while (asked := self.asks()) != "ended":
            answers.get(asked, lambda asked=asked: self.press("\r"))()  # type: ignore[misc]
        return self.written

    def asks(self) -> str:
        """What is asked now, waited for: record, type, accept, rate, next, paused; `ended` after the program's end."""
        return self._wait(self._asked_now, "nothing is asked")

    def press(self, keys: str) -> None:
        """Answer, and wait until the question has gone."""
        asked = self._asked_now()
        self._child.send(keys)
        self._wait(lambda: self._asked_now() != asked, "no answer")

    def hang_up(self) -> None:
        """Of a reply that is being recorded."""
        self.press("h")

    def send(self, keys: str) -> None:
        self._child.send(keys)

    def until(self, text: str) -> None:
        """Wait for this to have been written."""
        self._wait(lambda: self.says(text), f"{text!r} is not written")

    def says(self, text: str) -> int:
        """How often this was written, however it was wrapped."""
        return " ".join(self.written.split()).count(" ".join(text.split()))

    def stop_for(self, seconds: float) -> None:
        """As a closed lid does: nothing of the program runs for a while."""
        os.kill(self.trainer, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(self.trainer, signal.SIGCONT)

    @property
    def trainer(self) -> int:
        """The program's process, below the shell."""
        children = Path(f"/proc/{self._child.pid}/task/{self._child.pid}/children").read_text(encoding="ascii")
        return int(children.split()[0])

    @property
    def code(self) -> int:
        """Its exit code."""
        return int(re.findall(r"^code (\d+)", self.written, re.MULTILINE)[-1])

    @property
    def left_as_found(self) -> bool:
        """Is the terminal's state what it was before?"""
        before, after = (
            set(part.split()) for part in self.written.split("speed ")[1 :: self.written.count("speed ") - 1]
        )
        kept = {"icanon", "echo", "isig", "icrnl", "opost"}
        return kept <= before and kept <= after

    @property
    def display(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display if line.strip())

    def _asked_now(self) -> str:
        if self._over and re.search(r"^code \d+", self.written, re.MULTILINE):
            return "ended"
        at = self._screen.display[self._screen.cursor.y]
        if "Enter skips" in at or "How nervous" in at:
            return "rate"
        if at.strip() == "You:":
            return "type"
        last = self.display.splitlines()[-3:]
        return next((name for text, name in KEYED.items() if any(text in line for line in last)), "")

    def _wait(self, what: Callable[[], str | bool | int], else_: str) -> str:
        until = time.monotonic() + PATIENCE
        while not (found := what()):
            assert time.monotonic() < until, f"{else_}:\n{self.display}"
            self._read()
        return str(found)

    def _read(self) -> None:
        try:
            part = self._child.read_nonblocking(65536, 0.1)
        except pexpect.TIMEOUT:
            return
        except pexpect.EOF:
            self._over = True
            time.sleep(0.05)
            return
        for piece in re.split(rf"(?<={re.escape(WHERE)})", part):
            self._stream.feed(piece)
            if piece.endswith(WHERE):
                self._child.send(f"\x1b[{self._screen.cursor.y + 1};{self._screen.cursor.x + 1}R")
        self.written += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", part)
