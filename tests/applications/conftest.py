import pytest

from tests.gate.running import Trainer, machine


@pytest.fixture
def trainer(tmp_path, monkeypatch) -> Trainer:
    return machine(tmp_path, monkeypatch)
