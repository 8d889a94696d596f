"""The default voice: hibari, one American speaker in the wheel; the other personas by its pitch, colour and pace.

Its network gives pitch and spectrum apart, so a persona changes the one without the other and words stay clear. The
noise in the sound is seeded: the same line always sounds the same.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from trainer.errors import VoiceUnavailable
from trainer.speech_out.clip import Clip, Floats
from trainer.speech_out.persona import Persona

SLOWEST, FASTEST = 0.5, 2.0  # what the network takes
SEED = 0
NO = re.compile(r"\bno(?=\.(?!\s*\d))")  # which the engine reads as 'number', also where a sentence ends with it


class NeuralVoice:
    """Loads at once. Raises VoiceUnavailable where the package or its files are missing."""

    def __init__(self) -> None:
        try:
            from hibari import Hibari

            self._hibari: Any = Hibari(voice="heart", threads=1)
            _ = self._hibari.g2p
        except Exception as fault:  # an engine's own faults are of any kind; each costs the sound only
            raise VoiceUnavailable(f"The voice cannot be loaded ({fault}).") from fault

    def synthesise(self, text: str, persona: Persona, speed: float) -> Clip:
        pace = min(max(persona.pace * speed, SLOWEST), FASTEST)
        chance = np.random.default_rng(SEED)
        parts = [
            self._sentence(phonemes, persona, pace, chance) for phonemes in self._hibari.phonemize(NO.sub("no ", text))
        ]
        return Clip(np.concatenate(parts) if parts else np.zeros(0, np.float32), self._hibari.sample_rate)

    def _sentence(self, phonemes: str, persona: Persona, pace: float, chance: np.random.Generator) -> Floats:
        from hibari import dsp

        ids = self._hibari.ids(phonemes)
        asked = {"ids": np.asarray([ids], np.int64), "speed": np.asarray([pace], np.float32)}
        lh, theta, ln, lr, phi, f0 = (out[0] for out in self._hibari.sess.run(None, asked))
        sound: Floats = dsp.synth(
            _stretched(lh, persona.size), theta, _stretched(ln, persona.size), lr, phi, f0 * persona.pitch, chance
        )
        return sound


def _stretched(spectrum: Floats, size: float) -> Floats:
    """The spectrum of a larger head (over 1: everything lies lower) or a smaller one."""
    if size == 1.0:
        return spectrum
    bins = len(spectrum)
    places = np.minimum(np.arange(bins) * size, bins - 1)
    low = places.astype(int)
    share = (places - low).astype(np.float32)[:, None]
    high = np.minimum(low + 1, bins - 1)
    return np.ascontiguousarray(spectrum[low] * (1 - share) + spectrum[high] * share, dtype=np.float32)
