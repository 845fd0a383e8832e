"""What the notebook's pages list. Plain."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.words import N_


class EntryKind(StrEnum):
    """What an entry is about."""

    WORD = "word"
    ABSENCE = "absence"
    TRIP = "trip"
    MEETING = "meeting"


ENTRY_NAMES: dict[EntryKind, str] = {
    EntryKind.WORD: N_("Information"),
    EntryKind.ABSENCE: N_("Absence"),
    EntryKind.TRIP: N_("Sortie"),
    EntryKind.MEETING: N_("Rendez-vous"),
}
#: What a family writes about.
FAMILY_KINDS = (EntryKind.WORD, EntryKind.ABSENCE, EntryKind.MEETING)


class Side(StrEnum):
    """How somebody reads an entry: the school sees everybody's answers, a family its own (KIN-2)."""

    SCHOOL = "school"
    FAMILY = "family"


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryLine:
    """An entry in a school's list. ``signed`` of ``expected``: signatures of guardians, where they are asked for."""

    id: int
    title: str
    kind: EntryKind
    author: str
    pupil: str
    by_family: bool
    to_sign: bool
    written_at: datetime
    signed: int = 0
    expected: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyLine:
    """An entry in a family's list, once for each child that it is about. ``mine``: written by the reader."""

    id: int
    title: str
    body: str
    kind: EntryKind
    author: str
    student_id: int
    pupil: str
    school_class: str
    zone: str
    to_sign: bool
    signed_at: datetime | None
    answer: str
    written_at: datetime
    mine: bool

    @property
    def waits(self) -> bool:
        """Is the reader's signature still asked for?"""
        return self.to_sign and self.signed_at is None and not self.mine


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What one guardian has answered about one pupil, for the school."""

    pupil: str
    guardian: str
    signed_at: datetime | None
    answer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """An entry as the visitor may read it."""

    side: Side
    zone: str
    class_id: int | None
    class_name: str
    may_write: bool = False
    lines: list[FamilyLine] = field(default_factory=list)
