"""What may be chosen for the learner: calls whose blanks the application fills. A call that they name is their choice,
and is refused with what it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trainer.errors import TrainerError
from trainer.wiring import App


def lacking(app: App, application_id: str | None = None) -> Mapping[str, frozenset[str]]:
    """Scenario → the blanks that would stay empty, of every call that cannot be played for this application."""
    if application_id is None and not app.applications.any:
        return {}  # the sample fills every blank
    facts = app.facts(app.application(application_id))
    return {s.id: left for s in app.gists if (left := s.needs - facts.keys())}


def say_passed_over(app: App, blanks: Iterable[str], application_id: str | None = None) -> None:
    """What is missing and how to add it, in one sentence."""
    from trainer.core.placeholders import in_words, wholes

    id = app.application(application_id).id
    app.note(
        f"Calls that need {in_words(wholes(blanks))} are passed over, since the application {id} does not say it; "
        f"add it with: trainer application edit {id}"
    )


def nothing_left(app: App, application_id: str | None = None) -> TrainerError:
    """Where every call that might be chosen is passed over."""
    return TrainerError(
        f"No call can be chosen for {app.application(application_id).id} yet; the built-in application fills every "
        "blank: trainer practice --application sample"
    )
