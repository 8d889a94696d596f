"""The sound devices of this machine, by name: for the microphone and the loudspeaker alike."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any, Literal

Side = Literal["input", "output"]


def names(side: Side) -> tuple[str, ...]:
    """The names of the devices; none where there is no sound system.

    A monitor, which hears what the loudspeaker plays, is no microphone; it may still be chosen by its name.
    """
    import miniaudio

    try:
        return tuple(dict.fromkeys(device["name"] for device in _devices(side) if not _is_monitor(device["id"])))
    except miniaudio.MiniaudioError:
        return ()


def find(side: Side, name: str) -> Any:
    """The id of the device that has this in its name; None, the system's own, for ''. Raises LookupError."""
    if not name:
        return None
    for device in _devices(side):
        if name.lower() in device["name"].lower():
            return device["id"]
    raise LookupError(f"none is named {name!r}")


def backends() -> list[Any]:
    """Every way to a device but the one that only pretends."""
    import miniaudio

    _hush_alsa()
    return [b for b in miniaudio.Backend if b is not miniaudio.Backend.NULL and miniaudio.is_backend_enabled(b)]


def _devices(side: Side) -> list[dict[str, Any]]:
    import miniaudio

    devices = miniaudio.Devices(backends())
    found: list[dict[str, Any]] = devices.get_captures() if side == "input" else devices.get_playbacks()
    return found


def _is_monitor(id: Any) -> bool:
    """PulseAudio and PipeWire list one for every output, with `.monitor` at the end of its name."""
    import miniaudio

    return b".monitor\0" in bytes(miniaudio.ffi.buffer(id))


HANDLER = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)


_say_nothing = HANDLER(lambda *_: None)  # kept: the library calls it as long as the program runs


@cache
def _hush_alsa() -> None:
    """ALSA prints every device that it does not find to stderr; what matters comes back as a fault anyway."""
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_say_nothing)
    except (OSError, AttributeError):
        return
