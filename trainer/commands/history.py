"""`trainer history`: scored sessions, listed and searched, shown, replayed, compared, judged again."""

from __future__ import annotations

import difflib
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from trainer.commands import past
from trainer.commands.gate import written_day
from trainer.commands.saying import say
from trainer.core.plain_text import plain
from trainer.core.session import Grade, Session, Take
from trainer.core.verdict import PointVerdict
from trainer.errors import TrainerError
from trainer.wiring import App

if TYPE_CHECKING:
    from trainer.core.rejudging import Change

GRADES = tuple(grade.name.lower() for grade in Grade)


@click.group(invoke_without_command=True, epilog="Example: trainer history --type voicemail --since 2026-11-01")
@click.option("--scenario", help="Of this scenario.")
@click.option("--type", "family", help="Of this call type.")
@click.option("--application", help="Of this application.")
@click.option("--since", type=written_day, metavar="DATE", help="From this day on.")
@click.option("--until", type=written_day, metavar="DATE", help="Up to this day.")
@click.option("--point", help="Judged on this key point or don't, such as leave_number or dont.excuses.")
@click.option("--grade", type=click.Choice(GRADES), help="With this grade (of the point, where one is named).")
@click.option("--words", help="In which these words were said.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_context
def history(
    ctx: click.Context,
    scenario: str | None,
    family: str | None,
    application: str | None,
    since: date | None,
    until: date | None,
    point: str | None,
    grade: str | None,
    words: str | None,
    as_json: bool,
) -> None:
    """List scored sessions, the latest first."""
    if ctx.invoked_subcommand is not None:
        return
    app: App = ctx.obj
    sessions = app.store.sessions(
        scenario=scenario, family=family, application=application, since=since, until=until, words=words
    )
    kept = [s for s in reversed(sessions) if (point is None and grade is None) or _has(s, point, grade)]
    if as_json:
        from trainer.exports.practice import row_object

        click.echo(json.dumps([row_object(s) for s in kept], ensure_ascii=False))
        return
    if not kept:
        say("No session is like that." if sessions or _asked(ctx) else "There is no session yet.")
    for session in kept:
        say(past.one_line(session))
        for take in session.takes if words else ():
            if words and words.casefold() in take.said.casefold():
                say(f"    {plain(take.turn)}: {_around(take.said, words)}")


@history.command(epilog="Example: trainer history show last")
@click.argument("session")
@click.option("--json", "as_json", is_flag=True, help="The object that practice prints.")
@click.pass_obj
def show(app: App, session: str, as_json: bool) -> None:
    """Show one session: an id, the beginning of one, or `last` (with a reply)."""
    found = app.store.session(session, replied=True)
    if as_json:
        from trainer.commands.practice import next_days
        from trainer.exports.practice import practice_object

        upcoming = next_days(app, found) if found.scheduled else []
        click.echo(json.dumps(practice_object(found, upcoming), ensure_ascii=False))
        return
    say(past.one_line(found))
    say(f"{plain(found.title)} · level {found.level} · {found.mode} · application {plain(found.application)}")
    if found.nerves_before is not None or found.nerves_after is not None:
        say(f"Nerves: {_rating(found.nerves_before)} before, {_rating(found.nerves_after)} after")
    for take in found.takes:
        say()
        say("\n".join(_take_lines(take)))
    for opinion in app.store.state(f"opinions/{found.id}") or []:
        say()
        say("\n".join(_opinion_lines(opinion)))


@history.command(epilog="Example: trainer history replay last/message --telephone")
@click.argument("which", metavar="SESSION[/TURN]")
@click.option("--telephone", is_flag=True, help="As the other side hears it over a telephone.")
@click.pass_obj
def replay(app: App, which: str, telephone: bool) -> None:
    """Play the recordings that were kept of a session or a turn."""
    session, turn = past.found(app, which)
    takes = [t for t in session.takes if turn is None or t.turn == turn]
    sounds = [(t, sound) for t in takes if (sound := app.store.recording(t.id))]
    if not sounds:
        raise TrainerError(
            f"No recording was kept of {which}; after a call, one key keeps them. `trainer why {session.id}` shows the"
            " words."
        )
    voice = app.voice(mute=False, facts={}, say=app.note)
    try:
        for take, sound in sounds:
            say(f"{plain(take.turn)} ({sound.seconds:.0f} s): {plain(take.said)}")
            if telephone:
                sound = app.over_the_telephone(sound, _limit(app, session.id, take.turn))
                say(f"  Digits that are heard in it: {app.digits_heard(sound) or 'none'}")
            voice.play(sound)
    finally:
        voice.close()


def _limit(app: App, session: str, turn: str) -> float | None:
    """Seconds after which the voicemail of this turn cut the caller off; None where nothing did."""
    script = app.store.script(session)
    turns = json.loads(script)["scenario"]["turns"] if script else []
    played: dict[str, Any] = next((t for t in turns if t["id"] == turn), {})
    return played.get("time_limit") if "beep" in played.get("then_sound", ()) else None


@history.command(epilog="Example: trainer history compare 1m6zw068 last")
@click.argument("a")
@click.argument("b")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def compare(app: App, a: str, b: str, as_json: bool) -> None:
    """Compare two sessions or turns point by point and word by word: SESSION[/TURN] each."""
    pairs = _pairs(past.found(app, a), past.found(app, b))
    if not pairs:
        raise TrainerError(f"{a} and {b} have no turn in common.")
    rows = [_comparison(one, other) for one, other in pairs]
    if as_json:
        click.echo(json.dumps({"version": 1, "turns": rows}, ensure_ascii=False))
        return
    for row in rows:
        say(f"{plain(row['turn'])}: score {_score(row['scores'][0])} → {_score(row['scores'][1])}")
        for name, word in (("gained", "Better now"), ("lost", "Worse now"), ("missed", "Missed in both")):
            if row[name]:
                say(f"  {word}: {', '.join(plain(p) for p in row[name])}")
        say(f"  Words: {plain(row['words'])}")


@history.command(epilog="Example: trainer history rejudge --accept")
@click.argument("session", required=False)
@click.option("--accept", is_flag=True, help="Let grades and due days follow; `trainer undo` takes it back.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def rejudge(app: App, session: str | None, accept: bool, as_json: bool) -> None:
    """Judge the past again, by the judge and your own list of today. Shows old and new; --accept changes it."""
    from trainer.core.ledger import is_own
    from trainer.core.rejudging import judged_again

    sessions = (app.store.session(session, replied=True),) if session else app.store.sessions()
    accepted = app.store.accepted()
    changes: list[Change] = []
    without = 0
    for one in sessions:
        script = past.script_of(app, one)
        if script is None:
            without += is_own(one)  # a drill has no call to be judged by
            continue
        changes += judged_again(one, script.scenario, past.judge_of(app, one, script, accepted))
    if accept and changes:
        app.store.rejudge([change.new for change in changes])
    if as_json:
        rows = [past.change_object(c) for c in changes]
        click.echo(
            json.dumps(
                {"version": 1, "accepted": accept, "without_script": without, "changes": rows}, ensure_ascii=False
            )
        )
        return
    for change in changes:
        say("\n".join(past.change_lines(change)))
    if without:
        say(f"{without} session(s) were kept without their script and cannot be judged again.")
    if not changes:
        say("Nothing would be judged otherwise.")
    elif accept:
        say(f"{len(changes)} take(s) changed; `trainer undo` takes that back.")
    else:
        say(f"{len(changes)} take(s) would change; add --accept to let grades and due days follow.")


def _asked(ctx: click.Context) -> bool:
    return any(value for name, value in ctx.params.items() if name != "as_json")


def _has(session: Session, point: str | None, grade: str | None) -> bool:
    for take in session.takes:
        named = past.point_named(take, point) if point else None
        if point and named is None:
            continue
        grades = [g.grade.name.lower() for g in take.grades if named is None or (g.kind, g.id) == named]
        if grade is None or grade in grades:
            return True
    return False


def _around(said: str, words: str, width: int = 30) -> str:
    at = said.casefold().find(words.casefold())
    start, end = max(0, at - width), at + len(words) + width
    return ("…" if start else "") + plain(said[start:end]) + ("…" if end < len(said) else "")


def _rating(value: int | None) -> str:
    return "not said" if value is None else f"{value} of 10"


def _score(value: int | None) -> str:
    return "none" if value is None else str(value)


def _take_lines(take: Take) -> list[str]:
    kind = {"first": "", "again": ", asked again", "retake": ", retake"}[take.kind]
    notes = kind + (", with help" if take.assisted else "") + (", set aside" if take.aside else "")
    lines = [f"{plain(take.turn)}{notes}: score {_score(take.verdict.score)}", f"  They: {plain(take.says)}"]
    lines.append(f"  You:  {plain(take.said) or '(silence)'}")
    if take.heard != take.said:
        lines.append(f"  Heard as: {plain(take.heard)}")
    return lines + [f"  {_point_line(p)}" for p in (*take.verdict.key_points, *take.verdict.donts)]


def _opinion_lines(opinion: dict[str, Any]) -> list[str]:
    ratings = ", ".join(f"{name.replace('-', ' ')} {value} of 10" for name, value in opinion["ratings"].items())
    turn = f" on {plain(opinion['turn'])}" if opinion["turn"] else ""
    lines = [f"Somebody else's opinion{turn}: {plain(ratings) or 'no ratings'}"]
    lines += [f"  Worked: {plain(opinion['worked'])}"] if opinion["worked"] else []
    return lines + ([f"  Would change: {plain(opinion['change'])}"] if opinion["change"] else [])


def _point_line(point: PointVerdict) -> str:
    if point.kind == "key_point":
        mark = "said  " if point.hit else "missed"
    else:
        mark = "DON'T " if point.hit else "clean "
    quote = f": “{plain(point.evidence.quote)}”" if point.evidence else ""
    return f"{mark} {plain(point.id)}{quote}{' (not sure)' if point.unsure else ''}"


def _pairs(one: tuple[Session, str | None], other: tuple[Session, str | None]) -> list[tuple[Take, Take]]:
    """The takes of the same turn; one turn named on each side are compared whatever they are."""
    (a, turn_a), (b, turn_b) = one, other
    last_a, last_b = (
        {t.turn: t for t in s.takes} for s in (a, b)
    )  # the last take of a turn is the one that counts here
    if turn_a and turn_b:
        return [(last_a[turn_a], last_b[turn_b])]
    turns = [t for t in last_a if t in last_b and (turn_a or turn_b or t) == t]
    return [(last_a[t], last_b[t]) for t in turns]


def _comparison(a: Take, b: Take) -> dict[str, Any]:
    good_a, good_b = _good(a), _good(b)
    return {
        "turn": a.turn,
        "takes": [a.id, b.id],
        "scores": [a.verdict.score, b.verdict.score],
        "gained": sorted(p for p in good_b if good_b[p] and good_a.get(p) is False),
        "lost": sorted(p for p in good_b if not good_b[p] and good_a.get(p) is True),
        "missed": sorted(p for p in good_b if not good_b[p] and good_a.get(p) is False),
        "said": [a.said, b.said],
        "words": _word_diff(a.said, b.said),
    }


def _good(take: Take) -> dict[str, bool]:
    return {p.id: p.hit for p in take.verdict.key_points} | {f"dont.{p.id}": not p.hit for p in take.verdict.donts}


def _word_diff(before: str, after: str) -> str:
    """What went in [-…-], what came in {+…+}, as `git diff --word-diff` writes it."""
    a, b = before.split(), after.split()
    pieces = []
    for what, a0, a1, b0, b1 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(" ".join(a[a0:a1]))
            continue
        if a1 > a0:
            pieces.append(f"[-{' '.join(a[a0:a1])}-]")
        if b1 > b0:
            pieces.append(f"{{+{' '.join(b[b0:b1])}+}}")
    return " ".join(pieces)
