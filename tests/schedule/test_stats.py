"""The numbers behind the charts, and that the page shows the very same."""

from __future__ import annotations

import json
import math
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest

import trainer
from tests.bench.histories import history
from tests.schedule.made import AGAIN, DAY, GOOD, HARD, START, days, session, take
from trainer.core import schedule
from trainer.core.memory import Memory
from trainer.core.schedule import Foretold
from trainer.core.session import Session
from trainer.core.stats import Stats, as_object, calibration, make_stats
from trainer.exports.html import report

SCHEMA = json.loads((Path(trainer.__file__).parent / "schemas" / "stats.json").read_text())


def numbers(sessions: list[Session] | tuple[Session, ...], today: date = date(2026, 3, 3)) -> Stats:
    cards, foretold = schedule.replay(sessions, today=today)
    labels = {"voicemail/name": "Say your name", "voicemail/dont.rude": "Be <short>"}
    return make_stats(sessions, cards, foretold, today=today, labels=labels)


PLAYED = [
    session(take(name=AGAIN, role=GOOD, dont_rude=AGAIN), nerves_before=8, nerves_after=6, id="one"),
    session(take(at=START + days(7), name=AGAIN, role=HARD, dont_rude=GOOD), id="two"),
    session(take(at=START + days(8), name=GOOD, role=GOOD), take(at=START + days(8), kind="retake", name=AGAIN)),
]


def test_coverage_counts_what_was_said_week_by_week() -> None:
    made = numbers(PLAYED, DAY + days(9))
    assert [(s.week, s.count, s.asked) for s in made.coverage["voicemail"]] == [
        (date(2026, 3, 2), 1, 2),
        (date(2026, 3, 9), 3, 4),
    ]


def test_missed_and_committed_are_counted_apart() -> None:
    made = numbers(PLAYED, DAY + days(9))
    assert [(m.label, m.missed, m.asked) for m in made.missed] == [("Say your name", 2, 3)]
    assert [(m.label, m.missed, m.asked) for m in made.committed] == [("Be <short>", 1, 2)]
    assert [(s.count, s.asked) for s in made.donts] == [(1, 1), (0, 1)]


def test_what_does_not_count_is_in_no_number() -> None:
    more = [
        session(take(name=AGAIN), scheduled=False),
        session(take(name=AGAIN), aside=True),
        session(take(at=START + days(7), dont_rude=GOOD), plan="drill"),  # of a point that was practised that day
    ]
    assert numbers([*PLAYED, *more], DAY + days(9)) == numbers(PLAYED, DAY + days(9))


def test_the_weeks_ahead_hold_every_point_that_comes_due() -> None:
    made = numbers(PLAYED, DAY + days(9))
    assert sum(a.due for a in made.ahead) == 3
    assert made.ahead[0].week == date(2026, 3, 9)


def test_calibration_is_scored_against_guessing_the_average() -> None:
    made = calibration(Foretold([0.9, 0.9, 0.9, 0.1], [True, True, False, False]))
    assert made
    assert made.average == 0.5
    assert made.brier == pytest.approx((0.01 + 0.01 + 0.81 + 0.01) / 4)
    assert made.brier_of_average == 0.25
    assert made.log_loss_of_average == pytest.approx(math.log(2), abs=1e-4)
    assert [(b.expected, b.said, b.count) for b in made.bins] == [(0.1, 0.0, 1), (0.9, 0.6667, 3)]
    assert calibration(Foretold([], [])) is None


def test_forecasts_are_those_of_the_morning_before() -> None:
    _, foretold = schedule.replay(PLAYED)
    first = Memory(*schedule.SUMS.first(AGAIN))
    assert foretold.expected[0] == schedule.recall(first, 7)
    assert len(foretold.said) == 5  # three points, the first review of each left out


def test_the_json_fits_its_schema() -> None:
    for sessions in ([], PLAYED, history(200)):
        written = json.loads(json.dumps(as_object(numbers(sessions, date(2026, 6, 1)))))
        jsonschema.validate(written, SCHEMA)
    assert written["version"] == 1


class _Page(HTMLParser):
    """Tables by name, marked numbers, and every address that a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.numbers: dict[str, str] = {}
        self.fetched: list[str] = []
        self._table = self._number = ""
        self._cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        had = dict(attrs)
        self.fetched += [v for k, v in attrs if k in {"src", "href", "srcset", "data", "action", "xlink:href"} and v]
        if tag in {"script", "link", "img", "iframe", "object"}:
            self.fetched.append(tag)
        if tag == "table":
            self._table = had["data-table"] or ""
            self.tables[self._table] = []
        if tag == "tr":
            self.tables[self._table].append([])
        if tag == "td":
            self._cell = True
            self.tables[self._table][-1].append("")
        if "data-number" in had:
            self._number = had["data-number"] or ""

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag != "td"
        self._number = "" if tag in {"b", "span"} else self._number

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.tables[self._table][-1][-1] += data
        if self._number:
            self.numbers[self._number] = self.numbers.get(self._number, "") + data

    def rows(self, name: str) -> list[list[str]]:
        return [row for row in self.tables[name] if row]


def read(made: Stats) -> _Page:
    page = _Page()
    page.feed(report(made).decode())
    return page


def test_the_page_shows_the_numbers() -> None:
    made = numbers(history(400), date(2024, 4, 1))
    page = read(made)
    assert page.numbers["takes"] == str(made.takes)
    assert made.calibration
    assert float(page.numbers["brier"]) == made.calibration.brier
    assert [int(r[1]) for r in page.rows("ahead")] == [a.due for a in made.ahead]
    shares = [(f, str(s.week), s.count, s.asked) for f, every in made.coverage.items() for s in every]
    assert [(r[0], r[1], int(r[2]), int(r[3])) for r in page.rows("coverage")] == shares
    assert [(r[1], int(r[2]), int(r[3])) for r in page.rows("missed")] == [
        (m.card, m.missed, m.asked) for m in made.missed
    ]


def test_a_chart_stands_where_its_numbers_say() -> None:
    made = numbers(history(400), date(2024, 4, 1))
    text = report(made).decode()
    family, shares = next(iter(made.coverage.items()))
    drawn = re.search(rf"<h3>{family}</h3><svg.*?points=\"(.*?)\"", text)
    assert drawn
    heights = [float(p.split(",")[1]) for p in drawn[1].split()]
    assert len(heights) == len(shares)
    low, high = max(heights), min(heights)
    assert heights.index(low) == [s.share for s in shares].index(min(s.share for s in shares))
    assert heights.index(high) == [s.share for s in shares].index(max(s.share for s in shares))


def test_the_page_stands_alone_and_knows_light_dark_paper_and_telephone() -> None:
    made = numbers(PLAYED, DAY + days(9))
    text = report(made).decode()
    assert read(made).fetched == []
    assert not re.search(r"(?:https?:)?//|url\(|@import", text)
    for needed in ("prefers-color-scheme: dark", "@media print", 'name="viewport"'):
        assert needed in text


def test_what_authors_wrote_cannot_become_markup() -> None:
    text = report(numbers(PLAYED, DAY + days(9))).decode()
    assert "Be &lt;short&gt;" in text
    assert "<short>" not in text


def test_an_empty_history_is_a_page_too() -> None:
    assert read(numbers([])).numbers["takes"] == "0"


@pytest.mark.parametrize("charts", [True, False])
def test_the_terminal_shows_the_numbers_within_its_width(charts: bool) -> None:
    from trainer.commands.stats import BLOCKS, lines

    made = numbers(history(400), date(2024, 4, 1))
    shown = "\n".join(lines(made, charts=charts, colour=False))
    assert "\x1b" not in shown
    assert all(len(line) <= 78 for line in shown.splitlines() if "takes in" not in line and ":" not in line)
    assert made.calibration
    assert f"{made.calibration.brier:.3f}" in shown
    for family in made.coverage:
        assert family in shown
    assert ("Key points said, in %" in shown) == charts
    assert any(b in shown for b in BLOCKS) == charts
