"""Writing a scenario and trying it: what `scenarios new` and `scenarios preview` do."""

from __future__ import annotations

import difflib
import json
import os
import re
import sys
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from trainer.commands.asking import BROKEN_OFF, NOT_SAVED
from trainer.commands.saying import say
from trainer.core import call as course
from trainer.core.call import Call, nearest_level
from trainer.core.plain_text import plain
from trainer.core.scenario import END, ID, Level
from trainer.errors import FileFaults, TrainerError
from trainer.library import Checked
from trainer.library.draft import SCHEMA_FILE, Wishes, copied, draft, is_known, slug
from trainer.library.files import SUFFIXES, digest_of, read_file
from trainer.writing import write_file

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

    from trainer.wiring import App


# New


def write_new(
    app: App, *, id: str | None, title: str | None, call_type: str | None, origin: str | None, out: Path | None
) -> tuple[Path, Checked]:
    """Write the file, checked, and return where it is. Raises TrainerError rather than write over anything."""
    asks = id is None and title is None and origin is None
    wishes = _asked(app, call_type) if asks else None
    name = id or (wishes.id if wishes else slug(title or "my call"))
    if not re.fullmatch(ID, name) or len(name) > 80:
        raise TrainerError(f"An id is made of letters, digits, hyphens, dots and underscores, not {name!r}.")
    if id is None:
        name = _free(app, name, out)
    path = out or app.library.own / f"{name}.yaml"
    if out is not None and out.suffix.lower() not in SUFFIXES:
        raise TrainerError(f"{out}: a scenario's file ends in .yaml, .yml or .json.")
    if path.exists():
        raise TrainerError(f"{path}: there is such a file already; choose another id.")
    if origin is not None:
        text = copied(read_file(app.library.find(origin)), name, title, call_type)
    else:
        wishes = wishes or Wishes(name, title or name.replace("-", " ").capitalize(), call_type)
        text = draft(replace(wishes, id=name), sorted(app.library.donts))
    checked = app.library.check(text.encode(), str(path))
    _write(path, text)
    schema = path.parent / SCHEMA_FILE
    if out is None and not schema.exists():
        from trainer.library.schema import as_text

        _write(schema, as_text())
    return path, checked


def _asked(app: App, call_type: str | None) -> Wishes:
    """The few questions; Enter skips each, and in a pipe the end of the input skips the rest."""
    known = app.library.donts
    say("A few questions; Enter skips each.", err=True)
    title = _ask("What is the call about?") or "My call"
    short = slug(title)
    id = slug(_ask(f"A short name for it (Enter: {short})?") or short)
    family = call_type or _ask("What type of call is it (such as voicemail or status)?")
    situation = _ask("What happens first?")
    says = _ask("What does the other side say?")
    words: dict[str, str] = {}
    points = _several("What must your reply convey? One thing a line", words)
    say(f"Shipped don'ts: {', '.join(sorted(known))}.", err=True)
    donts = [w for w in re.split(r"[\s,]+", _ask("Which of them count?")) if w]
    for unknown in (d for d in donts if d not in known):
        near = difflib.get_close_matches(unknown, sorted(known), 1, 0.75)
        meant = f", and {near[0]} is one" if near else ""
        say(f"{plain(unknown)} is no shipped don't{meant}; it is left out. The file takes your own, too.", err=True)
    obstacle = _ask("What might they say that makes it harder?")
    if family and not re.fullmatch(ID, family):
        family = slug(family)
    return Wishes(
        id, title, family or None, situation or None, says or None, tuple(points), words,
        tuple(d for d in dict.fromkeys(donts) if d in known), obstacle or None,
    )  # fmt: skip


def _ask(question: str) -> str:
    if sys.stdin.isatty():
        line = _edited(f"{question} ")
    else:
        click.echo(question, err=True)
        line = sys.stdin.readline()
    return plain(line).strip()[:1000]


def _edited(question: str) -> str:
    """One line, edited as it is typed; asked on stderr, so that stdout stays for the result."""
    from trainer.terminal.keys import lines

    try:
        return lines(sys.stderr).prompt(question)
    except EOFError:
        raise TrainerError(BROKEN_OFF) from None
    except KeyboardInterrupt:
        click.echo(NOT_SAVED, err=True)
        raise


def _several(question: str, words: dict[str, str]) -> list[str]:
    """Labels; and in `words` how the author would say it, where the label does not tell."""
    found: list[str] = []
    while len(found) < 12 and (answer := _ask(f"{question} (Enter ends):" if not found else "  and:")):
        found.append(answer)
        if not is_known(answer) and (said := _ask("    How would you say that, on the phone?")):
            words[answer] = said
    return found


def _free(app: App, name: str, out: Path | None) -> str:
    """The name, with a number behind it where a scenario has it already."""
    taken = {s.id for s in app.library.all()} | {p.stem for p in app.library.own.glob("*") if out is None}
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as fault:
        raise TrainerError(f"{path}: the file cannot be written ({fault.strerror}).") from None


# Preview

ASKS = "Reply (/model, /repeat, /quit): "


def play_preview(app: App, wanted: str, start: str | None, level: str | None, seed: int) -> None:
    """The call in captions with typed replies; nothing is kept but where the author left off."""
    _Preview(app, wanted, level, seed).play(start)


class _Preview:
    def __init__(self, app: App, wanted: str, level: str | None, seed: int) -> None:
        self.app = app
        self.wanted = wanted
        self.level = level
        self.seed = seed
        self.path = app.library.find(wanted)
        self.places = app.home / "cache" / "preview.json"
        self.digest = ""
        self.call = self.read()

    def play(self, start: str | None) -> None:
        self.go_to(start if start is not None else self.left_off())
        while not self.call.ended:
            self.show_line()
            try:
                reply = self.reply()
            except KeyboardInterrupt:
                self.leave_off()
                raise
            if reply is None:
                self.leave_off()
                return
            if self.has_changed():
                continue
            self.judge(reply)
        self.forget_place()
        click.echo(f"(The call is over: {self.call.ended.replace('_', ' ')}. Nothing was kept.)")

    def read(self) -> Call:
        """The call at its first turn, from the file as it is now."""
        from trainer.core.placeholders import fill, known

        data = read_file(self.path)
        self.digest = digest_of(data)
        written = self.app.library.check(data, str(self.path)).read.value
        self.family = written.family
        self.facts = known(written, self.app.facts(self.app.application()))
        filled = fill(self.app.library.resolved(written), self.facts)
        level = nearest_level(cast(Level, self.level or self.app.settings.level), filled.levels)
        return course.begin(filled, level, self.seed)

    def go_to(self, turn: str | None) -> None:
        if turn is None:
            return
        ids = [t.id for t in self.call.scenario.turns]
        if turn not in ids:
            raise TrainerError(f"{self.call.scenario.id} has no turn {turn!r}; it has {', '.join(ids)}.")
        self.call = replace(self.call, position=ids.index(turn))

    def has_changed(self) -> bool:
        """Read the file again if its author has edited it, and stay at the same turn. Mistakes are told, not fatal."""
        if digest_of(read_file(self.path)) == self.digest:
            return False
        here, position = self.call.turn.id, self.call.position
        try:
            begun = self.read()
        except FileFaults as fault:
            click.echo(plain(str(fault), lines=True), err=True)
            click.echo("(The file has mistakes now; mend them, or go on with what stood there.)")
            return True
        ids = [t.id for t in begun.scenario.turns]
        at = ids.index(here) if here in ids else min(position, len(ids) - 1)
        self.call = replace(begun, position=at, mood=self.call.mood, hard_donts=self.call.hard_donts)
        click.echo("(The file has changed: read again. Your reply was not judged.)")
        return True

    def show_line(self) -> None:
        line = course.line(self.call)
        self.before = line.text
        click.echo(f"\n[{self.call.turn.id}] level {self.call.level}, mood {self.call.mood}")
        if line.situation:
            click.echo(plain(f"({line.situation})"))
        self.say(line)

    def say(self, line: course.Line) -> None:
        for sound in line.sound:
            click.echo(f"[{sound}]")
        who = (line.speaker.name or line.speaker.role) if line.speaker else None
        click.echo(plain(f"{who or 'They'}: {line.text}"))
        for sound in line.then_sound:
            click.echo(f"[{sound}]")

    def reply(self) -> str | None:
        """What the author says; None at the end. What shows something is followed by another question."""
        while True:
            line = self.typed()
            if line is None or line.strip() in {"/quit", "/hangup"}:
                return None
            if line.strip() == "/repeat":
                click.echo(plain(self.before))
            elif line.strip() == "/model":
                click.echo(plain(self.call.turn.model_answer or "This turn has no model answer."))
            else:
                return line.strip()

    def typed(self) -> str | None:
        """One line; at a terminal it can be edited, and the arrow up brings the last ones back."""
        try:
            if not sys.stdin.isatty():
                return sys.stdin.readline() or None
            if self.app.settings.plain:
                return input(ASKS)
            return self.lines.prompt(ASKS)
        except EOFError:
            return None

    @cached_property
    def lines(self) -> PromptSession[str]:
        from trainer.terminal.keys import lines

        return lines()

    def judge(self, said: str) -> None:
        from trainer.core.debrief import verdict_rows
        from trainer.terminal import render

        turn = self.call.turn
        verdict = self.app.judge(turn, said, self.before, self.facts, self.family, whole_call=False)
        click.echo("not scored" if verdict.score is None else f"score {verdict.score}")
        for row in verdict_rows(turn, verdict):
            if row.mark != "avoided":
                for line in render.point(row):
                    click.echo(line.plain)
        step = course.advance(self.call, verdict, silent=not any(c.isalnum() for c in said))
        where = step.call.ended or step.call.turn.id
        self.call = step.call
        if step.says:
            self.say(step.says)
        good = " (the good way)" if step.branch and step.branch.good else ""
        again = " (a must is missing: asked again)" if step.call.asked_again and not step.branch else ""
        click.echo(f"-> {END if step.call.ended else where}{good}{again}")

    # Where the author left off.

    def left_off(self) -> str | None:
        turn = self.kept().get(str(self.path.resolve()))
        ids = [t.id for t in self.call.scenario.turns]
        if turn not in ids or turn == ids[0]:
            return None
        click.echo(f"(Going on at {turn}, where you left off; --from {ids[0]} begins anew.)")
        return turn

    def leave_off(self) -> None:
        self.keep({**self.kept(), str(self.path.resolve()): self.call.turn.id})
        click.echo(f"(Left at {self.call.turn.id}; preview goes on from here.)")

    def forget_place(self) -> None:
        kept = self.kept()
        if kept.pop(str(self.path.resolve()), None) is not None:
            self.keep(kept)

    def kept(self) -> dict[str, str]:
        try:
            kept = json.loads(self.places.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(k): str(v) for k, v in kept.items()} if isinstance(kept, dict) else {}

    def keep(self, places: dict[str, str]) -> None:
        try:
            self.places.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_file(self.places, json.dumps(dict(list(places.items())[-100:])).encode())
        except (OSError, TrainerError):
            return  # the place is a convenience; trying a call works without it
