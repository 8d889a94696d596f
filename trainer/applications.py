"""The learner's own applications on disk: one YAML file each, which a person may edit by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from trainer.errors import TrainerError
from trainer.writing import write_file

if TYPE_CHECKING:  # loaded when there is a file to read
    from trainer.core.application import Application


class Applications:
    """The folder of applications. Files are the learner's alone (0600) and are replaced whole, never half."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def any(self) -> bool:
        """Is there an application?"""
        return next(self.folder.glob("*.yaml"), None) is not None

    def all(self) -> tuple[Application, ...]:
        """Every application, by id. Raises FileFaults for the first file that cannot be read."""
        if not self.folder.is_dir():
            return ()
        return tuple(self._read(path) for path in sorted(self.folder.glob("*.yaml")))

    def load(self, id: str) -> Application:
        path = self.path(id)
        if not path.is_file():
            known = ", ".join(sorted(p.stem for p in self.folder.glob("*.yaml")))
            known = f"known are {known}" if known else "there is none yet; add one with: trainer application add"
            raise TrainerError(f"There is no application {id!r}; {known}.")
        return self._read(path)

    def add(self, data: bytes, where: str) -> Application:
        """A new application from a file's content. Raises FileFaults, or TrainerError where the id is taken."""
        application = _parsed(data, where)
        self.add_new(application)
        return application

    def add_new(self, application: Application) -> None:
        if self.is_sample(application.id) or self.path(application.id).exists():
            raise TrainerError(f"There is an application {application.id!r} already; give this one an id of its own.")
        self._write(self.path(application.id), _as_yaml(application))

    def unknown(self, texts: Mapping[str, str], where: str) -> tuple[list[Application], list[str]]:
        """Of applications' files from elsewhere, by id: those not here yet, and the ids of those that are another here.

        Writes nothing. Raises FileFaults, or TrainerError, where one of the files is none.
        """
        new, other = [], []
        for id, text in texts.items():
            given = _parsed(text.encode("utf-8", "replace"), f"{where}: application {id}")
            if given.id != id:
                raise TrainerError(f"{where}: the application under {id!r} calls itself {given.id!r}.")
            if self.is_sample(id):
                raise TrainerError(f"{where}: {id!r} is the id of the built-in sample; give that application its own.")
            if not self.path(id).exists():
                new.append(given)
            elif self.load(id) != given:
                other.append(id)
        return new, other

    @staticmethod
    def is_sample(id: str) -> bool:
        """Is this the id of the application that comes with the program, which is in no file?"""
        from trainer.core.application import SAMPLE

        return id == SAMPLE.id

    def save(self, application: Application) -> None:
        """The application as it is now, the file before it kept as ID.yaml.bak."""
        self.replace(application.id, _as_yaml(application))

    def replace(self, id: str, data: bytes, where: str | None = None) -> Application:
        """An edited file in place of the old one, kept as ID.yaml.bak. Raises FileFaults, and nothing changes."""
        path = self.path(id)
        application = _parsed(data, where or str(path))
        if application.id != id:
            raise TrainerError(
                f"{where or path}:1:1: the id {application.id!r} is not {id!r}; an id stays as it was given."
            )
        if path.is_file():
            self._write(path.with_suffix(".yaml.bak"), path.read_bytes())
        self._write(path, data)
        return application

    def remove(self, id: str) -> None:
        """Delete the file, and those that were kept of earlier edits."""
        self.load(id)
        try:
            self.path(id).unlink()
            self.path(id).with_suffix(".yaml.bak").unlink(missing_ok=True)
            self.edited(id).unlink(missing_ok=True)
        except OSError as fault:
            raise TrainerError(f"{self.path(id)}: cannot be deleted ({fault.strerror}).") from None

    def draft(self, id: str) -> Path:
        """For an editor to work on: a copy of the file, or what an editor left that could not be read."""
        draft, text = self.edited(id), self.text(id)
        if not (draft.is_file() and draft.stat().st_mtime >= self.path(id).stat().st_mtime):
            self._write(draft, text)
        return draft

    def text(self, id: str) -> bytes:
        """The file as it stands."""
        self.load(id)
        return self.path(id).read_bytes()

    def edited(self, id: str) -> Path:
        """Where an editor works, and what it left stays if it cannot be read."""
        return self.path(id).with_suffix(".yaml.edited")

    def path(self, id: str) -> Path:
        if not id or "/" in id or "\\" in id or id.startswith("."):
            raise TrainerError(f"{id!r} cannot be the id of an application.")
        return self.folder / f"{id}.yaml"

    def _read(self, path: Path) -> Application:
        try:
            data = path.read_bytes()
        except OSError as fault:
            raise TrainerError(f"{path}: cannot be read ({fault.strerror}).") from None
        application = _parsed(data, str(path))
        if application.id != path.stem:
            raise TrainerError(f"{path}:1:1: the id is {application.id!r} and the file is named {path.name!r}.")
        return application

    def _write(self, path: Path, data: bytes) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as fault:
            raise TrainerError(f"{path} cannot be written: {fault.strerror}.") from None
        write_file(path, data)


def _parsed(data: bytes, where: str) -> Application:
    from trainer.core.application import Application
    from trainer.written import parse

    return parse(data, where, Application)


def _as_yaml(application: Application) -> bytes:
    from trainer.written import to_yaml

    return to_yaml(application).encode()


def warnings(application: Application, today: date) -> tuple[str, ...]:
    """What may be a slip: days in the future that tell of the past. Sentences."""
    found = [
        f"The contact on {touch.on} lies in the future; it counts from that day on."
        for touch in application.touches
        if touch.on > today
    ]
    if application.outcome and application.outcome.on and application.outcome.on > today:
        found.append(f"The outcome of {application.outcome.on} lies in the future; it counts from that day on.")
    if application.delay and application.delay.told_on and application.delay.told_on > today:
        found.append(f"The delay told on {application.delay.told_on} lies in the future; it counts from that day on.")
    met = {name.casefold() for interview in application.interviews for name in interview.with_}
    unlisted = met - {c.name.casefold() for c in application.contacts} if application.contacts else set()
    found.extend(f"{name.title()} was at an interview and is not among the contacts." for name in sorted(unlisted))
    return tuple(found)
