"""The system's own voices through pyttsx3, in a child process with a time limit: SAPI, NSSpeech, eSpeak NG.

A child, because pyttsx3 prints to stdout, keeps one engine a process and can hang; `save_to_file`, because its own
playback is a shell call. On Linux without eSpeak NG the child loads the library of the package espeakng-loader.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from trainer.errors import VoiceUnavailable
from trainer.speech_out.clip import Clip, load
from trainer.speech_out.persona import PERSONAS, Persona

LIMIT = 20.0  # seconds for one line
WORDS_A_MINUTE = 165


class SystemVoice:
    """`name`: part of a voice's name; '' lets the persona choose. Raises VoiceUnavailable."""

    def __init__(self, name: str = "", *, limit: float = LIMIT, program: tuple[str, ...] = ()) -> None:
        self._name = name
        self._limit = limit
        self._program = program or (sys.executable, "-m", "trainer.speech_out.system_child")

    def synthesise(self, text: str, persona: Persona, speed: float) -> Clip:
        with tempfile.TemporaryDirectory(prefix="followup-voice-") as folder:
            out = Path(folder) / "line.wav"
            order = {
                "text": text,
                "out": str(out),
                "name": self._name,
                "person": list(PERSONAS).index(persona.name),
                "pitch": persona.pitch,
                "words_a_minute": round(WORDS_A_MINUTE * persona.pace * speed),
            }
            self._run(order)
            try:
                return load(out)
            except (OSError, ValueError):
                raise VoiceUnavailable("The system's voice made no sound.") from None

    def _run(self, order: dict[str, object]) -> None:
        try:
            done = subprocess.run(
                self._program, input=json.dumps(order), capture_output=True, text=True, timeout=self._limit, check=False
            )
        except subprocess.TimeoutExpired:
            raise VoiceUnavailable("The system's voice does not answer.") from None
        except OSError as fault:
            raise VoiceUnavailable(f"The system's voice cannot be started ({fault}).") from None
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise VoiceUnavailable(f"The system has no voice that works ({last}).")
