"""`trainer why` and `trainer dispute`: the evidence behind a verdict, and the learner's own list of wordings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from trainer.commands import past
from trainer.commands.saying import say
from trainer.core import reliability
from trainer.core.plain_text import plain
from trainer.core.scenario import card_of
from trainer.core.session import Session, Take
from trainer.core.verdict import Kind
from trainer.errors import TrainerError
from trainer.wiring import App

if TYPE_CHECKING:
    from trainer.core.judging import Accepted
    from trainer.core.rejudging import Change

MOST_SURE = 0.99  # what is shown at most: no judge that errs is wholly sure


@click.command(epilog="Example: trainer why last/message")
@click.argument("which", metavar="SESSION[/TURN]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def why(app: App, which: str, as_json: bool) -> None:
    """Show the words behind every point, the rule, its article, a better wording, and how often the judge errs."""
    session, turn = past.found(app, which)
    takes = [t for t in session.takes if turn is None or t.turn == turn]
    rows = {take.id: _reasons(app, session, take) for take in takes}
    if as_json:
        turns = [{"turn": t.turn, "take": t.id, "said": t.said, "points": rows[t.id]} for t in takes]
        click.echo(json.dumps({"version": 1, "session": session.id, "turns": turns}, ensure_ascii=False))
        return
    say(past.one_line(session))
    for take in takes:
        say(f"\n{plain(take.turn)}, judged by {plain(take.verdict.judge)}")
        say(f"  You: {plain(take.said) or '(silence)'}")
        for row in rows[take.id]:
            say("\n".join(_reason_lines(row)))
    for errs in dict.fromkeys(reliability.in_words(take.verdict.judge) for take in takes):
        if errs:
            say(f"\n{errs}")


@click.command(epilog="Example: trainer dispute last ask_for_person")
@click.argument("which", metavar="[SESSION[/TURN]]", required=False)
@click.argument("point", required=False)
@click.option("--not", "not_so", is_flag=True, help="It was credited (or held against you) and was not meant so.")
@click.option("--words", help="The piece of the reply that is meant, where it is not the whole of it.")
@click.option("--preview", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--export", "as_list", is_flag=True, help="Print your own list as JSON.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def dispute(
    app: App,
    which: str | None,
    point: str | None,
    not_so: bool,
    words: str | None,
    preview: bool,
    as_list: bool,
    as_json: bool,
) -> None:
    """Say that a wording counts for POINT, or (--not) was not meant so. It joins your own list."""
    if as_list:
        rows = [accepted_object(a) for a in app.store.accepted()]
        click.echo(json.dumps({"version": 1, "accepted": rows}, ensure_ascii=False))
        return
    if which is None or point is None:
        raise click.UsageError("Name a SESSION and a POINT, or use --export.")
    session, turn = past.found(app, which)
    take, kind, id = past.take_with_point(session, turn, point)
    wording = _wording(app, session, take, kind, id, words, counts=not not_so)
    changes = _changes(app, session, take, kind, id, wording)
    if not preview:
        app.store.dispute(session.id, wording, [c.new for c in changes])
    if as_json:
        told: dict[str, Any] = {"version": 1, "kept": not preview, **accepted_object(wording)}
        told["changes"] = [past.change_object(c) for c in changes]
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    verb = "counts as" if wording.counts else "does not count as"
    say(f"“{plain(wording.words)}” {verb} {plain(wording.point)}{' (preview)' if preview else ''}.")
    for change in changes:
        say("\n".join(past.change_lines(change)))
    if preview:
        say("Nothing was changed.")
    else:
        say("It is on your own list; `trainer undo` takes that back, with all that changed.")


def accepted_object(accepted: Accepted) -> dict[str, Any]:
    """One line of the learner's own list."""
    return {"kind": accepted.kind, "point": accepted.point, "words": accepted.words, "counts": accepted.counts}


def _wording(
    app: App, session: Session, take: Take, kind: Kind, id: str, words: str | None, *, counts: bool
) -> Accepted:
    from trainer.core.judging import Accepted

    verdict = take.verdict.point(kind, id)
    assert verdict is not None
    if verdict.hit == counts:
        state = "already counts" if counts else "is not held to be there anyway"
        raise TrainerError(
            f"{id!r} {state} in {session.id}/{take.turn}; "
            + ("--not says that it was not meant so." if counts else "without --not, the wording counts.")
        )
    if words is None:
        words = verdict.evidence.quote if verdict.evidence else take.said.strip()
    if not words.strip() or words not in take.said:
        raise TrainerError(f"{words!r} does not stand in what was said: {take.said!r}.")
    return Accepted(kind, card_of(session.family, kind, id), words, counts)


def _changes(app: App, session: Session, take: Take, kind: Kind, id: str, wording: Accepted) -> list[Change]:
    """The disputed take as the learner says, and every other of this call type that the list now judges alike."""
    from trainer.core.rejudging import point_again, settled

    script = past.script_of(app, session)
    turn = script.scenario.turn(take.turn) if script else None
    if turn is None:
        raise TrainerError(f"Session {session.id} was kept without its script; it cannot be judged again.")
    changes = [settled(session, take, turn, kind, id, wording.counts, wording.words)]
    accepted = (*app.store.accepted(), wording)
    for other in app.store.sessions(family=session.family):
        played = past.script_of(app, other)
        if played is None:
            continue
        judge = past.judge_of(app, other, played, accepted)
        alike = point_again(other, played.scenario, judge, kind, id, wording.counts)
        changes += [change for change in alike if change.take.id != take.id]
    return changes


def _reasons(app: App, session: Session, take: Take) -> list[dict[str, Any]]:
    """Every point with its words, rule, source and better wording; without those of the script where it is not kept."""
    from trainer.core.debrief import rows

    script = past.script_of(app, session)
    turn = script.scenario.turn(take.turn) if script else None
    known = {(r.point.kind, r.point.id): r for r in rows(turn, take)} if turn else {}
    told = []
    for point in (*take.verdict.key_points, *take.verdict.donts):
        row, evidence = known.get((point.kind, point.id)), point.evidence
        told.append(
            {
                "kind": point.kind,
                "id": point.id,
                "label": row.label if row else point.id,
                "hit": point.hit,
                "confidence": point.confidence,
                "unsure": point.unsure,
                "evidence": evidence.quote if evidence else None,
                "rule": evidence.rule if evidence else None,
                "why": evidence.why if evidence else None,
                "likeness": evidence.likeness if evidence else None,
                "threshold": evidence.threshold if evidence else None,
                "sources": list(row.sources) if row else [],
                "better": row.better if row else None,
            }
        )
    return told


def _reason_lines(row: dict[str, Any]) -> list[str]:
    words = ("said", "missed") if row["kind"] == "key_point" else ("committed", "avoided")
    mark = words[0] if row["hit"] else words[1]
    sure = "not sure" if row["unsure"] else f"{min(row['confidence'], MOST_SURE):.0%} sure"
    lines = [f"  {mark}: {plain(row['label'])} [{plain(row['id'])}], {sure}"]
    if row["evidence"]:
        lines.append(f"    words: “{plain(row['evidence'])}”")
        lines.append(
            f"    rule: {plain(row['rule'])} ({row['likeness']:.2f}, needs {row['threshold']:.2f}). {plain(row['why'])}"
        )
    if row["sources"]:
        lines.append(f"    from: {'; '.join(plain(s) for s in row['sources'])}")
    if row["better"]:
        lines.append(f"    better: “{plain(row['better'])}”")
    return lines
