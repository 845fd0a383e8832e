"""Is an announcement for somebody? Decided from their own facts, so that a population of a million needs no row of its own. Plain.

An announcement is resolved when it is looked at: whoever joins the class while it is shown sees it, whoever leaves does not. A row in
``announcement_copy`` is made only for who opens it or is told of it; 'opened by' counts those.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.messaging.populations import Recipient, RecipientKind
from app.profiles import Profile

#: (kind, school, number, year, code, profile): what somebody belongs to, spelled as a recipient is.
Belongs = tuple[RecipientKind, int | None, int | None, int | None, str, Profile | None]


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Somebody, and all that they belong to at the door used, as far as it is open and disclosed to them (GATE-8, GATE-15)."""

    person_id: int
    belongs: frozenset[Belongs]


def concerns(to: Recipient, reader: Reader) -> bool:
    """Is ``reader`` among those whom ``to`` addresses?"""
    if to.kind == RecipientKind.PERSON:
        return to.number == reader.person_id
    if to.kind in (RecipientKind.FUNCTION, RecipientKind.SUBJECT):
        return (to.kind, to.school_id, None, None, to.code, None) in reader.belongs
    wanted = to.profiles or frozenset(Profile)
    return any((to.kind, to.school_id, to.number, to.year, to.code, profile) in reader.belongs for profile in wanted)


def concerned(recipients: Iterable[Recipient], reader: Reader) -> bool:
    """Is ``reader`` among those whom one of ``recipients`` addresses?"""
    return any(concerns(to, reader) for to in recipients)
