"""Files that people write, read strictly: every mistake with its place, in sentences."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from trainer import written
from trainer.core.scenario import Scenario
from trainer.errors import FileFaults
from trainer.library import BESIDE, Library
from trainer.library.files import scenario_files
from trainer.settings import shipped

DATA = Path(__file__).parents[1] / "data" / "library"
SCENARIOS = [p for p in scenario_files(shipped("scenarios")) if p.name not in BESIDE]
MINIMAL = (DATA / "minimal.yaml").read_text(encoding="utf-8")


class Touch(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    on: date
    by: str = "me"
    answered: bool = False
    count: int = Field(default=1, ge=0)
    share: float = 0.5


class Note(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    text: str
    touches: tuple[Touch, ...] = ()
    when: date | None = None
    any_keys: dict[str, str] = {}
    start: str | None = Field(default=None, alias="from")


def faults(text: str | bytes, model: type[BaseModel] = Scenario) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    with pytest.raises(FileFaults) as caught:
        written.parse(data, "f.yaml", model)
    assert caught.value.exit_code == 1
    return list(caught.value.faults)


def only(text: str | bytes, model: type[BaseModel] = Scenario) -> str:
    found = faults(text, model)
    assert len(found) == 1, found
    return found[0]


def test_the_minimal_form_is_read() -> None:
    s = written.parse(MINIMAL.encode(), "m.yaml", Scenario)
    assert s.family == "call-back-later"
    assert s.levels == ("normal",)
    assert s.turns[0].says.neutral == ("Good morning, Hale and Sons, how can I help?",)
    assert [d.id for d in s.turns[0].donts] == ["pressuring", "rude"]
    assert s.facts == {"name": "Robin Hale", "phone": "555 0142"}


def test_the_same_in_json_is_the_same() -> None:
    import yaml

    text = json.dumps(yaml.safe_load(MINIMAL))
    assert written.parse(text.encode(), "m.yaml", Scenario) == written.parse(MINIMAL.encode(), "m", Scenario)


@pytest.mark.parametrize("plain", ["0147", "2026-11-03", "yes", "No", "1.50", "0x1F", "1e3", "1_000", "12:30", "+44"])
def test_a_plain_number_or_date_is_text_as_written(plain: str) -> None:
    note = written.parse(f"text: {plain}\nany_keys: {{{plain}: {plain}}}".encode(), "f", Note)
    assert note.text == plain
    assert note.any_keys == {plain: plain}


def test_json_numbers_are_text_as_written() -> None:
    assert written.parse(b'{"text": 1.50, "any_keys": {"a": 20261103}}', "f", Note).text == "1.50"


def test_numbers_dates_and_booleans_where_they_are_asked_for() -> None:
    note = written.parse(
        b"text: x\nwhen: 2026-11-03\ntouches: [{on: '2026-11-04', answered: true, count: 3, share: 1}]\nfrom: 09:00",
        "f",
        Note,
    )
    assert note.when == date(2026, 11, 3)
    assert note.touches == (Touch(on=date(2026, 11, 4), answered=True, count=3, share=1.0),)
    assert note.start == "09:00"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("answered: yes", 'f.yaml:3:17: "answered" takes true or false, not "yes"'),
        ("answered: 'true'", 'f.yaml:3:17: "answered" takes true or false, without quotes, not "true"'),
        ("count: two", 'f.yaml:3:14: "count" takes a whole number, not "two"'),
        ("count: '2'", 'f.yaml:3:14: "count" takes a whole number, without quotes, not "2"'),
        ("count: -1", 'f.yaml:3:14: "count" has to be at least 0, not "-1"'),
        ("count: 1.5", 'f.yaml:3:14: "count" is a whole number, not "1.5"'),
        ("share: .nan", 'f.yaml:3:14: "share" takes a number, not ".nan"'),
        ("share: .inf", 'f.yaml:3:14: "share" takes a number, not ".inf"'),
        ("share: 1e999", 'f.yaml:3:14: "share" takes a number, not "1e999"'),
        ("by: true", 'f.yaml:3:11: "by" takes a text; for the word true, write it in quotes: "true"'),
        ("by:", 'f.yaml:3:10: "by" takes a text, and there is nothing'),
        ("by: [a]", 'f.yaml:3:11: "by" takes a text, and there is a list'),
        ("byy: a", 'f.yaml:3:7: unknown key "byy"; did you mean "by"?'),
    ],
)
def test_a_wrong_value_is_told_with_its_place(line: str, sentence: str) -> None:
    text = f"text: x\ntouches:\n    - {line}\n      on: 2026-11-03\n"
    found = faults(text, Note)
    assert found == [sentence]


@pytest.mark.parametrize("value", ["20261103", "2026-13-01", "2026-02-30", "tomorrow", "03.11.2026", "1"])
def test_a_date_that_is_none_is_refused(value: str) -> None:
    assert only(f"text: x\nwhen: {value}", Note).startswith('f.yaml:2:7: "when" ')


def test_every_mistake_at_once_in_the_order_of_the_file() -> None:
    text = MINIMAL.replace("title: Ask", "titel: Ask").replace("key_points:", "key_point:")
    text = text.replace("id: rude", "idd: rude").replace("facts: {", "facts: {name: Twice, ")
    assert faults(text) == [
        'f.yaml:1:1: "title" is missing',
        'f.yaml:2:1: unknown key "titel"; did you mean "title"?',
        'f.yaml:7:5: unknown key "key_point"; did you mean "key_points"?',
        'f.yaml:13:9: "id" is missing in "donts"',
        'f.yaml:13:9: unknown key "idd"; did you mean "id"?',
        'f.yaml:16:22: the key "name" stands here a second time; the first is in line 16',
    ]


def test_at_most_fifty_are_listed() -> None:
    found = faults(MINIMAL + "".join(f"wrong{i}: 1\n" for i in range(80)))
    assert len(found) == 51
    assert found[-1].endswith("30 more mistakes from here on")


HOSTILE = {
    "a second key": ("id: a\nid: b\ntitle: t\nturns: [{id: a, says: b}]", ':2:1: the key "id" stands here a second'),
    "exploding aliases": (
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", ":1:4: anchors (&a) are not read; write it out"
    ),
    "merge keys": ("id: a\n<<: {title: t}\nturns: [{id: a, says: b}]", ":2:1: merge keys"),
    "a tag": ("id: !!python/name:os.system a", ":1:5: tags"),
    "a tab": ("id: a\n\ttitle: b", ":2:1: a tab stands here"),
    "NUL": ("id: a\ntitle: \x00b", ":2:8: a control character stands here (NUL)"),
    "an escape sequence": ("id: a\ntitle: \x1b[2Jb", ":2:8: a control character stands here (ESC"),
    "an escaped one": ('id: a\ntitle: "\\e[2J"\nturns: [{id: a, says: b}]', ":2:8: this text holds a control"),
    "an escaped one as key": ('id: a\ntitle: b\nfacts: {"\\0": x}\nturns: [{id: a, says: b}]', ":3:9: this key holds"),
    "C1 controls": ("id: a\ntitle: \u009b31mred", ":2:8: a control character"),
    "a lone surrogate": ("id: a\ntitle: \ud800", ":2:8: the file is not UTF-8"),
    "an escaped lone surrogate": ('id: a\ntitle: "\\ud800"', ":2:"),
    "the same in JSON": ('{"id": "a", "title": "\\ud800", "turns": [{"id": "a", "says": "b"}]}', ":1:22: this text"),
    "too deep": ("[" * 60, ":1:21: this is nested more than 20 levels deep"),
    "too deep in JSON": ('{"a":' * 60, "nested more than 20 levels deep"),
    "two documents": ("id: a\n---\nid: b", ":2:1: a second document"),
    "nothing": ("", ":1:1: the file is empty"),
    "comments alone": ("# nothing\n", ":1:1: the file is empty"),
    "a list": ("- a", ":1:1: the file takes keys with values"),
    "a text": ("hello", ":1:1: the file takes keys with values"),
    "an open bracket": ("id: [a", "not closed"),
    "open quotes": ('id: "a', "quotes that were opened in line 1 are not closed"),
    "a text that begins with a brace": ("title: {me.name} calls", ":1:8: a text that begins with a brace needs quotes"),
    "quotes left open": ('a: "one\nb: "two"\n', ":1:4: quotes that were opened in line 1 are not closed"),
    "a colon in a text": ("title: a: b", ":1:9: a colon stands inside a text"),
    "a list as key": ("? [a]\n: b", ":1:3: a key is a single word or text"),
    "JSON with a repeated key": ('{"id": "a",\n "id": "b", "title": "t", "turns": [{"id": "a", "says": "b"}]}', ":2:2: the key"),
    "JSON with NaN": ('{"id": NaN}', ":1:8: a value is expected here"),
    "JSON cut short": ('{"id": "a"', ":1:11: a comma or"),
    "JSON with more behind": ('{"id": "a"} x', ":1:13: something stands after the end"),
    "JSON with a comma too many": ('{"id": "a",}', ":1:12: a key in double quotes"),
    "JSON with a bare tab": ('{"id": "a\tb"}', "invalid control character"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_get_a_clear_sentence(name: str) -> None:
    text, expected = HOSTILE[name]
    found = faults(text)
    assert any(expected in fault for fault in found), found
    assert all(fault.isprintable() for fault in found)


def test_ten_megabytes_are_refused_at_once() -> None:
    assert only(b"a" * 10_000_000) == "f.yaml:1:1: the file is larger than 1,000,000 bytes, which is the most"


BASE = "id: a\ntitle: t\nturns:\n- id: a\n  says: x\n"
LARGE = {
    "a list without end": "id: a\ntitle: t\nturns: [" + "1," * 490_000 + "]",
    "keys without end": "id: a\n" + "".join(f"k{i}: 1\n" for i in range(90_000)),
    "one key again and again": "a: 1\n" * 190_000,
    "branches without end": BASE + "  key_points: [{id: k, label: l}]\n  branches:\n"
    + "".join("  - {when: {missed: [k], level: [normal]}, to: end}\n" for i in range(900)),
    "blanks without end": BASE.replace("x\n", "[" + ",".join(['"' + "{x}" * 1000 + '"'] * 200) + "]\n"),
    "points that wait for each other": BASE + "  key_points:\n"
    + "".join(f"  - {{id: k{i}, label: l, before: [k{(i + 1) % 900}]}}\n" for i in range(900)),
    "a tag without end": "!" * 900_000,
    "JSON without end": '{"turns": [' + '{"id": "x"},' * 80_000 + "{}]}",
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_a_large_file_is_refused_before_long(name: str, tmp_path: Path) -> None:
    library = Library(shipped("scenarios"), tmp_path / "scenarios")
    started = time.process_time()
    with pytest.raises(FileFaults) as caught:
        library.check(LARGE[name].encode(), "f")
    assert time.process_time() - started < 6
    assert 1 <= len(caught.value.faults) <= 51


def test_not_utf8_is_told_where() -> None:
    assert only(b"id: a\ntitle: caf\xe9") == "f.yaml:2:11: the file is not UTF-8 text; save it as UTF-8"


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    data = b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode()
    assert written.parse(data, "f", Scenario) == written.parse(MINIMAL.encode(), "f", Scenario)


def test_right_to_left_and_emoji_are_text() -> None:
    text = MINIMAL.replace("Robin Hale", "ليلى حداد 😀")
    assert written.parse(text.encode(), "f", Scenario).facts["name"] == "ليلى حداد 😀"
    escaped = json.dumps({"text": "ليلى 😀"})
    assert written.parse(escaped.encode(), "f", Note).text == "ليلى 😀"


def test_a_line_of_five_thousand_characters() -> None:
    text = MINIMAL.replace("Good morning, Hale and Sons, how can I help?", "a" * 5000)
    assert only(text) == 'f.yaml:6:11: "says" has 5,000 characters; 4,000 are allowed'


def test_the_file_name_cannot_drive_a_terminal() -> None:
    with pytest.raises(FileFaults) as caught:
        written.parse(b"", "\x1b[31mx\n.yaml", Scenario)
    assert str(caught.value) == "x .yaml:1:1: the file is empty"


def test_a_list_under_a_key() -> None:
    notes = written.parse_list(b"notes: [{text: a}, {text: b}]", "f", Note, under="notes")
    assert [n.text for n in notes] == ["a", "b"]
    with pytest.raises(FileFaults, match=r'f:1:30: unknown key "x"'):
        written.parse_list(b"notes: [{text: a}, {text: b, x: 1}]", "f", Note, under="notes")
    with pytest.raises(FileFaults, match=r'f:1:1: the file has one key, "notes"'):
        written.parse_list(b"text: a", "f", Note, under="notes")


def test_places_follow_the_short_forms() -> None:
    found = written.read(MINIMAL.encode(), "f", Scenario)
    assert found.place(("turns", 0, "says", "neutral", 0)) == (6, 11)
    assert found.place(("turns", 0, "donts", 0, "id")) == (12, 9)
    assert found.place(("turns", 0, "donts", 1, "examples", 0)) == (15, 20)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=60).filter(
    str.strip
)


@settings(max_examples=60, deadline=None)
@given(text=TEXTS, keys=st.dictionaries(TEXTS, TEXTS, max_size=4))
def test_what_is_written_reads_back_equal(text: str, keys: dict[str, str]) -> None:
    note = Note(text=text, any_keys=keys)
    data = written.to_yaml(note).encode()
    assert written.parse(data, "f", Note) == note


@pytest.mark.parametrize("path", [*SCENARIOS, DATA / "full.yaml"], ids=lambda p: p.stem)
def test_scenarios_read_back_equal(path: Path) -> None:
    s = written.parse(path.read_bytes(), path.name, Scenario)
    assert written.parse(written.to_yaml(s).encode(), "again", Scenario) == s
