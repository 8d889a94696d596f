"""`trainer scenarios`: the calls that there are, checked, shown, tried and written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trainer.commands.saying import say
from trainer.core.plain_text import plain
from trainer.errors import FileFaults, TrainerError

if TYPE_CHECKING:
    from trainer.core.scenario import Scenario
    from trainer.core.structure import Problem
    from trainer.library import Checked, Entry
    from trainer.library.packs import Pack
    from trainer.wiring import App


@click.group()
def scenarios() -> None:
    """The calls: list, show, validate, write new ones."""


@scenarios.command("list", epilog="Example: trainer scenarios list --type voicemail")
@click.option("--type", "call_type", help="Only calls of this type.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def list_(app: App, call_type: str | None, as_json: bool) -> None:
    """Every call that can be played, by id."""
    entries = [e for e in app.library.entries() if call_type in (None, e.scenario.family)]
    for fault in app.library.faults:
        click.echo(plain(fault), err=True)
    if as_json:
        click.echo(json.dumps([_row(e) for e in entries], ensure_ascii=False))
        return
    if not entries:
        click.echo("There are no scenarios here." if call_type is None else f"No call is of the type {call_type}.")
    width = max((len(e.scenario.id) for e in entries), default=0)
    for e in entries:
        mark = "" if e.origin == "shipped" else f" [{e.origin}]"
        click.echo(f"{e.scenario.id:<{width}}  {plain(e.scenario.title)}{mark}")


@scenarios.command(epilog="Example: trainer scenarios show voicemail-next-steps")
@click.argument("scenario")
@click.option("--json", "as_json", is_flag=True, help="The scenario as one JSON object.")
@click.pass_obj
def show(app: App, scenario: str, as_json: bool) -> None:
    """The call as a tree: lines, points, obstacles by level, and where it goes."""
    found = app.library.load(scenario)
    if as_json:
        head = {"version": 1, "digest": app.library.digest(found.id, scenario), "call_type": found.family}
        body = found.model_dump(mode="json", exclude_none=True)
        body["scenario_version"] = body.pop("version")
        click.echo(json.dumps({**body, **head}, ensure_ascii=False))
        return
    from trainer.core.outline import outline

    for line in outline(found, plain=app.settings.plain):
        click.echo(plain(line))


@scenarios.command(epilog="Example: trainer scenarios validate my-call.yaml")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--structure", "structure_only", is_flag=True, help="Leave the judge's view out.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, where nothing is wrong.")
@click.pass_obj
def validate(app: App, files: tuple[str, ...], structure_only: bool, as_json: bool) -> None:
    """Check scenario files (or ids, or folders): mistakes as FILE:line:column, then what the judge makes of them.

    A failed self-test is a warning. In a scenario that ships it is a mistake by words alone; the trained judge may err.
    """
    from trainer.library import faults_of
    from trainer.library.files import read_file

    faults: list[str] = []
    rows: list[dict[str, Any]] = []
    for path in _paths(app, files):
        try:
            checked = app.library.check(read_file(path), str(path))
            seen = [] if structure_only else _judged(app, checked, is_shipped=_is_shipped(app, path))
        except FileFaults as fault:
            faults += fault.faults
            continue
        except TrainerError as fault:
            faults.append(str(fault))
            continue
        faults += faults_of(checked.read, [p for p in seen if p.severity == "error"])
        warnings = [*checked.warnings, *(p for p in seen if p.severity == "warning")]
        warnings.sort(key=lambda p: checked.read.place(p.path))
        rows.append(_checked_row(path, checked, warnings))
    if faults:
        raise FileFaults(tuple(faults))
    if as_json:
        click.echo(json.dumps({"version": 1, "files": rows}, ensure_ascii=False))
        return
    for row in rows:
        for w in row["warnings"]:
            click.echo(plain(f"{row['file']}:{w['line']}:{w['column']}: warning: {w['sentence']}"), err=True)
        count = len(row["warnings"])
        hints = f", {count} warning{'s' if count > 1 else ''}" if count else ""
        click.echo(plain(f"{row['file']}: {row['id']} is right{hints}"))


@scenarios.command(epilog='Example: trainer scenarios new --id my-call --title "Ask for the start date"')
@click.option("--id", help="The new scenario's id; else made of its title.")
@click.option("--title", help="What the call is about.")
@click.option("--type", "call_type", help="The call type that it belongs to.")
@click.option("--from", "origin", help="Begin with a copy of this scenario.")
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file, not to your folder of scenarios.")
@click.pass_obj
def new(
    app: App, id: str | None, title: str | None, call_type: str | None, origin: str | None, out: Path | None
) -> None:
    """Write a new scenario: a few questions, each of which Enter skips. With --id or --title none is asked."""
    from trainer.commands.authoring import write_new

    path, checked = write_new(app, id=id, title=title, call_type=call_type, origin=origin, out=out)
    name = checked.read.value.id if out is None else str(path)
    click.echo(f"Wrote {plain(str(path))}.")
    click.echo(f"Edit it, then: trainer scenarios preview {plain(name)}")
    click.echo(f"          and: trainer scenarios validate {plain(name)}")


@scenarios.command(epilog="Example: trainer scenarios preview my-call --from close")
@click.argument("scenario")
@click.option("--from", "start", metavar="TURN", help="Begin at this turn; else where you left off after an edit.")
@click.option("--level", type=click.Choice(["easy", "normal", "hard"]), help="How hard the other side makes it.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Which wordings are taken.")
@click.pass_obj
def preview(app: App, scenario: str, start: str | None, level: str | None, seed: int) -> None:
    """Try a call silently: type replies, read lines and verdicts. Nothing is kept.

    The file is read again when it has changed, and the call goes on at the same turn.
    """
    from trainer.commands.authoring import play_preview

    play_preview(app, scenario, start, level, seed)


@scenarios.command(epilog="Example: trainer scenarios schema > scenario.schema.json")
def schema() -> None:
    """The JSON Schema of scenario files, for editors."""
    from trainer.library.schema import as_text

    click.echo(as_text(), nl=False)


@scenarios.group()
def pack() -> None:
    """Packs of scenarios, shared as a folder or a zip."""


@pack.command(epilog="Example: trainer scenarios pack make start-date my-call --out friends.zip")
@click.argument("wanted", nargs=-1, required=True, metavar="SCENARIO...")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The zip to write.")
@click.pass_obj
def make(app: App, wanted: tuple[str, ...], out: Path) -> None:
    """Write scenarios as a zip for others; only what stands in their files goes along."""
    from trainer.library import packs

    made = packs.make(app.library, wanted, out)
    say(f"{plain(str(out))} holds {', '.join(made)}. Who gets it takes it in with: trainer scenarios pack add FILE.zip")


@pack.command(epilog="Example: trainer scenarios pack add friends.zip")
@click.argument("source", type=click.Path(path_type=Path), metavar="FILE.zip|FOLDER")
@click.option("--name", help="What to call the pack; else as the file is called.")
@click.pass_obj
def add(app: App, source: Path, name: str | None) -> None:
    """Take a pack in. Every file is checked first; one mistake, and nothing is taken in."""
    from trainer.library import packs

    taken = packs.add(app.library, source, name)
    others = f"{taken.left_out} other file{' was' if taken.left_out == 1 else 's were'}"
    left = f"; {others} left out" if taken.left_out else ""
    click.echo(f"Took in {taken.name}: {_scenarios(taken)}{left}.")
    if taken.over_shipped:
        click.echo(f"These now go before the shipped ones: {', '.join(taken.over_shipped)}.")


@pack.command("list", epilog="Example: trainer scenarios pack list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def list_packs(app: App, as_json: bool) -> None:
    """The packs that were taken in."""
    from trainer.library import packs

    found: tuple[Pack, ...] = packs.packs(app.library)
    if as_json:
        click.echo(json.dumps([{"id": p.name, "scenarios": list(p.scenarios)} for p in found], ensure_ascii=False))
        return
    for p in found:
        click.echo(f"{p.name}: {_scenarios(p)}")
    if not found:
        click.echo("No packs were taken in.")


@pack.command(epilog="Example: trainer scenarios pack remove friends")
@click.argument("name")
@click.pass_obj
def remove(app: App, name: str) -> None:
    """Take a pack out again; history stays."""
    from trainer.library import packs

    packs.remove(app.library, name)
    click.echo(f"Removed {name}. The history of its calls stays.")


def _scenarios(taken: Pack) -> str:
    count = len(taken.scenarios)
    return f"{count} scenario{'s' * (count != 1)}"


def _row(entry: Entry) -> dict[str, Any]:
    s: Scenario = entry.scenario
    return {
        "id": s.id,
        "title": s.title,
        "call_type": s.family,
        "turns": [turn.id for turn in s.turns],
        "levels": list(s.levels),
        "purpose": s.purpose,
        "rung": s.rung,
        "inbound": s.inbound,
        "origin": entry.origin,
        "path": str(entry.path),
        "digest": entry.digest,
    }


def _checked_row(path: Path, checked: Checked, warnings: list[Problem]) -> dict[str, Any]:
    placed = [(checked.read.place(p.path), p.sentence) for p in warnings]
    return {
        "file": str(path),
        "id": checked.read.value.id,
        "ok": True,
        "warnings": [{"line": line, "column": column, "sentence": s} for (line, column), s in placed],
    }


def _paths(app: App, files: tuple[str, ...]) -> list[Path]:
    """The files that were named, by path or id; of a folder, those in it."""
    from trainer.library import BESIDE
    from trainer.library.files import scenario_files

    found: list[Path] = []
    for name in files:
        if Path(name).is_dir():
            inside = [path for path in scenario_files(Path(name)) if path.name not in BESIDE]
            if not inside:
                raise TrainerError(f"{name}: there is no scenario in this folder.")
            found += inside
        else:
            found.append(app.library.find(name))
    return found


def _is_shipped(app: App, path: Path) -> bool:
    return path.resolve().parent == app.library.shipped.resolve()


def _judged(app: App, checked: Checked, *, is_shipped: bool) -> list[Problem]:
    """The judge's view of a scenario, filled with the built-in sample."""
    from trainer.core.application import SAMPLE
    from trainer.core.placeholders import fill, known
    from trainer.core.proof import views

    written = checked.read.value
    facts = known(written, app.facts(SAMPLE))
    filled = fill(app.library.resolved(written), facts)
    return views(
        filled,
        lambda turn, said, before: app.judge(turn, said, before, facts, written.family),
        self_tests="error" if is_shipped and app.meaning is None else "warning",
        shipped=app.library.donts.keys(),
    )
