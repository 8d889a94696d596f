"""A Voice: lines prepared while it rings, spoken through the loudspeaker; whatever fails costs the sound only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol

from trainer.core.call import Line
from trainer.core.scenario import Sound
from trainer.core.speech import Recording
from trainer.errors import TrainerError, VoiceUnavailable
from trainer.speech_out.clip import Clip, load, of
from trainer.speech_out.persona import Cast, Persona, Synthesiser
from trainer.speech_out.playback import Loudspeaker
from trainer.speech_out.spoken import pronunciations, spoken
from trainer.speech_out.telephone import band
from trainer.waiting import wait_for

LATEST = 4.0  # seconds that a line may be waited for
GOES_ON = "The call goes on in captions."


class Chosen(Protocol):
    """What of the settings decides."""

    @property
    def voice(self) -> str: ...
    @property
    def speed(self) -> float: ...
    @property
    def volume(self) -> float: ...
    @property
    def telephone(self) -> bool: ...
    @property
    def output(self) -> str: ...


class Output(Protocol):
    def play(self, clip: Clip) -> None: ...
    def close(self) -> None: ...


def open_voice(
    settings: Chosen, sounds: Path, say: Callable[[str], None], says_as: Mapping[str, str] | None = None
) -> Speaker:
    """The voice that the settings name. It is loaded beside the call, so this returns at once.

    `says_as`: a person's name → how it is said, whole or the last name alone.
    """
    known(settings.voice)
    return Speaker(
        lambda: open_synthesiser(settings.voice),
        Loudspeaker(settings.output),
        sounds,
        say,
        says_as=pronunciations(says_as or {}),
        speed=settings.speed,
        volume=settings.volume,
        telephone=settings.telephone,
    )


def open_synthesiser(voice: str) -> Synthesiser:
    """The voice of this name, loaded. Raises TrainerError where there is none of that name or it can't be had."""
    kind, name = known(voice)
    if kind == "system":
        from trainer.speech_out.system import SystemVoice

        return SystemVoice(name)
    from trainer.speech_out.neural import NeuralVoice

    return NeuralVoice()


def known(voice: str) -> tuple[str, str]:
    """Kind and name of `neural`, `system` or `system:NAME`."""
    kind, _, name = voice.partition(":")
    if kind not in {"neural", "system"}:
        raise TrainerError(f"There is no voice {voice!r}; there are neural, system, system:NAME and captions.")
    return kind, name


class Speaker:
    """Speaks lines and plays sounds. Never raises; what fails is said once, and is not tried again."""

    def __init__(
        self,
        open_synthesiser: Callable[[], Synthesiser],
        output: Output,
        sounds: Path,
        say: Callable[[str], None],
        *,
        says_as: Mapping[str, str] | None = None,
        speed: float = 1.0,
        volume: float = 1.0,
        telephone: bool = False,
    ) -> None:
        self.says_as: Mapping[str, str] = says_as or {}
        self._workshop = _Workshop(open_synthesiser, speed)
        self._output = output
        self._sounds = sounds
        self._say = say
        self._volume = volume
        self._telephone = telephone
        self._cast = Cast()
        self._mute = False  # no output that works
        self._dumb = False  # no voice that works

    def prepare(self, lines: Sequence[Line]) -> None:
        """Begin to make the lines' sound."""
        if not (self._mute or self._dumb):
            for line in lines:
                self._ask(line)

    def speak(self, line: Line) -> None:
        """Returns when the line has been heard; at once where it can't be."""
        if self._mute or self._dumb or not line.text.strip():
            return
        job = self._ask(line)
        if not wait_for(job.done, LATEST):
            self._dumb = True
            self._say(f"The voice is too slow. {GOES_ON}")
        elif job.clip is None:
            self._dumb = True
            self._say(f"{job.fault} {GOES_ON}")
        else:
            self._play(job.clip, telephone=self._telephone)

    def sound(self, sounds: Sequence[Sound]) -> None:
        for name in sounds:
            if self._mute:
                return
            try:
                clip = load(self._sounds / f"{name}.wav")
            except (OSError, ValueError):
                continue  # the screen shows [ring] anyway
            self._play(clip, telephone=False)

    def play(self, recording: Recording) -> None:
        if not self._mute:
            self._play(of(recording), telephone=False)

    def close(self) -> None:
        self._workshop.close()
        self._output.close()

    def _ask(self, line: Line) -> _Job:
        return self._workshop.ask(spoken(line.text, self.says_as), self._cast.persona(line.speaker))

    def _play(self, clip: Clip, *, telephone: bool) -> None:
        try:
            self._output.play((band(clip) if telephone else clip).louder(self._volume))
        except VoiceUnavailable as fault:
            self._mute = True
            self._say(f"{fault} {GOES_ON}")


class _Job:
    """A line that is being made, or has been."""

    def __init__(self, text: str, persona: Persona) -> None:
        self.text = text
        self.persona = persona
        self.done = threading.Event()
        self.clip: Clip | None = None
        self.fault = "The voice failed."


class _Workshop:
    """One daemon thread that loads the voice and makes lines in turn: one that hangs does not keep the program."""

    def __init__(self, open_synthesiser: Callable[[], Synthesiser], speed: float) -> None:
        self._open = open_synthesiser
        self._speed = speed
        self._jobs: dict[tuple[str, str], _Job] = {}
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def ask(self, text: str, persona: Persona) -> _Job:
        job = self._jobs.get((text, persona.name))
        if job is None:
            job = self._jobs[(text, persona.name)] = _Job(text, persona)
            self._queue.put(job)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True, name="voice")
            self._thread.start()
        return job

    def close(self) -> None:
        self._queue.put(None)

    def _work(self) -> None:
        synthesiser: Synthesiser | None = None
        while (job := self._queue.get()) is not None:
            try:
                synthesiser = synthesiser or self._open()
                job.clip = synthesiser.synthesise(job.text, job.persona, self._speed).levelled().trimmed()
            except VoiceUnavailable as fault:
                job.fault = str(fault)
            except Exception as fault:  # an engine's own faults are of any kind; each costs the sound only
                job.fault = f"The voice failed ({fault})."
            finally:
                job.done.set()
