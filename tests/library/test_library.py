"""Scenarios found by path or id; a learner's own over a pack's over the shipped ones; what is wrong is never played."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from trainer.core.placeholders import PLACEHOLDERS, fill, known, names
from trainer.core.scenario import Scenario
from trainer.errors import FileFaults, TrainerError
from trainer.library import Library, cache, is_path
from trainer.settings import shipped

DATA = Path(__file__).parents[1] / "data" / "library"
MINIMAL = (DATA / "minimal.yaml").read_text(encoding="utf-8")
FULL = (DATA / "full.yaml").read_text(encoding="utf-8")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    (tmp_path / "home" / "scenarios").mkdir(parents=True)
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "donts.yaml").write_bytes((shipped("scenarios") / "donts.yaml").read_bytes())
    return Library(tmp_path / "shipped", tmp_path / "home" / "scenarios")


def put(folder: Path, name: str, text: str = MINIMAL) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_path_or_an_id(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "any name.yaml")
    put(library.shipped, "x.yaml", MINIMAL.replace("call-back-later", "shipped-one"))
    assert library.load(str(path)).id == "call-back-later"
    assert library.load("shipped-one").id == "shipped-one"
    monkeypatch.chdir(tmp_path)
    put(tmp_path, "plainname")
    assert library.load("plainname").id == "call-back-later"
    assert is_path("a/b")
    assert is_path("b.json")
    assert is_path("B.YML")
    assert not is_path("voicemail")
    assert not is_path("x" * 5000)


def test_a_shipped_dont_comes_with_all_that_ships(library: Library, tmp_path: Path) -> None:
    donts = {d.id: d for d in library.load(str(put(tmp_path, "m.yaml"))).turns[0].donts}
    assert donts["pressuring"].label
    assert len(donts["pressuring"].examples) >= 8
    assert donts["rude"].label == "Be short with the receptionist"
    assert donts["rude"].examples[0] == "just put me through"
    assert len(donts["rude"].examples) > 1


def test_own_goes_before_pack_before_shipped(library: Library) -> None:
    put(library.shipped, "a.yaml", MINIMAL.replace("Ask when", "Shipped"))
    assert library.load("call-back-later").title.startswith("Shipped")
    put(library.packs / "friends", "b.yaml", MINIMAL.replace("Ask when", "Pack"))
    assert library.load("call-back-later").title.startswith("Pack")
    put(library.own, "c.yml", MINIMAL.replace("Ask when", "Own"))
    assert library.load("call-back-later").title.startswith("Own")
    assert [(e.scenario.title[:3], e.origin) for e in library.entries()] == [("Own", "own")]


def test_an_edited_file_has_another_digest(library: Library) -> None:
    path = put(library.own, "c.yaml")
    before = library.digest("call-back-later")
    assert library.digest("call-back-later", str(path)) == before
    path.write_text(MINIMAL + "\n# edited\n", encoding="utf-8")
    assert library.digest("call-back-later") != before


def test_two_files_of_one_id_are_a_clear_error(library: Library) -> None:
    put(library.own, "a.yaml")
    put(library.own, "b.yaml")
    with pytest.raises(TrainerError, match=r"stands in two files, .*a\.yaml and .*b\.yaml; give one"):
        library.load("call-back-later")
    assert [s.id for s in library.all()] == ["call-back-later"]
    assert "stands in two files" in library.faults[0]


def test_a_broken_file_is_told_and_does_not_stop_the_others(library: Library) -> None:
    put(library.own, "a.yaml", MINIMAL.replace("title:", "titel:"))
    put(library.own, "b.yaml", MINIMAL.replace("call-back-later", "fine"))
    assert [s.id for s in library.all()] == ["fine"]
    assert any('a.yaml:2:1: unknown key "titel"' in f for f in library.faults)
    with pytest.raises(FileFaults, match=r"a\.yaml:2:1"):
        library.load("call-back-later")
    assert library.load("fine").id == "fine"


def test_a_branch_to_nowhere_is_refused_with_its_place(library: Library, tmp_path: Path) -> None:
    path = put(tmp_path, "m.yaml", MINIMAL.replace("    donts:", "    branches: [{to: nowhere}]\n    donts:"))
    with pytest.raises(FileFaults) as caught:
        library.load(str(path))
    assert caught.value.faults == (f'{path}:11:21: "nowhere" is not a later turn or end',)


def test_an_unknown_id_offers_the_nearest(library: Library) -> None:
    put(library.own, "a.yaml")
    with pytest.raises(TrainerError, match="Did you mean call-back-later"):
        library.load("call-back-late")


@pytest.mark.parametrize(
    ("name", "sentence"), [("./nope.yaml", "there is no such file"), ("/tmp/", "this is a folder"), ("/dev/zero", "no ordinary file")]
)  # fmt: skip
def test_what_is_no_file(library: Library, name: str, sentence: str) -> None:
    with pytest.raises(TrainerError, match=sentence):
        library.load(name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(library: Library, tmp_path: Path) -> None:
    path = put(tmp_path, "m.yaml")
    path.chmod(0)
    with pytest.raises(TrainerError, match="cannot be read"):
        library.load(str(path))


def test_json_files_and_escapes_in_an_id_are_found(library: Library) -> None:
    put(library.own, "j.json", '{"id": "j\\u0061y", "title": "t", "turns": [{"id": "a", "says": "b"}]}')
    assert library.load("jay").id == "jay"


def test_the_cache_knows_only_what_would_pass_again(library: Library) -> None:
    path = put(library.own, "a.yaml", FULL)
    first = library.all()
    fresh = Library(library.shipped, library.own)
    assert fresh.all() == first
    assert fresh.cache.path.is_file()
    path.write_text(FULL.replace("to: contact", "to: kontact"), encoding="utf-8")
    assert fresh.all() == ()
    fresh.cache.path.write_bytes(b"rubbish\n" + b"\xff" * 100)
    path.write_text(FULL, encoding="utf-8")
    assert Library(library.shipped, library.own).all() == first


def test_other_shipped_donts_begin_a_new_cache(library: Library) -> None:
    put(library.own, "a.yaml")
    assert library.all()
    (library.shipped / "donts.yaml").write_text("donts: [{id: rude, label: x}]", encoding="utf-8")
    other = Library(library.shipped, library.own)
    assert other.all() == ()
    assert '"pressuring" is not one of the shipped don\'ts' in other.faults[0]


def test_every_module_that_reads_and_checks_begins_a_new_cache_with_its_change(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from trainer.library import Library\n"
        "assert Library(*map(Path, sys.argv[1:])).all()\n"
        "print(*(m.__file__ for name, m in sys.modules.items() if name.startswith('trainer')), sep='\\n')\n"
    )
    command = [sys.executable, "-c", code, str(shipped("scenarios")), str(tmp_path / "scenarios")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    read = {Path(name) for name in done.stdout.splitlines()}
    known = {cache.PACKAGE / name for name in cache.CHECKS}
    others = {"__init__.py", "core/__init__.py", "errors.py", "library/files.py", "writing.py"}
    assert read - known == {cache.PACKAGE / name for name in others}
    assert all(path.is_file() for path in known)


def test_loading_writes_nothing(library: Library) -> None:
    put(library.own, "a.yaml")
    library.load("call-back-later")
    assert sorted(p.name for p in library.own.parent.rglob("*")) == ["a.yaml", "scenarios"]


def test_a_thousand_scenarios_are_listed_in_two_seconds(library: Library) -> None:
    for i in range(1000):
        put(library.own, f"s{i}.yaml", MINIMAL.replace("call-back-later", f"call-{i}"))
    started = time.process_time()
    assert len(library.all()) == 1000
    cold = time.process_time() - started
    started = time.process_time()
    assert len(Library(library.shipped, library.own).all()) == 1000
    warm = time.process_time() - started
    assert warm < 2.0, (cold, warm)
    assert cold < 8.0, (cold, warm)


# Placeholders


def scenario(**facts: str) -> Scenario:
    return Scenario.model_validate(
        {
            "id": "s",
            "title": "t",
            "facts": facts,
            "turns": [{"id": "a", "says": "{me.name} of {company}, {{x}} {moment}"}],
        }
    )


VALUES = {
    "me.name": "Robin Castellano", "me.first_name": "Robin", "company": "Halden", "moment": "a {company} tour",
    "contact.name": "Grace Oyelaran", "contact.first_name": "Grace", "contact.says_as": "oh-yeh", "contact.role": "boss",
}  # fmt: skip


def test_blanks_are_filled_once_and_from_the_file_first() -> None:
    s = scenario(name="Ann Lee", company="{me.name} & Co")
    filled = fill(s, known(s, VALUES))
    assert filled.turns[0].says.neutral == ("Ann Lee of {me.name} & Co, {x} a {company} tour",)
    assert names(s) == {"me.name", "company", "moment"}


def test_the_parts_of_a_name_follow_the_files_name() -> None:
    facts = known(
        scenario(name="Ann Lee", interviewer="Ms Irene Castell, head of people", interview_date="Tuesday, 14 October"),
        VALUES,
    )
    assert facts["me.first_name"] == "Ann"
    assert facts["contact.name"] == "Ms Irene Castell"
    assert facts["contact.first_name"] == "Irene"
    assert facts["contact.last_name"] == "Castell"
    assert facts["contact.role"] == "head of people"
    assert "contact.says_as" not in facts
    assert facts["interview.weekday"] == "Tuesday"
    assert facts["interviewer"] == "Ms Irene Castell, head of people"


def test_a_blank_that_stays_empty_is_refused_by_name() -> None:
    with pytest.raises(TrainerError) as caught:
        fill(scenario(), {"me.name": "Ann", "company": ""})
    assert "company (the employer) and moment (a moment of the interview that stayed with you)" in str(caught.value)
    assert "me.name" not in str(caught.value)


def test_the_published_list_is_what_the_sample_fills() -> None:
    from datetime import date

    from trainer.core.application import SAMPLE, values

    assert set(values(SAMPLE, date(2026, 11, 9))) == set(PLACEHOLDERS)


# The schema


def test_the_shipped_schema_is_the_models() -> None:
    from trainer.library.schema import as_text

    path = Path(__file__).parents[2] / "trainer" / "schemas" / "scenario.json"
    assert path.read_text(encoding="utf-8") == as_text(), "write it anew with: trainer scenarios schema"


@pytest.mark.parametrize("text", [MINIMAL, FULL], ids=["minimal", "full"])
def test_the_schema_takes_what_the_reader_takes(text: str) -> None:
    import jsonschema
    import yaml

    validator = jsonschema.Draft202012Validator(_schema())
    assert list(validator.iter_errors(yaml.safe_load(text))) == []
    for old, new in (
        ("key_points:", "key_point:"),
        ("title:", "titel:"),
        ("id: reception", "id: 're ception'"),
        ("says:", "say:"),
    ):
        if old in text:
            assert list(validator.iter_errors(yaml.safe_load(text.replace(old, new, 1)))), old


def _schema() -> dict[str, object]:
    from trainer.library.schema import scenario_schema

    return scenario_schema()


def test_every_key_of_the_schema_is_described() -> None:
    schema = _schema()
    models = {**schema["$defs"], "Scenario": schema}  # type: ignore[dict-item]
    bare = [f"{name}.{key}" for name, model in models.items() for key, field in model.get("properties", {}).items() if not field.get("description")]  # fmt: skip
    assert bare == []
