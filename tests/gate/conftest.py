import pytest

from .running import Trainer, machine


@pytest.fixture
def trainer(tmp_path, monkeypatch) -> Trainer:
    return machine(tmp_path, monkeypatch)
