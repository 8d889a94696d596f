"""`trainer doctor`: can it hear you, can you hear it, and what to do where not. It always prints its rows."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from trainer.core.plain_text import plain
from trainer.core.speech import Recording
from trainer.errors import EarUnavailable, NoWay, TrainerError
from trainer.wiring import App

SECONDS = 3.0  # of the trial recording
ANSWER_ME = "This is the other side. Please say a few words after the beep."
HEAR_ME = "This is the other side. If you hear this, the speakers work."
INDENT = 18  # columns before a row's text
LOOK = 0.05  # seconds between two looks at the microphone
FAINT = 0.35  # loudness (0 to 1) below which speech is hard to hear


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was looked at. `fix` is what to do where it is not ok."""

    id: str
    ok: bool
    detail: str
    fix: str = ""


@click.command(epilog="Example: trainer doctor --json")
@click.option(
    "--trial/--no-trial", default=None, help="Speak, record three seconds, play them back (in a terminal: yes)."
)
@click.option("--input", "input_", help="Try this microphone, by part of its name.")
@click.option("--output", help="Try this loudspeaker, by part of its name.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def doctor(app: App, trial: bool | None, input_: str | None, output: str | None, as_json: bool) -> None:
    """Check microphone, speakers, voice, recogniser, files.

    Exits with 3 only where you could reply neither by voice nor by typing.
    """
    app.flags = {"input": input_, "output": output}
    wanted = trial if trial is not None else sys.stdin.isatty() and not as_json
    rows: list[Row] = []
    for row in _rows(app, wanted, rows, silent=as_json):
        rows.append(row)
        if not as_json:
            _show(row)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
    by_voice = all(r.ok for r in rows if r.id in {"microphone", "recogniser", "terminal"})
    if not by_voice and not _can_type():
        raise NoWay(
            "Neither voice nor typing can work here: there is no microphone in use and standard input is closed."
        )


def _rows(app: App, trial: bool, before: Sequence[Row], *, silent: bool) -> Iterator[Row]:
    """Every look, shown as soon as it is taken: loading voice and recogniser takes its time."""
    for look in LOOKS:
        yield from _safely(look, app)
    if trial:
        works = {row.id for row in before if row.ok}
        speaks = {"speakers", "voice"} <= works and app.settings.voice != "captions"
        hears = {"microphone", "recogniser"} <= works
        if speaks or hears:
            yield _trial(app, (lambda text: None) if silent else _say, speaks=speaks, hears=hears)


def _show(row: Row) -> None:
    _say(f"{'ok  ' if row.ok else 'FAIL'}  {row.id:<11} {plain(row.detail)}", 0)
    if row.fix:
        _say(plain(row.fix))


def _say(text: str, indent: int = INDENT) -> None:
    """A paragraph, in the width of the terminal; what is piped on stays one line."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 10_000
    click.echo(textwrap.fill(text, width, initial_indent=" " * indent, subsequent_indent=" " * INDENT))


def _settings(app: App) -> Row:
    s = app.settings
    return Row("settings", True, f"voice {s.voice}, recogniser {s.recogniser}, level {s.level}")


def _microphone(app: App) -> Row:
    from trainer.speech_in.microphone import microphones

    names = microphones()
    wanted = app.settings.input
    if not names:
        return Row("microphone", False, "none was found", "Plug one in, or reply by typing: trainer practice --typed.")
    if wanted and not any(wanted.lower() in name.lower() for name in names):
        return Row("microphone", False, f"none is named {wanted!r}", _another("input", names))
    return Row("microphone", True, f"{wanted or 'the system default'}, of {', '.join(names)}")


def _speakers(app: App) -> Row:
    from trainer.speech_out.playback import outputs

    names = outputs()
    wanted = app.settings.output
    if not names:
        return Row("speakers", False, "none was found", "Plug in speakers or headphones; captions are shown anyway.")
    if wanted and not any(wanted.lower() in name.lower() for name in names):
        return Row("speakers", False, f"none is named {wanted!r}", _another("output", names))
    return Row("speakers", True, f"{wanted or 'the system default'}, of {', '.join(names)}")


def _another(side: str, names: Sequence[str]) -> str:
    return f"Choose by part of a name with --{side}, or {side} in settings.toml: {', '.join(names)}."


def _voice(app: App) -> Row:
    from trainer.speech_out.persona import PERSONAS
    from trainer.speech_out.speaker import open_synthesiser

    chosen = app.settings.voice
    if chosen == "captions":
        return Row("voice", True, "captions only, as you have set it")
    try:
        clip = open_synthesiser(chosen).synthesise("Hello.", PERSONAS["warm"], app.settings.speed)
    except TrainerError as fault:
        return Row("voice", False, str(fault), "Try voice = 'neural' or 'system'; captions are shown anyway.")
    return Row("voice", True, f"{chosen}, offline; {clip.seconds:.1f} s of speech made")


def _recogniser(app: App) -> Row:
    from trainer.speech_in.whisper import MODEL_SHA256, check, packaged_folder

    s = app.settings
    try:
        ears = app.recogniser()
    except TrainerError as fault:
        return Row("recogniser", False, str(fault), "Install again with `make practice`, or reply by typing.")
    if s.recogniser != "whisper":
        return Row("recogniser", True, f"{ears.name}, offline")
    folder = Path(s.recogniser_model).expanduser() if s.recogniser_model else packaged_folder()
    found = check(folder)
    pinned = "the pinned weights" if found == MODEL_SHA256 else "weights of your own"
    return Row("recogniser", True, f"{ears.name}, offline; {pinned}, sha256 {found[:16]}")


def _judge(app: App) -> Row:
    if app.meaning is not None:
        return Row("judge", True, app.meaning.name)
    if os.environ.get("TRAINER_JUDGE") == "words":
        return Row("judge", True, "by words alone, as you have set it")
    return Row("judge", False, "the trained judge is missing; words alone are judged", "Install the program again.")


def _data(app: App) -> Row:
    home = app.home
    if not home.exists():
        first = next(p for p in home.absolute().parents if p.exists())
        if os.access(first, os.W_OK):
            return Row("data", True, f"{home} (made at the first use)")
        return Row("data", False, f"{home} cannot be made", "Set TRAINER_HOME to a folder that you may write to.")
    if not os.access(home, os.W_OK):
        return Row("data", False, f"{home} is read-only", "Set TRAINER_HOME to a folder that you may write to.")
    return Row("data", True, f"{home}, {len(app.store.sessions())} sessions")


def _terminal(app: App) -> Row:
    if sys.stdin.isatty() and sys.stdout.isatty():
        size = os.get_terminal_size(sys.stdout.fileno())
        return Row("terminal", True, f"{size.columns} columns, {size.lines} lines")
    return Row(
        "terminal",
        False,
        "none",
        "Run it in a terminal to speak; or use --typed with replies on stdin, or --reply with recordings.",
    )


LOOKS: tuple[Callable[[App], Row], ...] = (
    _settings,
    _microphone,
    _speakers,
    _voice,
    _recogniser,
    _judge,
    _data,
    _terminal,
)


def _safely(look: Callable[[App], Row], app: App) -> Iterator[Row]:
    """A look that fails is a row like any other."""
    try:
        yield look(app)
    except (TrainerError, OSError) as fault:
        yield Row(look.__name__.strip("_"), False, str(fault), "Put right what the sentence names.")


def _trial(app: App, say: Callable[[str], None], *, speaks: bool, hears: bool) -> Row:
    """Speak, record, play back, show level and words; as much of it as there are devices for."""
    from trainer.core.call import Line

    faults: list[str] = []
    voice = app.voice(mute=not speaks, facts={}, say=faults.append)
    try:
        line = Line(ANSWER_ME if hears else HEAR_ME)
        if speaks:
            say(f"“{line.text}”")
            voice.speak(line)
        if not hears:
            return _spoke(faults, "the voice was played; there is nothing to hear you with, so you type")
        say(f"Say a few words now ({SECONDS:.0f} seconds).")
        voice.sound(("beep",))
        try:
            recording = _recorded(app.settings.input)
        except TrainerError as fault:
            return Row("trial", False, str(fault), "Check that the microphone is plugged in and allowed.")
        if speaks:
            say("This is what was recorded.")
            voice.play(recording)
        heard = _heard(app, recording)
        return heard if not faults else _spoke(faults, heard.detail)
    finally:
        voice.close()


def _recorded(device: str) -> Recording:
    """Three seconds of the microphone. Raises EarUnavailable."""
    from trainer.speech_in.capture import Capture

    over = time.monotonic() + SECONDS
    with Capture(device) as capture:
        while time.monotonic() < over:
            time.sleep(LOOK)
            if capture.fault:
                raise EarUnavailable(f"The microphone cannot be used ({capture.fault}).")
        return Recording(capture.samples)


def _heard(app: App, recording: Recording) -> Row:
    from trainer.speech_in.capture import loudness, microphones

    level = loudness(recording.samples)
    words = app.recogniser().transcribe(recording, ()).text
    if words:
        fix = "It is faint: turn the microphone up." if level < FAINT else ""
        return Row("trial", True, f"level {level:.0%}, heard: {words}", fix)
    if not level:
        why = "Not a sound came: it is muted, or not the one that you speak into."
    else:
        why = "Speak louder or nearer."
    others = _another("input", microphones()) if len(microphones()) > 1 else ""
    return Row("trial", False, f"level {level:.0%}, nothing was understood", f"{why} {others}".strip())


def _spoke(faults: Sequence[str], detail: str) -> Row:
    if not faults:
        return Row("trial", True, detail)
    return Row("trial", False, f"{faults[0]} {detail}", "Check volume and output; captions are shown anyway.")


def _can_type() -> bool:
    return sys.__stdin__ is not None  # closed, it is an empty sys.stdin to every command
