"""After a call: unsure verdicts settled by one key, retakes, the model answer, grades, recordings."""

from __future__ import annotations

from dataclasses import replace

from trainer.commands.practice import details, retaken
from trainer.core import debrief, moments
from trainer.core.plain_text import plain
from trainer.core.rejudging import answered, regraded, resting_on, with_point
from trainer.core.session import Grade, Take
from trainer.core.verdict import PointVerdict
from trainer.errors import HungUp
from trainer.rehearsal import Rehearsal
from trainer.wiring import App

KEYS = (
    ("d", "details"),
    ("r", "retake a turn"),
    ("m", "model answer"),
    ("o", "overrule a grade"),
    ("x", "set a take aside"),
    ("l", "listen to a take"),
    ("k", "keep the recordings"),
)


def afterwards(app: App, r: Rehearsal) -> None:
    """Until Enter: what a learner may want right after a call."""
    screen = r.kit.screen
    try:
        _settle_unsure(app, r)
        while True:
            keys = [k for k in KEYS if (r.recordings or k[0] not in "lk") and (r.session.takes or k[0] == "k")]
            if not keys:
                break
            key = screen.choose("What next?", keys, "")
            if key not in {k for k, _ in keys}:
                break
            _do(app, r, key)
        if not r.only:
            after = screen.rate("How nervous now, 0 to 10? (Enter skips)")
            r.session = replace(r.session, nerves_after=after)
            r.kit.store.finish(r.session)
    except HungUp:
        return


def _do(app: App, r: Rehearsal, key: str) -> None:
    screen = r.kit.screen
    if key == "k":
        for id, recording in r.recordings.items():
            r.kit.store.keep_recording(id, recording)
        screen.show(
            moments.Noted(f"{len(r.recordings)} recordings are kept; `trainer forget --recordings` deletes them.")
        )
        return
    if key == "d":
        details(r)
        return
    turn = _which_turn(r)
    take = next((t for t in debrief.latest(r.session.takes) if t.turn == turn), None)
    if turn is None or take is None:
        return
    if key == "r":
        retaken(r, turn)
    elif key == "m":
        written = r.scenario.turn(turn)
        answer = written.model_answer if written else None
        screen.show(
            moments.Noted(f"One good answer: “{plain(answer)}”" if answer else "This turn has no model answer.")
        )
    elif key == "o":
        _overrule(app, r, take)
    elif key == "x":
        app.store.exclude(r.session.id, turn)
        takes = tuple(replace(t, aside=True) if t.turn == turn else t for t in r.session.takes)
        r.session = replace(r.session, takes=takes)
        screen.show(moments.Noted(f"{turn} is set aside; `trainer undo` takes that back."))
    elif key == "l" and take.id in r.recordings:
        r.kit.voice.play(r.recordings[take.id])


def _which_turn(r: Rehearsal) -> str | None:
    turns = [t.turn for t in debrief.latest(r.session.takes)]
    if len(turns) <= 1:
        return turns[0] if turns else None
    keys = [(str(n), plain(turn)) for n, turn in enumerate(turns[:9], 1)]
    key = r.kit.screen.choose("Which turn?", keys, "")
    return turns[int(key) - 1] if key.isdigit() and 0 < int(key) <= len(turns) else None


def _overrule(app: App, r: Rehearsal, take: Take) -> None:
    grades = take.grades[:9]
    names = [g.id if g.kind == "key_point" else f"don't: {g.id}" for g in grades]
    keys = [
        (str(n), f"{plain(name)} ({g.grade.name.lower()})")
        for n, (name, g) in enumerate(zip(names, grades, strict=True), 1)
    ]
    key = r.kit.screen.choose("Which point?", keys, "")
    if not (key.isdigit() and 0 < int(key) <= len(grades)):
        return
    chosen = grades[int(key) - 1]
    offered = (("1", "again"), ("2", "hard"), ("3", "good"), ("4", "easy"))
    grade = r.kit.screen.choose("Which grade?", offered, str(int(chosen.grade)))
    app.store.overrule(take, chosen.kind, chosen.id, Grade(int(grade)))
    r.kit.screen.show(moments.Noted(f"{chosen.id}: {Grade(int(grade)).name.lower()}; `trainer undo` takes that back."))


def _settle_unsure(app: App, r: Rehearsal) -> None:
    """It asks, it does not accuse: at most two questions a debrief, each settled by one key."""
    left, screen = app.settings.unsure_questions, r.kit.screen
    for take in debrief.latest(r.session.takes):
        turn = r.scenario.turn(take.turn)
        if turn is None:
            continue
        labels = {p.id: p.label for p in turn.key_points} | {d.id: d.label or d.id for d in turn.donts}
        for point in (*take.verdict.key_points, *take.verdict.donts):
            if not point.unsure or left <= 0:
                continue
            left -= 1
            evidence = resting_on(take, turn, point)
            quote = f" “{plain(evidence.quote)}”" if evidence else ""
            asked = "Did you say this" if point.kind == "key_point" else "Would this come across"
            key = screen.choose(
                f"Not sure. {asked}: {plain(labels.get(point.id, point.id))}?{quote}",
                (("y", "yes"), ("n", "no"), ("s", "can't say")),
                "s",
            )
            if key in "yn":
                take = settle(app, r, take, point, hit=key == "y")
                counts = "counts" if key == "y" else "does not count"
                screen.show(moments.Noted(f"It {counts}: {turn.id} is now {take.verdict.score} of 100."))


def settle(app: App, r: Rehearsal, take: Take, point: PointVerdict, *, hit: bool) -> Take:
    """The verdict as the learner settled it, kept; undo takes it back."""
    turn = r.scenario.turn(take.turn)
    assert turn is not None

    verdict = with_point(take, turn, answered(take, turn, point, hit))
    new = regraded(take, turn, verdict)
    after = replace(take, verdict=verdict, grades=new.grades)
    app.store.rejudge([new])
    r.session = replace(r.session, takes=tuple(after if t.id == take.id else t for t in r.session.takes))
    return after
