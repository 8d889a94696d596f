"""Runs the call scripts beside this file.

A script is a YAML file: `files` are written into an empty folder first; each of `steps` runs one command there:

    - run: trainer score call.yaml reception --text "Could I speak to Dana Ruiz please" --json
      stdin: ""                 # what is typed
      env: {TRAINER_NOW: …}     # beside a fresh TRAINER_HOME that all steps of the script share
      exit: 0                   # the default
      out: [pieces of stdout]   # likewise `err` for stderr; `not_out` must not be there, `no_out: true` wants stdout empty
      json: {key_points.ask_for_person.hit: true}   # paths into stdout's JSON; a line a value where there are several lines
      keep: {id: session}       # remembers a value of the JSON; `$id` in later runs stands for it
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parent
SCRIPTS = sorted(HERE.glob("*.yaml"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_script(script: Path, tmp_path: Path) -> None:
    written = yaml.safe_load(script.read_text(encoding="utf-8"))
    for name, content in (written.get("files") or {}).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    kept: dict[str, str] = {}
    for number, step in enumerate(written["steps"], 1):
        run_step(step, f"{script.name}, step {number}: {step['run']}", tmp_path, kept)


def run_step(step: dict[str, Any], where: str, folder: Path, kept: dict[str, str]) -> None:
    command = step["run"]
    for name, value in kept.items():
        command = command.replace(f"${name}", value)
    words = shlex.split(command)
    assert words[0] == "trainer", where
    env = {
        k: v for k, v in os.environ.items() if not k.startswith("TRAINER_") and k not in {"NO_COLOR", "FORCE_COLOR"}
    } | {"TRAINER_HOME": str(folder / "home"), "PYTHONUTF8": "1", "TRAINER_JUDGE": "words"}
    env |= {k: str(v) for k, v in (step.get("env") or {}).items()}
    done = subprocess.run(
        [sys.executable, "-m", "trainer", *words[1:]],
        input=step.get("stdin", ""), capture_output=True, text=True, encoding="utf-8", cwd=folder, env=env, timeout=120,
    )  # fmt: skip
    told = f"{where}\nexit {done.returncode}\nstdout: {done.stdout[-3000:]}\nstderr: {done.stderr[-3000:]}"
    assert done.returncode == step.get("exit", 0), told
    assert "Traceback" not in done.stderr, told
    for piece in step.get("out", []):
        assert piece in done.stdout, f"{told}\nnot in stdout: {piece}"
    for piece in step.get("not_out", []):
        assert piece not in done.stdout, f"{told}\nin stdout: {piece}"
    for piece in step.get("err", []):
        assert piece in done.stderr, f"{told}\nnot in stderr: {piece}"
    if step.get("no_out"):
        assert done.stdout == "", told
    if "json" in step or "keep" in step:
        value = parsed(done.stdout)
        for path, expected in (step.get("json") or {}).items():
            assert look(value, path) == expected, f"{told}\n{path}: {look(value, path)!r}, not {expected!r}"
        for name, path in (step.get("keep") or {}).items():
            kept[name] = str(look(value, path))


def parsed(out: str) -> Any:
    """One JSON value, or a list of the values of a line each."""
    try:
        return json.loads(out)
    except json.JSONDecodeError:
        return [json.loads(line) for line in out.splitlines() if line.strip()]


def look(value: Any, path: str) -> Any:
    """`turns.0.score`; `#` at the end is a length."""
    for part in path.split("."):
        if part == "#":
            value = len(value)
        elif isinstance(value, list):
            value = value[int(part)]
        else:
            value = value.get(part, "(nothing there)")
    return value
