"""What all that a person writes in a file has in common: a frozen model in which an unknown key is an error."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

ID = r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_-])?$"
Id = Annotated[str, StringConstraints(pattern=ID, max_length=80)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class Written(BaseModel):
    """Something a person wrote in a file. A model is built when the first file is read, not when it is imported."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, defer_build=True)
