"""`trainer scenarios`: what it prints, where, and its exit codes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from trainer.cli import run
from trainer.settings import shipped

DATA = Path(__file__).parents[1] / "data" / "library"
MINIMAL = DATA / "minimal.yaml"
FULL = DATA / "full.yaml"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRAINER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TRAINER_JUDGE", "words")
    monkeypatch.setenv("TRAINER_NOW", "2026-11-09T10:00:00+00:00")
    return tmp_path / "home"


def trainer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["scenarios", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def typing(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def put(home: Path, name: str, text: str) -> Path:
    (home / "scenarios").mkdir(parents=True, exist_ok=True)
    path = home / "scenarios" / name
    path.write_text(text, encoding="utf-8")
    return path


def test_list_prints_one_array(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    put(home, "mine.yaml", MINIMAL.read_text(encoding="utf-8"))
    code, out, err = trainer(capsys, "list", "--json")
    rows = {row["id"]: row for row in json.loads(out)}
    assert (code, err) == (0, "")
    assert list(rows) == sorted(rows)
    mine = rows["call-back-later"]
    assert mine["title"] == "Ask when to call back"
    assert (mine["call_type"], mine["turns"], mine["levels"]) == ("call-back-later", ["reception"], ["normal"])
    assert mine["origin"] == "own"


def test_a_broken_draft_does_not_hide_the_others(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    path = put(home, "mine.yaml", "id: [")
    code, out, err = trainer(capsys, "list", "--json")
    assert code == 0
    assert json.loads(out)
    assert err.startswith(f"{path}:")


def test_show_draws_the_call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = trainer(capsys, "show", str(FULL))
    assert code == 0
    for part in (
        "full-call: Ask for the start date",
        "├─ turn desk",
        "the front desk: [ring] {company}, good morning.",
        "say_name: Say your name (must, weight 1.5, before ask_for_person)",
        "obstacles, hard",
        "if hit say_name and ask_for_person, no don't -> contact (good)",
        "once, a must missed: And your name was?",
        "2 self-tests, 1 bad take",
    ):
        assert part in out, part
    monkeypatch.setenv("TRAINER_PLAIN", "1")
    assert "├" not in trainer(capsys, "show", str(FULL))[1]
    shown = json.loads(trainer(capsys, "show", str(FULL), "--json")[1])
    assert (shown["version"], shown["id"], shown["call_type"]) == (1, "full-call", "start-date")


def test_validate_says_what_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = trainer(capsys, "validate", str(MINIMAL))
    assert code == 0
    assert out.startswith(f"{MINIMAL}: call-back-later is right")
    code, out, _ = trainer(capsys, "validate", str(MINIMAL), "--json")
    answer = json.loads(out)
    assert (answer["version"], answer["files"][0]["id"], answer["files"][0]["ok"]) == (1, "call-back-later", True)


def test_validate_lists_every_mistake_of_every_file_on_stderr(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    a, b = tmp_path / "a.yaml", tmp_path / "b.yaml"
    a.write_text(MINIMAL.read_text().replace("title:", "titel:").replace("says:", "say:"), encoding="utf-8")
    b.write_text(FULL.read_text().replace("to: contact\n        good", "to: kontact\n        good"), encoding="utf-8")
    for extra in ([], ["--json"]):
        code, out, err = trainer(capsys, "validate", str(a), str(MINIMAL), str(b), *extra)
        assert (code, out) == (1, "")
        lines = err.splitlines()
        assert any(line.startswith(f"{a}:2:1: ") for line in lines)
        assert any(line.startswith(f"{a}:6:5: ") for line in lines)
        assert any(line.startswith(f"{b}:") and '"kontact"' in line for line in lines)
        assert all(line.split(":")[1].isdigit() for line in lines)


def test_the_judges_view_warns_an_author(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    text = FULL.read_text(encoding="utf-8")
    text = text.replace("hits: [say_goodbye]", "misses: [say_goodbye]")
    text = text.replace("    model_answer: When would I start?", "    model_answer: I like trains.")
    path.write_text(text, encoding="utf-8")
    code, out, err = trainer(capsys, "validate", str(path))
    assert code == 0
    assert "full-call is right" in out
    rows = text.splitlines()
    at = 1 + next(i for i, row in enumerate(rows) if "I like trains" in row)
    assert f"{path}:{at}:19: warning: the judge does not hear ask_date in the model answer" in err
    at = 1 + next(i for i, row in enumerate(rows) if "misses: [say_goodbye]" in row)
    assert f'{path}:{at}:14: warning: this reply was to miss "say_goodbye", and the judge hears it in' in err
    assert "warning" not in trainer(capsys, "validate", "--structure", str(path))[2]


def test_a_failed_self_test_of_a_shipped_scenario_is_a_mistake_by_words_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "deck"
    folder.mkdir()
    for beside in ("donts.yaml", "sources.yaml"):
        (folder / beside).write_bytes((shipped("scenarios") / beside).read_bytes())
    text = FULL.read_text(encoding="utf-8").replace("hits: [say_goodbye]", "misses: [say_goodbye]")
    (folder / "full-call.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("trainer.wiring.shipped", lambda part: folder if part == "scenarios" else shipped(part))
    code, out, err = trainer(capsys, "validate", str(folder / "full-call.yaml"))
    assert (code, out) == (1, "")
    assert 'this reply was to miss "say_goodbye"' in err
    monkeypatch.delenv("TRAINER_JUDGE")
    code, out, err = trainer(capsys, "validate", str(folder / "full-call.yaml"))
    assert code == 0
    assert 'warning: this reply was to miss "say_goodbye"' in err


def test_two_points_that_cannot_be_told_apart(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    twin = "      - id: twin\n        label: Say thanks\n        examples: [Thanks a lot!]\n"
    path.write_text(
        FULL.read_text(encoding="utf-8").replace("facts: {parking", f"{twin}facts: {{parking"), encoding="utf-8"
    )
    assert '"say_goodbye" and "twin" cannot be told apart' in trainer(capsys, "validate", str(path))[2]


def test_usage_and_unknown_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert trainer(capsys, "validate")[0] == 2
    assert trainer(capsys, "nonsense")[0] == 2
    for arguments in (
        ["show", "nowhere"],
        ["validate", "./nowhere.yaml"],
        ["preview", "nowhere"],
        ["pack", "remove", "x"],
    ):
        code, out, err = trainer(capsys, *arguments)
        assert (code, out) == (1, "")
        assert len(err.splitlines()) == 1


def test_schema_is_a_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    import jsonschema

    code, out, _ = trainer(capsys, "schema")
    assert code == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(out))


# New


def test_new_without_questions_writes_a_commented_file_that_is_right(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    code, out, err = trainer(capsys, "new", "--id", "start-date", "--title", 'Ask: the "date" {here}')
    path = home / "scenarios" / "start-date.yaml"
    assert (code, err) == (0, "")
    assert str(path) in out
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=./.scenario.schema.json\n")
    assert (home / "scenarios" / ".scenario.schema.json").is_file()
    assert path.stat().st_mode & 0o777 == 0o600
    assert trainer(capsys, "validate", str(path))[:2] == (0, f"{path}: start-date is right\n")
    code, out, err = trainer(capsys, "new", "--id", "start-date")
    assert (code, out) == (1, "")
    assert path.read_text(encoding="utf-8") == text


def test_new_asks_and_every_question_can_be_skipped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    typing(monkeypatch, "")
    assert trainer(capsys, "new")[0] == 0
    assert (home / "scenarios" / "my-call.yaml").is_file()
    typing(
        monkeypatch,
        "Ask about parking {x}\nParking!\nstatus\nIt rings: twice\nHello? Who: is it\nSay your name\nمرحبا 😀\n\n"
        "Ask where to park\nWhere may I {park}?\n\nrude, presuring\nNo.\n",
    )
    code, _, err = trainer(capsys, "new")
    assert code == 0
    assert "presuring is no shipped don't, and pressuring is one;" in err
    path = home / "scenarios" / "parking.yaml"
    shown = json.loads(trainer(capsys, "show", "parking", "--json")[1])
    assert shown["title"] == "Ask about parking {{x}}"
    assert shown["call_type"] == "status"
    points = shown["turns"][0]["key_points"]
    assert [p["label"] for p in points] == ["Say your name", "مرحبا 😀", "Ask where to park"]
    assert [p["id"] for p in points] == ["say_name", "point", "ask_where_park"]
    assert points[2]["examples"] == ["Where may I {{park}}?"]
    assert shown["turns"][0]["model_answer"].endswith("Where may I {{park}}?")
    assert [d["id"] for d in shown["turns"][0]["donts"]] == ["rude"]
    assert trainer(capsys, "validate", str(path))[0] == 0


def test_an_id_that_is_no_text_is_an_unknown_one(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = trainer(capsys, "show", "\udcff")
    assert (code, out) == (1, "")
    assert err.startswith("There is no scenario")


@pytest.mark.parametrize("id", ["a b", "../x", ".", "x" * 90, "-a"])
def test_new_refuses_an_id_that_cannot_be(capsys: pytest.CaptureFixture[str], home: Path, id: str) -> None:
    code, out, err = trainer(capsys, "new", "--id=" + id)
    assert (code, out) == (1, "")
    assert "An id is made of" in err
    assert not (home / "scenarios").exists()


def test_new_from_another_keeps_its_comments(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert trainer(capsys, "new", "--from", str(MINIMAL), "--id", "copy", "--title", "A copy")[0] == 0
    text = (home / "scenarios" / "copy.yaml").read_text(encoding="utf-8")
    assert "# or a list of wordings" in text
    shown = json.loads(trainer(capsys, "show", "copy", "--json")[1])
    assert (shown["id"], shown["title"]) == ("copy", "A copy")


@pytest.mark.parametrize("origin", [MINIMAL, FULL, "json"], ids=["without a type", "with one", "json"])
def test_new_from_another_takes_the_type_too(
    capsys: pytest.CaptureFixture[str], home: Path, tmp_path: Path, origin: Path | str
) -> None:
    if origin == "json":
        origin = tmp_path / "call.json"
        origin.write_text('{"id": "x", "title": "X", "turns": [{"id": "t", "says": "Hello?"}]}', encoding="utf-8")
    assert trainer(capsys, "new", "--from", str(origin), "--id", "copy", "--type", "parking")[0] == 0
    shown = json.loads(trainer(capsys, "show", "copy", "--json")[1])
    assert (shown["id"], shown["call_type"]) == ("copy", "parking")


# Preview


def test_preview_plays_without_keeping_anything(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    typing(
        monkeypatch,
        "Hello, this is Robin Castellano, could I speak to Grace Oyelaran?\n/model\nWhen would I start?\nThanks.\n",
    )
    code, out, _ = trainer(capsys, "preview", str(FULL), "--level", "easy")
    assert code == 0
    assert "[ring]" in out
    assert "score 100" in out
    assert "-> contact (the good way)" in out
    assert "Costs {nothing}." in out
    assert "Nothing was kept" in out
    assert not list(home.rglob("*.db*"))


def test_preview_goes_on_where_the_author_left_off(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    path = put(home, "full.yaml", FULL.read_text(encoding="utf-8"))
    typing(monkeypatch, "Hello, this is Robin Castellano, could I speak to Grace Oyelaran?\n/quit\n")
    trainer(capsys, "preview", "full-call")
    path.write_text(
        path.read_text(encoding="utf-8").replace("{contact.first_name} here.", "Speaking!"), encoding="utf-8"
    )
    typing(monkeypatch, "/quit\n")
    out = trainer(capsys, "preview", "full-call")[1]
    assert "Going on at contact" in out
    assert "Speaking!" in out
    typing(monkeypatch, "/quit\n")
    assert "[close]" in trainer(capsys, "preview", "full-call", "--from", "close")[1]
    code, out, err = trainer(capsys, "preview", "full-call", "--from", "nowhere")
    assert code == 1
    assert "no turn 'nowhere'" in err


def test_preview_reads_an_edited_file_again_and_stays_at_the_turn(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    path = put(home, "full.yaml", FULL.read_text(encoding="utf-8"))

    class Editing(io.StringIO):
        def __init__(self) -> None:
            super().__init__("a\nb\nc\nThanks a lot.\n")
            self.edits = [
                lambda t: t.replace("I'll find out.", "I will see."),
                lambda t: t.replace("id: close", "idd: close"),
                lambda t: t.replace("idd: close", "id: close"),
            ]

        def readline(self, *_: int) -> str:  # type: ignore[override]
            if self.edits:
                path.write_text(self.edits.pop(0)(path.read_text(encoding="utf-8")), encoding="utf-8")
            return super().readline()

    monkeypatch.setattr("sys.stdin", Editing())
    code, out, err = trainer(capsys, "preview", "full-call", "--from", "close")
    assert code == 0
    assert out.count("The file has changed") == 2
    assert out.count("The file has mistakes now") == 1
    assert "I will see." in out
    assert 'unknown key "idd"' in err
    assert "score 100" in out


# Packs


def test_packs_from_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "friends"
    folder.mkdir()
    (folder / "x.yaml").write_bytes(MINIMAL.read_bytes())
    (folder / "notes.txt").write_text("hi", encoding="utf-8")
    assert trainer(capsys, "pack", "add", str(folder))[:2] == (
        0,
        "Took in friends: 1 scenario; 1 other file was left out.\n",
    )
    assert json.loads(trainer(capsys, "pack", "list", "--json")[1]) == [
        {"id": "friends", "scenarios": ["call-back-later"]}
    ]
    assert "[pack friends]" in trainer(capsys, "list")[1]
    assert trainer(capsys, "pack", "remove", "friends")[0] == 0
    assert trainer(capsys, "pack", "list")[1] == "No packs were taken in.\n"


def test_a_pack_that_was_made_can_be_taken_in(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "mine.zip"
    assert trainer(capsys, "pack", "make", str(MINIMAL), "reach-hr", "--out", str(out))[0] == 0
    again = trainer(capsys, "pack", "make", str(MINIMAL), "--out", str(out))
    assert again == (1, "", f"{out}: there is such a file already; choose another name.\n")
    assert trainer(capsys, "pack", "make", str(MINIMAL), "--out", "mine.tar")[0] == 1
    monkeypatch.setenv("TRAINER_HOME", str(tmp_path / "elsewhere"))
    assert "2 scenarios" in trainer(capsys, "pack", "add", str(out))[1]
    assert "[pack mine]" in trainer(capsys, "list")[1]


@pytest.mark.parametrize("scenario", ["practice", "score"])
def test_a_scenario_that_is_broken_is_played_by_no_command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, scenario: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(
        MINIMAL.read_text().replace("    donts:", "    branches: [{to: reception}]\n    donts:"), encoding="utf-8"
    )
    typing(monkeypatch, "hello\n")
    rest = ["reception", "--text", "hello", "--json"] if scenario == "score" else ["--typed", "--json"]
    code = run([scenario, str(path), *rest])
    captured = capsys.readouterr()
    assert (code, captured.out) == (1, "")
    assert f'{path}:11:21: the branch goes from "reception" to itself' in captured.err


def test_the_shipped_deck_is_right_in_structure(capsys: pytest.CaptureFixture[str]) -> None:
    assert trainer(capsys, "validate", "--structure", str(shipped("scenarios")))[0] == 0
