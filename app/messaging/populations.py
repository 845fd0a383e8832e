"""To whom something goes, before it is known who that is: populations, spelled as JSON until they are resolved. Plain.

A recipient is ``{"kind": ..., ...}``; ``Recipient`` reads and writes that form and nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.profiles import Profile
from app.words import N_


class Place(StrEnum):
    """Where a message's copy lies."""

    INBOX = "inbox"
    ARCHIVED = "archived"
    FOLDER = "folder"
    TRASH = "trash"


class Severity(StrEnum):
    """The three kinds of announcement (PORTAL-10)."""

    INFORMATION = "information"
    WARNING = "warning"
    ALERT = "alert"


SEVERITY_NAMES: dict[Severity, str] = {
    Severity.INFORMATION: N_("information"),
    Severity.WARNING: N_("avertissement"),
    Severity.ALERT: N_("alerte"),
}


class RecipientKind(StrEnum):
    """What is addressed."""

    PERSON = "person"
    PROFILE = "profile"
    FUNCTION = "function"
    SUBJECT = "subject"
    LEVEL = "level"
    CLASS = "class"
    FREE_GROUP = "free-group"
    TEACHING_GROUP = "teaching-group"


#: Kinds that belong to a school year: what is dated after step 3 and addressed to one of year N is cancelled (PORTAL-20).
OF_A_YEAR = frozenset({RecipientKind.LEVEL, RecipientKind.CLASS, RecipientKind.TEACHING_GROUP})


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """One entry of the list: a person, or a population of a school.

    ``number`` is the id of a person, class or group; ``code`` a function, discipline or level; ``profiles`` narrows a population
    (the guardians of 6A); empty means everybody in it.
    """

    kind: RecipientKind
    school_id: int | None = None
    number: int | None = None
    code: str = ""
    profiles: frozenset[Profile] = frozenset()

    def spelled(self) -> dict[str, Any]:
        """The JSON form."""
        full = {
            "kind": self.kind.value,
            "school": self.school_id,
            "number": self.number,
            "code": self.code,
            "profiles": sorted(profile.value for profile in self.profiles),
        }
        return {name: value for name, value in full.items() if value not in (None, "", [])}

    @classmethod
    def read(cls, spelled: Mapping[str, Any]) -> Recipient:
        """From the JSON form. Raises ``ValueError`` for what this portal has not written."""
        return cls(
            kind=RecipientKind(spelled.get("kind", "")),
            school_id=spelled.get("school"),
            number=spelled.get("number"),
            code=str(spelled.get("code", "")),
            profiles=frozenset(Profile(name) for name in spelled.get("profiles", ())),
        )


def spelled(recipients: Iterable[Recipient]) -> list[dict[str, Any]]:
    """A list of recipients as JSON."""
    return [recipient.spelled() for recipient in recipients]
