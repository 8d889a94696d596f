"""Sound on its way out: samples at whatever rate they were made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.core.speech import RATE, Recording

SILENT = 0.002  # of full scale: fainter is not heard
KEPT = 0.03  # seconds of silence that stay on either side
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Clip:
    """Mono sound, -1 to 1."""

    sound: Floats
    rate: int  # samples a second

    @property
    def seconds(self) -> float:
        return len(self.sound) / self.rate

    @property
    def samples(self) -> bytes:
        """16-bit little-endian; what is too loud is clipped, not wrapped."""
        return (np.clip(self.sound, -1, 1) * 32767).astype("<i2").tobytes()

    def louder(self, by: float) -> Clip:
        return Clip((self.sound * np.float32(by)).astype(np.float32), self.rate)

    def levelled(self) -> Clip:
        """As loud as every other voice: -22 dB of full scale in the mean, unless that would clip."""
        loudness = float(np.sqrt(np.mean(self.sound**2))) if len(self.sound) else 0.0
        if not loudness:
            return self
        return self.louder(min(0.08 / loudness, 0.9 / float(np.abs(self.sound).max())))

    def trimmed(self) -> Clip:
        """Without the silence around it: a voice that is spoken to answers at once, and then it is one's own turn."""
        heard = np.flatnonzero(np.abs(self.sound) > SILENT)
        if not len(heard):
            return self
        kept = int(KEPT * self.rate)
        return Clip(self.sound[max(heard[0] - kept, 0) : heard[-1] + kept], self.rate)

    def at(self, rate: int) -> Clip:
        """The same sound at another rate; what lies above half of a lower one is taken out first."""
        if rate == self.rate or not len(self.sound):
            return Clip(self.sound, rate)
        sound = self.sound
        if rate < self.rate:
            spectrum = np.fft.rfft(sound)
            spectrum[int(len(spectrum) * rate / self.rate * 0.97) :] = 0
            sound = np.fft.irfft(spectrum, len(sound)).astype(np.float32)
        places = np.arange(int(len(sound) * rate / self.rate)) * (self.rate / rate)
        return Clip(np.interp(places, np.arange(len(sound)), sound).astype(np.float32), rate)


def of(recording: Recording) -> Clip:
    return Clip(np.frombuffer(recording.samples, "<i2").astype(np.float32) / np.float32(32768), RATE)


def recorded(clip: Clip) -> Recording:
    return Recording(clip.at(RATE).samples)


def load(path: Path) -> Clip:
    """The sound of a file that a voice or our own script wrote. Raises OSError or ValueError where it is none."""
    import av
    from av.audio.resampler import AudioResampler

    parts: list[bytes] = []
    try:
        with path.open("rb") as file, av.open(file, mode="r") as container:
            rate = container.streams.audio[0].rate
            resampler = AudioResampler(format="s16", layout="mono", rate=rate)
            for frame in container.decode(audio=0):
                parts += [part.to_ndarray().tobytes() for part in resampler.resample(frame)]
    except (av.error.FFmpegError, IndexError) as fault:
        raise ValueError(f"{path}: holds no sound ({fault}).") from None
    return Clip(np.frombuffer(b"".join(parts), "<i2").astype(np.float32) / np.float32(32768), rate)
