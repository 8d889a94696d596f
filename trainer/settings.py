"""How the learner wants it: defaults < settings.toml < environment < flags; and where files live."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer.errors import TrainerError

if TYPE_CHECKING:
    from trainer.core.scenario import Level


@dataclass(frozen=True, slots=True)
class Settings:
    """One value a key of settings.toml; `TRAINER_<KEY>` in the environment goes before the file."""

    voice: str = "neural"  # neural, system, captions
    speed: float = 1.0  # of the other side's voice, 0.5 to 2
    volume: float = 1.0  # 0 to 1
    telephone: bool = False  # hear the other side through a telephone's band
    input: str = ""  # microphone, by (part of) its name; empty: the system's
    output: str = ""  # loudspeaker, likewise
    recogniser: str = "whisper"  # whisper, sphinx, vosk, whisper-model:PATH, …
    recogniser_model: str = ""  # folder of another faster-whisper model
    silence: float = 0.0  # seconds of silence that end a reply; 0: only Enter does
    level: Level = "normal"
    minutes: int = 10  # what `today` may take
    daily_limit: int = 0  # most points a day; 0: no limit
    retention: float = 0.9  # desired retention, 0.70 to 0.97
    unsure_questions: int = 2  # most questions a debrief
    plain: bool = False  # for screen readers: no cursor movement, no colour


RANGES = {
    "speed": (0.5, 2.0),
    "volume": (0.0, 1.0),
    "silence": (0.7, 6.0),
    "minutes": (1, 240),
    "daily_limit": (0, 1000),
    "unsure_questions": (0, 20),
    "retention": (0.70, 0.97),
}
YES_OR_NO = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
    "": False,
}


def home(environ: Mapping[str, str]) -> Path:
    """The folder for all that is kept: `TRAINER_HOME`, else the platform's user data folder."""
    named = environ.get("TRAINER_HOME")
    if named:
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("followup-trainer", appauthor=False))


def shipped(part: str) -> Path:
    """Where `scenarios` or `assets` lie: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).parent
    packed = package / "_data" / part
    return packed if packed.is_dir() else package.parent / part


def load(folder: Path, environ: Mapping[str, str], **flags: Any) -> Settings:
    """The settings in force. Raises TrainerError with file and key for a value that cannot be."""
    path = folder / "settings.toml"
    values: dict[str, Any] = {}
    if path.is_file():
        import tomllib

        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            raise TrainerError(f"{path}:1:1: the settings are not UTF-8 text; save them as UTF-8.") from None
        except tomllib.TOMLDecodeError as fault:
            raise TrainerError(f"{path}:1:1: the settings cannot be read: {fault}.") from None
        except OSError as fault:
            raise TrainerError(f"{path}: the settings cannot be read ({fault.strerror}).") from None
    known = {f.name for f in fields(Settings)}
    for key in values:
        if key not in known:
            raise TrainerError(f"{path}:1:1: unknown setting {key!r}; known are {', '.join(sorted(known))}.")
    for key in known:
        if (value := environ.get(f"TRAINER_{key.upper()}")) is not None:
            values[key] = value
    values |= {key: value for key, value in flags.items() if value is not None}
    return replace(Settings(), **{key: _fitting(key, value) for key, value in values.items()})


def _fitting(key: str, value: Any) -> Any:
    default = getattr(Settings(), key)
    match default:
        case bool():
            if str(value).lower() not in YES_OR_NO:
                raise TrainerError(f"The setting {key!r} is true or false, not {value!r}.")
            value = YES_OR_NO[str(value).lower()]
        case int() | float():
            value = _number(type(default), key, value)
        case _ if not isinstance(value, str):
            raise TrainerError(f"The setting {key!r} takes a text, not {value!r}.")
    if key in RANGES and value and not RANGES[key][0] <= value <= RANGES[key][1]:
        raise TrainerError(f"The setting {key!r} goes from {RANGES[key][0]} to {RANGES[key][1]}, not {value}.")
    if key == "level":
        from trainer.core.scenario import LEVELS

        if value not in LEVELS:
            raise TrainerError(f"The setting 'level' is one of {', '.join(LEVELS)}, not {value!r}.")
    return value


def _number(kind: type[int] | type[float], key: str, value: Any) -> int | float:
    try:
        if not isinstance(value, bool):
            return kind(value)
    except (ValueError, OverflowError, TypeError):
        pass
    raise TrainerError(f"The setting {key!r} takes a number, not {value!r}.")


def environment() -> Mapping[str, str]:
    return os.environ
