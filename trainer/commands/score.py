"""`trainer score`: judge text without a call. Reads neither history nor application, and writes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click

from trainer.core.verdict import PointVerdict, Verdict
from trainer.errors import FileFaults, TrainerError
from trainer.wiring import App

AT_A_TIME = 2  # replies: the networks run on one thread each


@click.command(epilog='Example: trainer score voicemail-next-steps message --text "Hi, this is Robin"')
@click.argument("scenario")
@click.argument("turn")
@click.option("--text", help="The reply to judge.")
@click.option("--replies", type=click.Path(path_type=Path), help='A file with a line {"id": …, "text": …} a reply.')
@click.option("--mine", is_flag=True, help="Take your own list of accepted wordings into account.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a reply.")
@click.pass_obj
def score(
    app: App, scenario: str, turn: str, text: str | None, replies: Path | None, mine: bool, as_json: bool
) -> None:
    """Judge the reply to one TURN of a SCENARIO (an id or a path)."""
    if (text is None) == (replies is None):
        raise click.UsageError("Give either --text or --replies.")
    from trainer.core.application import SAMPLE
    from trainer.core.placeholders import fill, known

    written = app.library.load(scenario)
    facts = known(written, app.facts(SAMPLE))
    filled = fill(written, facts)
    asked = filled.turn(turn)
    if asked is None:
        raise TrainerError(f"{written.id} has no turn {turn!r}; it has {', '.join(t.id for t in filled.turns)}.")
    accepted = app.store.accepted() if mine else ()
    before = asked.says.neutral[0]
    rows = [(None, text)] if text is not None else read_replies(replies) if replies else []

    def judged(words: str) -> Verdict:
        return app.judge(asked, words, before, facts, written.family, accepted=accepted)

    _ = app.meaning  # loaded once, before several ask for it
    for (id, words), verdict in zip(rows, _in_order(judged, [words for _, words in rows]), strict=True):
        if as_json:
            row = {"version": 1, **({"id": id} if id is not None else {}), **verdict_object(verdict)}
            click.echo(json.dumps(row, ensure_ascii=False))
        else:
            _show(asked, words, verdict, id)


def _in_order(judged: Callable[[str], Verdict], replies: Sequence[str]) -> Iterator[Verdict]:
    """The verdicts, a few judged at a time."""
    pool = ThreadPoolExecutor(min(AT_A_TIME, len(replies) or 1))
    try:
        yield from pool.map(judged, replies)
    finally:
        pool.shutdown(cancel_futures=True)


def verdict_object(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the contract prints it."""
    return {
        "score": verdict.score,
        "key_points": {p.id: _point(p) for p in verdict.key_points},
        "donts": {p.id: _point(p) for p in verdict.donts},
    }


def read_replies(path: Path) -> list[tuple[Any, str]]:
    """The replies of a JSON-lines file. Raises FileFaults at the first bad line, before anything is judged."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        raise TrainerError(f"{path}: there is no such file.") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise TrainerError(f"{path}: cannot be read as UTF-8 text ({fault}).") from None
    found: dict[str, tuple[Any, str]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise _bad(path, number, "this line is not JSON") from None
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise _bad(path, number, 'this line has no "text"')
        if not isinstance(row.get("id"), (str, int)) or isinstance(row.get("id"), bool):
            raise _bad(path, number, 'this line has no "id"')
        if str(row["id"]) in found:
            raise _bad(path, number, f"the id {row['id']!r} stands twice")
        found[str(row["id"])] = (row["id"], row["text"])
    return list(found.values())


def _bad(path: Path, number: int, what: str) -> FileFaults:
    return FileFaults((f"{path}:{number}:1: {what}.",))


def _point(p: PointVerdict) -> dict[str, Any]:
    return {
        "hit": p.hit,
        "evidence": p.evidence.quote if p.hit and p.evidence else None,
        "confidence": round(p.confidence, 4),
        "unsure": p.unsure,
    }


def _show(turn: Any, words: str, verdict: Verdict, id: Any) -> None:
    from trainer.core import debrief
    from trainer.core.plain_text import plain
    from trainer.terminal import render

    head = "not scored" if verdict.score is None else f"{verdict.score} of 100"
    click.echo(f"{plain(str(id))}: {head}" if id is not None else head)
    for row in debrief.verdict_rows(turn, verdict):
        for line in render.point(row):
            click.echo(line.plain)
