"""Linking an adult of the school to a pupil whom they follow, and ending the link; both take effect at once (PORTAL-9)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.audit.actions import Actor, record
from app.db import db
from app.directory.kin.models import SupportLink
from app.directory.models import Affiliation
from app.errors import NotFound
from app.profiles import Profile

#: An AESH, or a tutor.
KINDS = ("aesh", "tutor")


def link_support(student_id: int, adult_id: int, kind: str, *, school_id: int, by: Actor, now: datetime) -> SupportLink:
    """Let an adult who works in the school follow a pupil of it; already linked, only the kind changes.

    ``now`` is portal time. Raises ``NotFound`` for an adult who does not work there, a pupil who is not there, another kind.
    """
    held = set(
        db.session.execute(
            select(Affiliation.person_id, Affiliation.profile).where(
                Affiliation.school_id == school_id, Affiliation.person_id.in_((student_id, adult_id))
            )
        )
    )
    works = (adult_id, Profile.STAFF) in held or (adult_id, Profile.TEACHER) in held
    if kind not in KINDS or not works or (student_id, Profile.STUDENT) not in held or student_id == adult_id:
        raise NotFound()
    link = db.session.scalar(
        select(SupportLink).where(SupportLink.student_id == student_id, SupportLink.adult_id == adult_id)
    )
    if link is None:
        link = SupportLink(student_id=student_id, adult_id=adult_id)
        db.session.add(link)
    link.school_id, link.kind, link.made_by_id, link.made_at = school_id, kind, by.person_id, now
    db.session.flush()
    _record("support.linked", link, by=by, now=now)
    return link


def end_support(link: SupportLink, *, by: Actor, now: datetime) -> None:
    """End a link: the adult no longer sees the pupil's things from their next page on."""
    _record("support.ended", link, by=by, now=now)
    db.session.delete(link)


def _record(action: str, link: SupportLink, *, by: Actor, now: datetime) -> None:
    record(
        action,
        by=by,
        now=now,
        subject=("person", link.student_id),
        school_id=link.school_id,
        after={"adult": link.adult_id, "kind": link.kind},
    )
