"""The table, the calendar, the deck and practice's object, read back by other programs."""

from __future__ import annotations

import csv
import io
import json
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from datetime import time as at
from pathlib import Path

import icalendar
import pytest

from tests.store.made import NOON, SAID, a_session, a_take
from trainer.commands.inout import moment
from trainer.exports import apkg, ics
from trainer.exports import csv as table
from trainer.exports.practice import practice_object, row_object
from trainer.wiring import SystemClock


def test_the_table_has_a_row_a_take_and_point() -> None:
    rows = list(csv.DictReader(io.StringIO(table.write([a_session(takes=2)]))))
    assert len(rows) == 6
    assert [(r["take"], r["point"]) for r in rows[:3]] == [
        ("s1t1", "ask_for_person"),
        ("s1t1", "leave_number"),
        ("s1t1", "rude"),
    ]
    assert rows[0]["hit"] == "true"
    assert rows[0]["evidence"] == "Hello"
    assert rows[1]["grade"] == "again"
    assert rows[2]["grade"] == ""
    assert {r["session_score"] for r in rows} == {"50"}


@pytest.mark.parametrize("said", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", 'a "quote", and\na line'])
def test_the_table_holds_any_words_and_no_formula(said: str) -> None:
    session = replace(a_session(), takes=(a_take(said=said),))
    row = next(csv.DictReader(io.StringIO(table.write([session]), newline="")))
    assert row["said"].removeprefix("'") == said
    assert row["said"][0] not in "=+-@"


def test_the_calendar_is_read_by_another_program() -> None:
    entries = [
        ics.Entry(
            "promised-halden",
            date(2026, 11, 13),
            "They decide; by today",
            "a note, with\na line",
            alarm_minutes=ics.DAY_ALARM,
        ),
        ics.Entry("practice-1", datetime(2026, 11, 10, 18, tzinfo=UTC), "Practise", minutes=10, alarm_minutes=5),
    ]
    calendar = icalendar.Calendar.from_ical(ics.write(entries, NOON))
    day, slot = calendar.walk("VEVENT")
    assert day.decoded("dtstart") == date(2026, 11, 13)
    assert str(day["summary"]) == "They decide; by today"
    assert str(day["description"]) == "a note, with\na line"
    assert day.walk("VALARM")[0].decoded("trigger") == timedelta(hours=9)
    assert slot.decoded("dtend") - slot.decoded("dtstart") == timedelta(minutes=10)
    assert slot.walk("VALARM")[0].decoded("trigger") == timedelta(minutes=-5)
    assert len({str(e["uid"]) for e in (day, slot)}) == 2


def test_an_appointment_needs_no_time_zone_of_the_file() -> None:
    """A zone by its offset would need a VTIMEZONE, without which a calendar may take the time as its own."""
    evening = datetime(2026, 11, 10, 18, tzinfo=timezone(timedelta(hours=1)))
    written = ics.write([ics.Entry("practice-1", evening, "Practise")], NOON).decode()
    assert "DTSTART:20261110T170000Z" in written
    assert "DTEND:20261110T173000Z" in written
    assert "TZID" not in written


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="sets the system's time zone")
def test_a_practice_slot_keeps_its_time_of_day_when_the_clocks_change(monkeypatch: pytest.MonkeyPatch) -> None:
    summer, winter = date(2026, 10, 20), date(2026, 11, 2)
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Europe/London")
        time.tzset()
        slots = [moment(SystemClock(), day, at(18)).astimezone(UTC).hour for day in (summer, winter)]
        fixed = SystemClock(datetime(2026, 10, 20, tzinfo=timezone(timedelta(hours=-5))))
        told = [moment(fixed, day, at(18)).astimezone(UTC).hour for day in (summer, winter)]
    time.tzset()
    assert slots == [17, 18]
    assert told == [23, 23]


def test_the_same_calendar_has_the_same_ids() -> None:
    entry = ics.Entry("promised-halden", date(2026, 11, 13), "x")
    moved = replace(entry, when=date(2026, 11, 20))
    ids = [icalendar.Calendar.from_ical(ics.write([e], NOON)).walk("VEVENT")[0]["uid"] for e in (entry, moved)]
    assert ids[0] == ids[1]


def test_the_best_take_is_on_the_back_of_a_card() -> None:
    good = replace(a_take().verdict, score=90)
    takes = (
        a_take(number=1, said="first try"),
        a_take(number=2, said="best words", verdict=good),
        a_take(number=3, said="barked", verdict=replace(good, score=100), aside=True),
        a_take(number=4, turn="close", said="", obstacle=None),
    )
    (card,) = apkg.flashes([replace(a_session(), takes=takes), a_session("s2", aside=True, takes=1)])
    assert (card.turn, card.obstacle, card.words) == ("reception", "in_a_meeting", "best words")
    (again,) = apkg.flashes(
        [replace(a_session(), takes=(*takes, a_take(number=5, said="as good, later", verdict=good)))]
    )
    assert again.words == "as good, later"


def test_the_deck_opens_in_anki_and_is_replaced_by_a_later_one(tmp_path: Path) -> None:
    anki = pytest.importorskip("anki.collection")
    from anki.import_export_pb2 import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    card = apkg.Flash(
        "reach-hr", "reach-hr", "reception", "in_a_meeting", "She is <busy> & away?", "I see; when may I call?"
    )
    other = apkg.Flash("voicemail", "vm", "message", None, "Beep", "Hello", own=False)
    collection = anki.Collection(str(tmp_path / "c.anki2"))
    try:
        for words, name, at in (
            ("I see; when may I call?", "a", NOON),
            ("Thank you, I will call at four.", "b", NOON + timedelta(days=1)),
        ):
            path = tmp_path / f"{name}.apkg"
            path.write_bytes(apkg.write([replace(card, words=words), other], at))
            options = ImportAnkiPackageOptions(merge_notetypes=False, update_notes=1, update_notetypes=1)
            collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options))
        notes = [collection.get_note(n) for n in collection.find_notes("")]
        assert len(notes) == 2
        note = next(n for n in notes if "obstacle" in n.tags)
        assert note.fields[2] == "She is &lt;busy&gt; &amp; away?"
        assert note.fields[3] == "Thank you, I will call at four."
        assert {c.nid for c in (collection.get_card(i) for i in collection.find_cards("deck:Follow-up*"))} == {
            n.id for n in notes
        }
    finally:
        collection.close()


def test_practices_object_holds_its_contract() -> None:
    session = a_session(takes=1, ended="complete", finished=NOON)
    told = json.loads(json.dumps(practice_object(session, [{"card": "reach-hr/x", "due": "2026-11-10"}], ("c.wav",))))
    contract = {
        "version",
        "session",
        "scenario",
        "application",
        "seed",
        "level",
        "ended",
        "score",
        "unused",
        "turns",
        "next",
    }
    assert contract <= told.keys()
    assert told["version"] == 1
    assert told["score"] == 50
    (turn,) = told["turns"]
    assert {"turn", "says", "heard", "said", "score", "key_points", "donts", "timing"} <= turn.keys()
    assert turn["key_points"]["ask_for_person"]["evidence"] == SAID[:5]
    assert turn["key_points"]["leave_number"] == {
        "hit": False,
        "evidence": None,
        "confidence": 0.81,
        "unsure": True,
        "spans": [],
        "why": None,
    }
    assert turn["timing"] == {"transcribe_ms": 120, "judge_ms": 3}
    assert row_object(session)["id"] == "s1"
