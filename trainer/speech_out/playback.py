"""The loudspeaker: miniaudio, in a thread of its own with a time limit, so that a blocked output never stops a call.

Opening a device takes a tenth of a second and more, so it is opened with the first sound (the ringing) and held,
stopped, until the call is over: a line then starts at once.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from queue import SimpleQueue
from typing import Any

from trainer import sound_devices
from trainer.errors import VoiceUnavailable
from trainer.speech_out.clip import Clip
from trainer.waiting import wait_for

RATE = 24_000  # samples a second; the system makes its own of it
BUFFER = 40  # milliseconds
PERIODS = 3  # buffers that the device holds
GRACE = 3.0  # seconds that playing may take longer than its sound


class Loudspeaker:
    """Plays clips. Raises VoiceUnavailable where there is no output, or it does not take the sound in time."""

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._clips: SimpleQueue[_Playing | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def play(self, clip: Clip) -> None:
        """Returns when the clip has been heard."""
        if not len(clip.sound):
            return
        playing = _Playing(clip.at(RATE).samples)
        self._clips.put(playing)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True, name="loudspeaker")
            self._thread.start()
        try:
            in_time = wait_for(playing.over, clip.seconds + GRACE)
        finally:
            playing.stop.set()
        if playing.fault:
            raise VoiceUnavailable(f"The loudspeaker cannot be used ({playing.fault}).")
        if not in_time:
            raise VoiceUnavailable("The loudspeaker takes no sound.")

    def close(self) -> None:
        """Let go of the device; one that hangs is left behind."""
        self._clips.put(None)
        if self._thread:
            self._thread.join(1.0)

    def _work(self) -> None:
        """Play what comes, through one device."""
        device: Any = None
        while (playing := self._clips.get()) is not None:
            device = self._play_through(device, playing)
            playing.over.set()
        if device:
            device.close()

    def _play_through(self, held: Any, playing: _Playing) -> Any:
        """The device that was used: the one held, or another where that was pulled out or changed since."""
        import miniaudio

        for device in (held, None) if held else (None,):
            try:
                device = device or self._open()
                playing.through(device)
                playing.fault = None
                return device
            except (miniaudio.MiniaudioError, LookupError) as fault:
                playing.fault = _plainly(fault)
        return None

    def _open(self) -> Any:
        import miniaudio

        return miniaudio.PlaybackDevice(
            output_format=miniaudio.SampleFormat.SIGNED16,
            nchannels=1,
            sample_rate=RATE,
            buffersize_msec=BUFFER,
            callback_periods=PERIODS,
            device_id=sound_devices.find("output", self._name),
            backends=sound_devices.backends(),
            app_name="followup-trainer",
        )


class _Playing:
    """One clip on its way through a device."""

    def __init__(self, samples: bytes) -> None:
        self._samples = samples
        self._drained = threading.Event()
        self.over = threading.Event()
        self.stop = threading.Event()
        self.fault: str | None = None

    def through(self, device: Any) -> None:
        """Returns when it has been played, or is to stop."""
        source = self._source()
        next(source)
        device.start(source)
        while not self._drained.wait(0.02) and not self.stop.is_set():
            pass
        device.stop()

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
                if after > RATE * PERIODS * BUFFER // 1000:
                    self._drained.set()
            wanted = yield part


def outputs() -> tuple[str, ...]:
    """The names of the loudspeakers; none where there is no sound system."""
    return sound_devices.names("output")


def _plainly(fault: Exception) -> str:
    return str(fault.args[0]) if fault.args else str(fault)
