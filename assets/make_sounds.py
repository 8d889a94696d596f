"""Makes the sounds of a call in assets/sounds: `python assets/make_sounds.py`. Our own, from sines and seeded noise."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 8000  # a telephone's
FOLDER = Path(__file__).parent / "sounds"
Floats = NDArray[np.float64]


def tones(hertz: tuple[float, ...], seconds: float, loudness: float = 0.25) -> Floats:
    """Sines together, with ends that do not click."""
    t = np.arange(int(seconds * RATE)) / RATE
    fade = np.clip(np.minimum(t, seconds - t) / 0.01, 0, 1)
    return loudness / len(hertz) * fade * sum(np.sin(2 * np.pi * f * t) for f in hertz)


def silence(seconds: float) -> Floats:
    return np.zeros(int(seconds * RATE))


def click(seconds: float = 0.05) -> Floats:
    """A receiver that is lifted or put down: noise that dies away."""
    t = np.arange(int(seconds * RATE)) / RATE
    return 0.3 * np.random.default_rng(0).standard_normal(len(t)) * np.exp(-t * 90)


def hold() -> Floats:
    """Four bars of a plucked chord sequence: C, A minor, F, G."""
    chords = ((262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294))
    return np.concatenate([_pluck(chord[i % 3], 0.2) for chord in chords for i in (0, 1, 2, 1)])


def _pluck(hertz: float, seconds: float) -> Floats:
    t = np.arange(int(seconds * RATE)) / RATE
    tone = np.sin(2 * np.pi * hertz * t) + 0.4 * np.sin(4 * np.pi * hertz * t)
    return 0.15 * tone * np.exp(-t * 9) * np.clip(t / 0.005, 0, 1) * np.clip((seconds - t) / 0.01, 0, 1)


SOUNDS = {
    "ring": lambda: [tones((440, 480), 1.6), silence(0.4)],  # the North American ringing tone, shortened
    "pickup": lambda: [click(), silence(0.15)],
    "beep": lambda: [silence(0.1), tones((1000,), 0.4, 0.3)],
    "hold": lambda: [hold()],
    "engaged": lambda: [tones((480, 620), 0.5), silence(0.5)] * 2,
    "hangup": lambda: [click(0.08), silence(0.3), tones((480, 620), 0.25), silence(0.25), tones((480, 620), 0.25)],
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, make in SOUNDS.items():
        samples = np.clip(np.concatenate(make()), -1, 1)
        with wave.open(str(FOLDER / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((samples * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    main()
