"""The files of a form, as they were sent: nothing of them is believed yet (``app.files.actions.receive`` looks at them)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from flask import request


@dataclass(frozen=True)
class Upload:
    """A file that somebody sends: its bytes, and the name that they gave it."""

    stream: IO[bytes]
    name: str


def uploads(field: str = "files") -> list[Upload]:
    """The files chosen in ``field`` of this request's form; a field left empty counts for nothing."""
    return [Upload(stream=one.stream, name=one.filename) for one in request.files.getlist(field) if one.filename]
