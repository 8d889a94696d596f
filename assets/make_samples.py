"""Makes the recordings of assets/samples from replies.yaml: `python assets/make_samples.py`.

Spoken by eSpeak NG (through pyttsx3, as the product uses it), a voice other than the product's own, and stored as
Opus. What a synthesiser says of a text is nobody's recording; the texts are ours.
"""

from __future__ import annotations

import sys
from pathlib import Path

import av
import numpy as np
import yaml

from trainer.core.speech import RATE
from trainer.speech_out.clip import Clip
from trainer.speech_out.persona import Persona
from trainer.speech_out.spoken import spoken
from trainer.speech_out.system import WORDS_A_MINUTE, SystemVoice

FOLDER = Path(__file__).parent / "samples"
AROUND = 0.3  # seconds of silence before and after


def main(folder: Path) -> None:
    written = yaml.safe_load((folder / "replies.yaml").read_text(encoding="utf-8"))
    for number, (turn, text) in enumerate(written["replies"].items(), 1):
        clip = say(text, written["voice"], written["words_a_minute"])
        write_opus(folder / f"reply-{number}-{turn}.opus", clip)


def say(text: str, voice: str, words_a_minute: float) -> Clip:
    """The text in an eSpeak voice such as en-us+m2."""
    plainly = Persona("warm", pitch=1.0, size=1.0, pace=1.0)
    clip = SystemVoice(voice).synthesise(spoken(text, {}), plainly, words_a_minute / WORDS_A_MINUTE).levelled().at(RATE)
    quiet = np.zeros(int(AROUND * RATE), np.float32)
    return Clip(np.concatenate([quiet, clip.sound, quiet]), RATE)


def write_opus(path: Path, clip: Clip) -> None:
    """16 kbit/s, plenty for one voice."""
    with av.open(str(path), "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=48_000, layout="mono")
        stream.bit_rate = 16_000
        resampler = av.AudioResampler(format="flt", layout="mono", rate=48_000, frame_size=960)
        frame = av.AudioFrame.from_ndarray(np.frombuffer(clip.samples, "<i2").reshape(1, -1), "s16", "mono")
        frame.sample_rate = clip.rate
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
