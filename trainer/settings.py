"""How the learner wants it: defaults < settings.toml < environment < flags; and where files live."""

from __future__ import annotations

import os
import re
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
    "silence": (0.7, 6.0),  # or 0
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
    text = _text(path)
    written = _written(text, path)
    known = {f.name for f in fields(Settings)}
    for key in written:
        if key not in known:
            raise TrainerError(
                f"{path}:{_place_of(key, text)}: unknown setting {key!r}; known are {', '.join(sorted(known))}."
            )
    named = {key: value for key in known if (value := environ.get(f"TRAINER_{key.upper()}")) is not None}
    named |= {key: value for key, value in flags.items() if value is not None}
    fitting = {}
    for key, value in {**written, **named}.items():
        try:
            fitting[key] = _fitting(key, value)
        except TrainerError as fault:
            where = "" if key in named else f"{path}:{_place_of(key, text)}: "
            raise TrainerError(f"{where}{fault}") from None
    return replace(Settings(), **fitting)


def _text(path: Path) -> str:
    """What stands in the file; nothing where there is none."""
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else ""
    except UnicodeDecodeError as fault:
        before = fault.object[: fault.start].decode("utf-8", "replace")
        raise TrainerError(f"{path}:{_place(before)}: the settings are not UTF-8 text; save them as UTF-8.") from None
    except OSError as fault:
        raise TrainerError(f"{path}: the settings cannot be read ({fault.strerror}).") from None


def _written(text: str, path: Path) -> dict[str, Any]:
    if not text:
        return {}
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        sentence, _, at = str(fault).rpartition(" (at ")
        found = re.match(r"line (\d+), column (\d+)\)", at)
        place = f"{found[1]}:{found[2]}" if found else _place(text)  # else "end of document"
        raise TrainerError(f"{path}:{place}: the settings cannot be read: {sentence}.") from None


def _place_of(key: str, text: str) -> str:
    """Line and column of a key, or of the table that has its name."""
    found = re.search(rf"""^[ \t\["']*{re.escape(key)}(?![\w-])""", text, re.MULTILINE)
    return _place(text[: found.end() - len(key)] if found else "")


def _place(before: str) -> str:
    """Line and column of what comes next."""
    lines = before.split("\n")
    return f"{len(lines)}:{len(lines[-1]) + 1}"


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
    off = key == "silence" and value == 0
    if key in RANGES and not off and not RANGES[key][0] <= value <= RANGES[key][1]:
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
