"""What a telephone does to a voice: the band from 300 to 3,400 Hz, and a voicemail that stops taking in."""

from __future__ import annotations

import numpy as np

from trainer.core.speech import Recording
from trainer.speech_out.clip import Clip, Floats, of, recorded

BAND = (300.0, 3400.0)  # hertz: the voice band of ITU-T G.712
EDGE = 60.0  # hertz over which the band's ends fade
BEEP = (1000.0, 0.4)  # hertz, seconds


def band(clip: Clip) -> Clip:
    """As it sounds over a telephone."""
    if not len(clip.sound):
        return clip
    spectrum = np.fft.rfft(clip.sound)
    at = np.fft.rfftfreq(len(clip.sound), 1 / clip.rate)
    spectrum *= np.clip((at - BAND[0]) / EDGE + 0.5, 0, 1) * np.clip((BAND[1] - at) / EDGE + 0.5, 0, 1)
    return Clip(np.fft.irfft(spectrum, len(clip.sound)).astype(np.float32), clip.rate)


def as_left(recording: Recording, limit: float | None = None) -> Recording:
    """A message as the other side hears it: in the telephone's band, ended by a beep after `limit` seconds."""
    clip = of(recording)
    cut = limit is not None and clip.seconds > limit
    if limit is not None and cut:
        clip = Clip(clip.sound[: int(limit * clip.rate)], clip.rate)
    heard = band(clip)
    return recorded(Clip(np.concatenate([heard.sound, tone(*BEEP, heard.rate)]), heard.rate) if cut else heard)


def tone(hertz: float, seconds: float, rate: int, loudness: float = 0.3) -> Floats:
    """A sine with ends that do not click."""
    t = np.arange(int(seconds * rate)) / rate
    fade = np.clip(np.minimum(t, seconds - t) / 0.01, 0, 1)
    return (loudness * fade * np.sin(2 * np.pi * hertz * t)).astype(np.float32)
