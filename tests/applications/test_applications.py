"""Applications on disk: strict reading with places, whole writes, the old file kept."""

from __future__ import annotations

import stat
import sys
from datetime import date

import pytest

from trainer.applications import Applications
from trainer.core.application import SAMPLE, Application, id_from, values
from trainer.core.placeholders import PLACEHOLDERS
from trainer.errors import FileFaults, TrainerError
from trainer.written import parse, to_yaml

GOOD = b"company: Halden Foods\ninterviews: [{on: 2026-11-03}]\n"


@pytest.fixture
def folder(tmp_path) -> Applications:
    return Applications(tmp_path / "applications")


BAD = {
    "company: A\ninterviews: [{on: 2026-02-30}]\n": "x:2:19: the date 2026-02-30 does not exist",
    "company: A\ninterviews: [{on: 2026-11-03}]\npromised_by: 2026-11-02\n": "x:3:14: the promised date 2026-11-02 lies before the first interview",
    "company: A\ncontacts: [{role: manager}]\n": 'x:2:12: "name" is missing',
    "company: A\ncontacts: [{name: Bo}, {name: bo}]\n": "x:2:11: bo is listed twice",
    "company: A\nrol: clerk\n": 'x:2:1: unknown key "rol"; did you mean "role"?',
    "company: A\ncompany: B\n": "x:2:1:",
    "company: A\n\trole: clerk\n": "x:2:1:",
    "company: A\nrole: \x1b[31mclerk\n": "x:2:7:",
    "role: clerk\n": '"company" is missing',
    "company: A\ntime_zone: Europe/Lndon\n": "x:2:12: 'Europe/Lndon' is not a time zone",
    'company: A\nbusiness_hours: {from: "17:00", to: "09:00"}\n': "closing time 09:00 is not after opening time 17:00",
    "company: A\ninstructions: [no-call]\n": 'did you mean "no-calls"?',
    "company: A\npromised_by: soon\n": "x:2:14:",
    "company: A\npromised_by: 2026-11-16 to 2026-11-12\n": "ends before it begins",
}


@pytest.mark.parametrize(("text", "sentence"), BAD.items())
def test_a_mistake_is_named_with_its_place(folder, text, sentence):
    with pytest.raises(FileFaults) as raised:
        folder.add(text.encode(), "x")
    assert any(sentence in fault for fault in raised.value.faults), raised.value.faults
    assert folder.all() == ()


def test_another_encoding_is_refused(folder):
    with pytest.raises(FileFaults):
        folder.add("company: Café".encode("latin-1"), "x")


def test_the_id_comes_from_the_company():
    assert id_from("Hale & Sons, Ltd.") == "hale-sons-ltd"
    assert id_from("東京") == "application"


def test_an_id_is_given_once(folder):
    folder.add(GOOD, "x")
    with pytest.raises(TrainerError, match="already"):
        folder.add(GOOD, "x")
    with pytest.raises(TrainerError, match="already"):
        folder.add(b"company: Sample\n", "x")  # the built-in one has that id


@pytest.mark.skipif(sys.platform == "win32", reason="no such permissions")
def test_files_are_the_learners_alone(folder):
    made = folder.add(GOOD, "x")
    assert stat.S_IMODE(folder.path(made.id).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.folder.stat().st_mode) == 0o700


def test_the_old_file_is_kept(folder):
    made = folder.add(GOOD, "x")
    folder.save(made.model_copy(update={"role": "buyer"}))
    assert folder.load(made.id).role == "buyer"
    kept = folder.path(made.id).with_suffix(".yaml.bak")
    assert parse(kept.read_bytes(), "x", Application) == made


def test_a_bad_edit_changes_nothing(folder):
    made = folder.add(GOOD, "x")
    with pytest.raises(FileFaults):
        folder.replace(made.id, b"company: [")
    with pytest.raises(TrainerError, match="stays as it was given"):
        folder.replace(made.id, b"company: Another\n")
    assert folder.load(made.id) == made


def test_a_write_that_fails_leaves_the_old_file(folder, monkeypatch):
    made = folder.add(GOOD, "x")
    before = folder.path(made.id).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(TrainerError, match="No space left"):
        folder.save(made.model_copy(update={"role": "buyer"}))
    assert folder.path(made.id).read_bytes() == before
    assert not list(folder.folder.glob("*.new"))


@pytest.mark.parametrize("id", ["../x", "a/b", "", ".hidden"])
def test_an_id_is_no_path(folder, id):
    with pytest.raises(TrainerError):
        folder.load(id)


def test_forty_applications(folder):
    for n in range(40):
        folder.add(f"company: Company {n}\n".encode(), "x")
    assert len(folder.all()) == 40


def test_the_sample_fills_every_placeholder():
    assert set(PLACEHOLDERS) == set(values(SAMPLE, date(2026, 11, 5)))


@pytest.mark.parametrize(
    ("name", "called"),
    [("Dr. Jörg Weiß", "Jörg"), ("Grace Oyelaran", "Grace"), ("Grace", "Grace"), ("Mr Weiß", "Mr Weiß")],
)
def test_a_title_is_no_first_name(name, called):
    """Scripts say 'Hello {contact.first_name}'."""
    own = Application.model_validate({"company": "A", "contacts": [{"name": name}]})
    assert values(own, date(2026, 11, 5))["contact.first_name"] == called


@pytest.mark.parametrize(
    ("typed", "put"),
    [
        ("moved 12,000 items", "moved 12,000 items"),
        ("I moved 12,000 items.", "moved 12,000 items"),
        ("I've moved 12,000 items", "have moved 12,000 items"),
        ("I\u2019m a first aider now", "am a first aider now"),
        ("Italian is my mother tongue", "Italian is my mother tongue"),
    ],
)
def test_the_fact_goes_on_after_i_however_it_was_typed(typed: str, put: str) -> None:
    assert values(SAMPLE.model_copy(update={"fact": typed}), date(2026, 11, 5))["fact"] == put


def test_what_is_written_is_read_back_equal():
    assert parse(to_yaml(SAMPLE).encode(), "x", Application) == SAMPLE


def test_text_stays_as_written():
    made = parse(b"company: 3000\nme: {name: Robin, phone: 0147}\nmoment: 2026-11-03\n", "x", Application)
    assert (made.company, made.me.phone, made.moment, made.id) == ("3000", "0147", "2026-11-03", "3000")
