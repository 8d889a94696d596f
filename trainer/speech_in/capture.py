"""The microphone's stream: miniaudio, opened for one reply only, with time limits, so that no device stops a call."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator

import numpy as np

from trainer import sound_devices
from trainer.core.speech import RATE
from trainer.errors import EarUnavailable
from trainer.waiting import wait_for

BUFFER = 30  # milliseconds
OPENS_IN = 4.0  # seconds
STALLS_AFTER = 2.0  # seconds without a sample
DEAD_AFTER = 1.0  # seconds of nothing but zeros, which no microphone that is open sends
SLEPT = 1.0  # seconds between two questions for its fault that tell of a suspended machine
QUIETEST = -60.0  # decibels of full scale, where the meter begins


class Capture:
    """16 kHz mono samples as they come. `with` opens and closes it; raises EarUnavailable."""

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._samples = bytearray()
        self._level = 0.0
        self._fault: str | None = None
        self._open = threading.Event()
        self._stop = threading.Event()
        self._closed = threading.Event()
        self._latest = 0.0  # when something came
        self._alive = 0.0  # when something came that was not zero
        self._asked = time.monotonic()

    def __enter__(self) -> Capture:
        threading.Thread(target=self._run, daemon=True, name="microphone").start()
        if not wait_for(self._open, OPENS_IN):
            self._stop.set()
            self._fault = "it does not open"
        if self._fault:
            raise EarUnavailable(f"The microphone cannot be used ({self._fault}).")
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._closed.wait(1.0)  # a device that hangs is left behind

    @property
    def samples(self) -> bytes:
        return bytes(self._samples)

    @property
    def length(self) -> int:
        """Bytes so far."""
        return len(self._samples)

    @property
    def level(self) -> float:
        """How loud it is now, 0 to 1."""
        return self._level

    @property
    def fault(self) -> str | None:
        """Why no more sound comes, where that is so. To be asked all the time, so that a suspension is noticed."""
        now = time.monotonic()
        if now - self._asked > SLEPT:
            self._latest = now
        self._asked = now
        if self._fault is None and now - self._latest > STALLS_AFTER:
            self._fault = "it stopped sending"
        if self._fault is None and now - self._alive > DEAD_AFTER:
            self._alive = now  # asked once in a while, and beside: a sound system that hangs holds up nobody
            threading.Thread(target=self._look_for_it, daemon=True, name="devices").start()
        return self._fault

    def _look_for_it(self) -> None:
        """A sound system may put another device in the place of one that is pulled out, or its own silence."""
        if not _is_there(self._name):
            self._fault = "it was unplugged"

    def _run(self) -> None:
        import miniaudio

        try:
            with miniaudio.CaptureDevice(
                input_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=1,
                sample_rate=RATE,
                buffersize_msec=BUFFER,
                device_id=sound_devices.find("input", self._name),
                backends=sound_devices.backends(),
                app_name="followup-trainer",
            ) as device:
                sink = self._sink()
                next(sink)
                self._latest = self._alive = self._asked = time.monotonic()
                device.start(sink)
                self._open.set()
                self._stop.wait()
        except (miniaudio.MiniaudioError, LookupError) as fault:
            self._fault = str(fault.args[0]) if fault.args else str(fault)
        finally:
            self._open.set()
            self._closed.set()

    def _sink(self) -> Generator[None, bytes, None]:
        while True:
            data = yield
            self._latest = time.monotonic()
            if data.count(0) < len(data):
                self._alive = self._latest
            self._samples += data
            self._level = loudness(data)


def _is_there(name: str) -> bool:
    import miniaudio

    try:
        return bool(sound_devices.find("input", name) if name else microphones())
    except (miniaudio.MiniaudioError, LookupError):
        return False


def loudness(samples: bytes | bytearray) -> float:
    """0 (60 decibels below full scale, or less) to 1 (full scale)."""
    sound = np.frombuffer(bytes(samples), "<i2").astype(np.float32) / 32768
    if not len(sound):
        return 0.0
    decibels = 10 * np.log10(float(np.mean(sound**2)) + 1e-12)
    return float(min(max(1 - decibels / QUIETEST, 0.0), 1.0))


def microphones() -> tuple[str, ...]:
    """The names of the microphones; none where there is no sound system."""
    return sound_devices.names("input")
