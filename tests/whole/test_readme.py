"""Every command stands in the README with an example, and every example runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.whole.running import ROOT, trainer
from trainer.cli import COMMANDS

README = (ROOT / "README.md").read_text(encoding="utf-8")
NOW = "2026-11-09T10:00:00+00:00"
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str]]:
    """(command, what is typed into it), in the order of the README; `<<<` stands for typed lines."""
    found = []
    for block in BLOCK.findall(README):
        for line in block.splitlines():
            if line.startswith("$ trainer"):
                command, _, typed = line[2:].partition(" <<< ")
                found.append((command.strip(), typed.strip().strip("'\"").replace("\\n", "\n")))
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_an_example(command: str) -> None:
    assert any(re.match(rf"trainer (--\S+ )*{command}\b", example) for example, _ in examples()), command


def test_the_examples_run_one_after_the_other(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "halden.yaml").write_text(
        re.search(r"^```yaml\n(# halden\.yaml.*?)^```", README, re.MULTILINE | re.DOTALL)[1],  # type: ignore[index]
        encoding="utf-8",
    )
    for command, typed in examples():
        words = shlex.split(command)[1:]
        done = trainer(
            *words, home=home, stdin=typed, cwd=tmp_path, TRAINER_NOW=NOW, TRAINER_JUDGE="words", EDITOR="true"
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
        assert "Traceback" not in done.stderr


def test_the_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_no_registry_address_in_the_lock_files() -> None:
    for name in ("requirements.lock", "requirements-test.lock"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")
