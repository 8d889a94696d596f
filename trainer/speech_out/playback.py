"""The loudspeaker: miniaudio, in a thread of its own with a time limit, so that a blocked output never stops a call."""

from __future__ import annotations

import threading
from collections.abc import Generator

from trainer import sound_devices
from trainer.errors import VoiceUnavailable
from trainer.speech_out.clip import Clip

RATE = 24_000  # samples a second; the system makes its own of it
BUFFER = 40  # milliseconds
GRACE = 3.0  # seconds that playing may take longer than its sound


class Loudspeaker:
    """Plays clips. Raises VoiceUnavailable where there is no output, or it does not take the sound in time."""

    def __init__(self, name: str = "") -> None:
        self._name = name

    def play(self, clip: Clip) -> None:
        """Returns when the clip has been heard."""
        if not len(clip.sound):
            return
        playing = _Playing(clip.at(RATE).samples, self._name)
        threading.Thread(target=playing.run, daemon=True, name="loudspeaker").start()
        try:
            in_time = playing.over.wait(clip.seconds + GRACE)
        finally:
            playing.stop.set()
        if playing.fault:
            raise VoiceUnavailable(f"The loudspeaker cannot be used ({playing.fault}).")
        if not in_time:
            raise VoiceUnavailable("The loudspeaker takes no sound.")


class _Playing:
    """One clip on its way through a device."""

    def __init__(self, samples: bytes, name: str) -> None:
        self._samples = samples
        self._name = name
        self._drained = threading.Event()
        self.over = threading.Event()
        self.stop = threading.Event()
        self.fault: str | None = None

    def run(self) -> None:
        import miniaudio

        try:
            with miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=RATE,
                buffersize_msec=BUFFER,
                device_id=sound_devices.find("output", self._name),
                backends=sound_devices.backends(),
                app_name="followup-trainer",
            ) as device:
                source = self._source()
                next(source)
                device.start(source)
                while not self._drained.wait(0.02) and not self.stop.is_set():
                    pass
        except (miniaudio.MiniaudioError, LookupError) as fault:
            self.fault = _plainly(fault)
        finally:
            self.over.set()

    def _source(self) -> Generator[bytes, int, None]:
        """Hands out the samples, then silence until the device's own buffer has been heard."""
        at, after = 0, 0
        wanted = yield b""
        while True:
            part = self._samples[at : at + wanted * 2]
            at += len(part)
            if len(part) < wanted * 2:
                after += wanted - len(part) // 2
                part += bytes(wanted * 2 - len(part))
                if after > RATE * 3 * BUFFER // 1000:
                    self._drained.set()
            wanted = yield part


def outputs() -> tuple[str, ...]:
    """The names of the loudspeakers; none where there is no sound system."""
    return sound_devices.names("output")


def _plainly(fault: Exception) -> str:
    return str(fault.args[0]) if fault.args else str(fault)
