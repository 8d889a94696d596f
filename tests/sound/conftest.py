"""A virtual sound card: a PulseAudio of our own, in a private folder, with a microphone to speak into and a
loudspeaker to listen to. Skipped by name where PulseAudio is missing; a failure where REQUIRE_SOUND=1."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.sound.card import VirtualCard


@pytest.fixture(scope="module")
def virtual_card(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualCard]:
    if not (shutil.which("pulseaudio") and shutil.which("pactl")):
        reason = "PulseAudio (pulseaudio, pulseaudio-utils) is not installed"
        if os.environ.get("REQUIRE_SOUND") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    before = dict(os.environ)
    card = VirtualCard.start(tmp_path_factory.mktemp("card"))
    os.environ.update(card.environment)
    try:
        yield card
    finally:
        card.stop()
        os.environ.clear()
        os.environ.update(before)
