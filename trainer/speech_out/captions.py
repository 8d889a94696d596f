"""The silent voice: every line stands on the screen anyway."""

from __future__ import annotations

from collections.abc import Sequence

from trainer.core.call import Line
from trainer.core.scenario import Sound
from trainer.core.speech import Recording


class Captions:
    """A Voice that makes no sound."""

    def prepare(self, lines: Sequence[Line]) -> None: ...

    def speak(self, line: Line) -> None: ...

    def sound(self, sounds: Sequence[Sound]) -> None: ...

    def play(self, recording: Recording) -> None: ...

    def close(self) -> None: ...
