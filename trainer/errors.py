"""What can go wrong in a way that the learner can put right: a sentence for them and an exit code."""

from __future__ import annotations


class TrainerError(Exception):
    """The learner's input or a file was wrong. The message is one plain sentence: what, where, what to do."""

    exit_code = 1


class FileFaults(TrainerError):
    """A file that a person wrote has mistakes; each is one line `path:line:column: sentence` (1-based)."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class NoWay(TrainerError):
    """There is no way left to do it here: neither microphone nor keyboard, no recogniser for a recording."""

    exit_code = 3


class EarUnavailable(NoWay):
    """A recogniser or microphone that cannot be used, with what to do instead."""


class VoiceUnavailable(TrainerError):
    """A voice or loudspeaker that cannot be used; the call goes on in captions."""


class JudgeUnavailable(TrainerError):
    """The trained judge's weights are missing or not the ones that ship; the words-only judge goes on."""


class HungUp(Exception):
    """The learner ended the call: a normal way for a call to end, not a fault."""


class Outdated(Exception):
    """The words of a reply are no longer wanted, since the learner spoke on: a normal way for recognising to end."""


class OutOfReplies(Exception):
    """The recordings that were handed in are used up: a normal way for a call to end."""
