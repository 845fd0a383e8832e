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


#: The code of the function 'heads': who holds that role, in one school or in all of them.
HEADS = "@heads"

#: Kinds that belong to a school year: what is dated after step 3 and addressed to one of year N is cancelled (PORTAL-20).
OF_A_YEAR = frozenset({RecipientKind.LEVEL, RecipientKind.CLASS, RecipientKind.TEACHING_GROUP})


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """One entry of the list: a person, or a population of a school.

    ``number`` is the id of a person, class or group; ``code`` a function, discipline or level, and of a class or teaching group its
    code; ``year`` the civil year in which the school year of a class, level or teaching group begins: together they tell that
    what is found later under the same number is another class. ``profiles`` narrows a population (the guardians of 6A); empty
    means everybody in it. Of a person it says as what they are addressed.
    """

    kind: RecipientKind
    school_id: int | None = None
    number: int | None = None
    code: str = ""
    year: int | None = None
    profiles: frozenset[Profile] = frozenset()

    def spelled(self) -> dict[str, Any]:
        """The JSON form."""
        full = {
            "kind": self.kind.value,
            "school": self.school_id,
            "number": self.number,
            "code": self.code,
            "year": self.year,
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
            year=spelled.get("year"),
            profiles=frozenset(Profile(name) for name in spelled.get("profiles", ())),
        )

    @property
    def token(self) -> str:
        """The form in addresses and hidden fields: 'class:3:12:2025:guardian,student:6A'."""
        numbers = ":".join("" if n is None else str(n) for n in (self.school_id, self.number, self.year))
        return f"{self.kind}:{numbers}:{','.join(sorted(self.profiles))}:{self.code}"

    @classmethod
    def from_token(cls, token: str) -> Recipient:
        """From ``token``. Raises ``ValueError`` for what is not one."""
        kind, school, number, year, profiles, code = token.split(":", 5)
        if len(code) > 80 or any(len(given) > 15 for given in (school, number, year)):
            raise ValueError(token)
        return cls(
            kind=RecipientKind(kind),
            school_id=int(school) if school else None,
            number=int(number) if number else None,
            year=int(year) if year else None,
            profiles=frozenset(Profile(name) for name in profiles.split(",") if name),
            code=code,
        )

    @property
    def is_population(self) -> bool:
        """Does it address more than one person?"""
        return self.kind != RecipientKind.PERSON


def spelled(recipients: Iterable[Recipient]) -> list[dict[str, Any]]:
    """A list of recipients as JSON."""
    return [recipient.spelled() for recipient in recipients]


def read_all(spelled_ones: Iterable[Mapping[str, Any]]) -> tuple[Recipient, ...]:
    """The recipients of a row."""
    return tuple(Recipient.read(one) for one in spelled_ones)
