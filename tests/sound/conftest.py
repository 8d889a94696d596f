"""A virtual sound card: a PulseAudio of our own, in a private folder, with a microphone to speak into and a
loudspeaker to listen to. Skipped by name unless REQUIRE_SOUND=1, where a missing PulseAudio is a failure."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.sound.card import VirtualCard


def skip_unless_sound_is_wanted() -> None:
    """Skip where sound is not asked for; fail where it is and cannot be had."""
    if os.environ.get("REQUIRE_SOUND") != "1":
        pytest.skip("needs PulseAudio as a virtual sound card; REQUIRE_SOUND=1 runs it, as .ci/run does")
    if not (shutil.which("pulseaudio") and shutil.which("pactl")):
        pytest.fail("PulseAudio (pulseaudio, pulseaudio-utils) is not installed")


@pytest.fixture(scope="module")
def virtual_card(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualCard]:
    skip_unless_sound_is_wanted()
    before = dict(os.environ)
    card = VirtualCard.start(tmp_path_factory.mktemp("card"))
    os.environ.update(card.environment)
    try:
        yield card
    finally:
        card.stop()
        os.environ.clear()
        os.environ.update(before)
