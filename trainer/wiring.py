"""The composition root: settings in, a Kit out. The only module that names adapters and reads the clock."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer import settings as settings_module
from trainer.errors import TrainerError
from trainer.settings import Settings, environment, home, shipped

if TYPE_CHECKING:
    from trainer.applications import Applications
    from trainer.core.application import Application
    from trainer.core.gist import Gist
    from trainer.core.judging import Accepted, Meaning
    from trainer.core.ledger import Played
    from trainer.core.scenario import Scenario, Turn
    from trainer.core.schedule import Card, Foretold
    from trainer.core.speech import Recording
    from trainer.core.verdict import Verdict
    from trainer.library import Library
    from trainer.ports import Ear, Kit, Recogniser, Screen, Voice
    from trainer.store.sqlite import SqliteStore

WORTH_KEEPING = 4_000  # reviews to fold again the next time: some milliseconds
DAY_TURNS_AT = timedelta(hours=4)  # a session after midnight still belongs to the evening before


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The real time, or the moment that `TRAINER_NOW` (ISO 8601 with offset) stands for."""

    fixed: datetime | None = None

    def now(self) -> datetime:
        return self.fixed or datetime.now().astimezone()

    def today(self) -> date:
        """The practice day: it turns at 4 in the morning."""
        return (self.now() - DAY_TURNS_AT).date()


def clock_from(environ: Mapping[str, str]) -> SystemClock:
    written = environ.get("TRAINER_NOW")
    if not written:
        return SystemClock()
    try:
        fixed = datetime.fromisoformat(written)
    except ValueError:
        fixed = None
    if fixed is None or fixed.tzinfo is None:
        raise TrainerError(
            f"TRAINER_NOW is {written!r}; it takes a date and time with an offset, such as 2026-11-09T10:00:00+00:00."
        )
    return SystemClock(fixed)


def new_id(now: datetime) -> str:
    """An id that sorts by time and is unique across machines: milliseconds and 50 random bits, base 32."""
    import secrets

    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    number = (int(now.timestamp() * 1000) << 50) | secrets.randbits(50)
    return "".join(alphabet[(number >> shift) & 31] for shift in range(95, -1, -5))[1:]


@dataclass
class App:
    """What commands ask for; each part is made when it is first used."""

    flags: dict[str, Any] = field(default_factory=dict)
    debug: bool = False
    noted: set[str] = field(default_factory=set)

    @cached_property
    def environ(self) -> Mapping[str, str]:
        return environment()

    @cached_property
    def home(self) -> Path:
        return home(self.environ)

    @cached_property
    def settings(self) -> Settings:
        return settings_module.load(self.home, self.environ, **self.flags)

    @cached_property
    def clock(self) -> SystemClock:
        return clock_from(self.environ)

    @cached_property
    def store(self) -> SqliteStore:
        from trainer.store.sqlite import SqliteStore

        return SqliteStore(self.home, self.clock)

    @cached_property
    def library(self) -> Library:
        from trainer.library import Library

        return Library(shipped("scenarios"), self.home / "scenarios")

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Every scenario that can be played, read once a command."""
        return self.library.all()

    @cached_property
    def gists(self) -> tuple[Gist, ...]:
        """What choosing what to practise needs to know of every scenario."""
        return self.library.gists()

    @cached_property
    def applications(self) -> Applications:
        from trainer.applications import Applications

        return Applications(self.home / "applications")

    def application(self, id: str | None = None) -> Application:
        """The one named; else the only one, else the last used, else the built-in sample."""
        from trainer.core.application import SAMPLE

        if id is not None:
            return SAMPLE if id == SAMPLE.id else self.applications.load(id)
        every = self.applications.all()
        if len(every) == 1:
            return every[0]
        last = self.store.state("last_application") if every else None
        return next((a for a in every if a.id == last), SAMPLE)

    def facts(self, application: Application) -> dict[str, str]:
        """Placeholder → value, from the application."""
        from trainer.core.application import values

        return values(application, self.clock.today())

    @cached_property
    def meaning(self) -> Meaning | None:
        """The trained judge, or None (said once) where its weights are missing or not the shipped ones."""
        from trainer.errors import JudgeUnavailable

        if self.environ.get("TRAINER_JUDGE") == "words":
            return None
        try:
            from trainer.meaning.onnx import OnnxMeaning
        except ImportError:
            return None
        try:
            return OnnxMeaning(shipped("assets") / "judge")
        except JudgeUnavailable as fault:
            print(f"{fault} Judging by words alone.", file=sys.stderr)
            return None

    def judge(
        self,
        turn: Turn,
        said: str,
        before: str,
        facts: Mapping[str, str],
        family: str,
        *,
        accepted: Sequence[Accepted] = (),
        whole_call: bool = True,
    ) -> Verdict:
        from trainer.core.judging import judge

        return judge(
            turn,
            said,
            before=before,
            facts=facts,
            meaning=self.meaning,
            accepted=accepted,
            family=family,
            whole_call=whole_call,
        )

    def cards(self, sessions: Sequence[Played] | None = None) -> dict[str, Card]:
        """Every point's memory: the fold of the history (`sessions`, where they were read already)."""
        return self.replay(self.store.ledger() if sessions is None else sessions)[0]

    def replay(self, sessions: Sequence[Played]) -> tuple[dict[str, Card], Foretold]:
        """The same, and what was expected before each review. Of a long history most is kept from the last time."""
        from trainer.core import schedule
        from trainer.store import folds

        known = schedule.Folds(folds.load(self.home))
        made = schedule.replay(
            sessions,
            retention=self.settings.retention,
            today=self.clock.today(),
            suspended=self.store.suspended(),
            renamed=schedule.renamed_in((s.family, s.renamed) for s in self.gists),
            folds=known,
        )
        if known.steps >= WORTH_KEEPING:
            folds.save(self.home, {**known.kept, **known.fresh})
        return made

    def start_log(self) -> None:
        """A log without transcripts, for `--debug`."""
        import logging

        path = self.home / "debug.log"
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            logging.basicConfig(
                filename=path, level=logging.DEBUG, format="%(asctime)s %(name)s %(levelname)s %(message)s"
            )
        except OSError as fault:
            raise TrainerError(f"{path}: the log cannot be written ({fault.strerror}).") from None
        logging.getLogger("trainer").debug("python %s on %s", sys.version.split()[0], sys.platform)

    def new_id(self) -> str:
        return new_id(self.clock.now())

    def note(self, text: str) -> None:
        """Something said once, beside the call."""
        from trainer.core.plain_text import plain

        if text not in self.noted:
            self.noted.add(text)
            print(plain(text), file=sys.stderr)

    # The Kit of one call.

    def kit(self, ear: Ear, screen: Screen, voice: Voice) -> Kit:
        from trainer.ports import Kit

        return Kit(voice=voice, ear=ear, screen=screen, store=self.store, clock=self.clock, meaning=self.meaning)

    def screen(self, *, json: bool) -> Screen:
        """A terminal where there is one; else plain lines (to stderr beside JSON)."""
        from trainer.terminal.plain import PlainScreen

        interactive = sys.stdin.isatty()
        if json:
            return PlainScreen(sys.stderr, asks=False)
        if self.settings.plain or not sys.stdout.isatty() or not interactive:
            return PlainScreen(sys.stdout, asks=interactive and sys.stdout.isatty())
        from trainer.terminal.screen import TerminalScreen

        return TerminalScreen()

    def voice(self, *, mute: bool, facts: Mapping[str, str], say: Callable[[str], None]) -> Voice:
        """The other side's voice; captions alone where it is muted or cannot be had."""
        from trainer.speech_out.captions import Captions

        _share_heaps()
        if mute or self.settings.voice == "captions":
            return Captions()
        from trainer.speech_out.speaker import open_voice

        return open_voice(self.settings, shipped("assets") / "sounds", say, says_as=says_as(facts))

    def recordings(self, files: Sequence[Path]) -> Ear:
        """Recordings as replies, every one opened before the call starts."""
        from trainer.speech_in.recordings import Recordings

        return Recordings(files, self.recogniser())

    def recogniser(self, *, online: str | None = None) -> Recogniser:
        from trainer.speech_in.engines import open_recogniser

        return open_recogniser(self.settings, online=online)

    def over_the_telephone(self, recording: Recording, limit: float | None) -> Recording:
        """A reply as the other side hears it, cut off by a beep after `limit` seconds."""
        from trainer.speech_out.telephone import as_left

        return as_left(recording, limit)

    def digits_heard(self, recording: Recording) -> str:
        """The digits that a recogniser gets from a recording."""
        from trainer.core.normalise import tokens
        from trainer.core.slots import digit_runs

        heard = self.recogniser().transcribe(recording, ())
        return ", ".join(digits for digits, _, _ in digit_runs(tokens(heard.text)))

    def typed(self, *, json: bool = False) -> Ear:
        """The keyboard, or lines from a pipe; beside JSON it is asked on stderr."""
        from trainer.terminal.typed import TypedLines, TypedTerminal

        if not sys.stdin.isatty():
            return TypedLines(sys.stdin)
        return TypedTerminal(plain=self.settings.plain, out=sys.stderr if json else None)

    def live(self, say: Callable[[str], None], *, online: str | None = None, json: bool = False) -> Ear:
        """The microphone, and typing from the moment that it cannot be used; beside JSON it is asked on stderr."""
        from trainer.speech_in.microphone import Microphone, OrTyping
        from trainer.terminal import recording

        plain, out = self.settings.plain, sys.stderr if json else None
        microphone = Microphone(
            self.recogniser(online=online),
            partial(recording.hold_plainly if plain else recording.hold, out=out),
            ready=partial(recording.ready_plainly, out=out) if plain else None,
            device=self.settings.input,
            silence=self.settings.silence,
        )
        return OrTyping(microphone, partial(self.typed, json=json), say)

    def can_hear(self) -> bool:
        """Is there a microphone?"""
        from trainer.speech_in.microphone import microphones

        return bool(microphones())


def says_as(facts: Mapping[str, str]) -> dict[str, str]:
    """Names as the voice has to say them."""
    pairs = (("contact.name", "contact.says_as"), ("second.name", "second.says_as"), ("me.name", "me.says_as"))
    return {facts[name]: facts[spoken] for name, spoken in pairs if facts.get(name) and facts.get(spoken)}


def _share_heaps() -> None:
    """Let a call's threads share two heaps. glibc would keep up to eight a core: 130 MB at the peak of a voice call."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(-8, 2)  # M_ARENA_MAX
