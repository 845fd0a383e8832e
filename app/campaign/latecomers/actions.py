"""Telling a school's administrators of what came late into the trash, once, and once more of what came since. Never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.audit.actions import Actor, record
from app.campaign.dates.queries import zone
from app.campaign.firing.queries import readers
from app.campaign.latecomers.queries import PURGE, Purge, late_sections, told_already
from app.campaign.letters import Audience, late_in_trash
from app.db import db
from app.directory.models import School
from app.messaging.ending.letters import Letter, plain
from app.messaging.ending.loaders import send
from app.web.absolute import absolute


def tell_of_late(purge: Purge, *, by: Actor, now: datetime) -> list[str]:
    """Write to the administrators (where there is none, to the head) of each school with late arrivals; the messages' keys.

    The link leads to the school's trash, where each section is restored by a click. A key is used once, so that it is right to
    call this again, late, or in two workers (S1-2). ``now`` is portal time.
    """
    late = late_sections(purge)
    if not late:
        return []
    heads = readers(late, {Audience.HEADS})
    people = {**heads, **readers(late, {Audience.ADMINISTRATORS})}
    schools = {school.id: school for school in db.session.scalars(select(School).where(School.id.in_(late)))}
    letters, where = [], zone()
    for school_id, sections in sorted(late.items()):
        written = late_in_trash(
            school=plain(schools[school_id].name),
            sections=[(plain(one.title), one.trashed_at) for one in sections],
            purge_at=purge.at,
            link=absolute("content_admin.school_trash", uai=schools[school_id].uai),
            zone=where,
        )
        letters += [
            Letter(
                key=purge.key(school_id, person_id),
                to=person_id,
                school_id=school_id,
                subject=written.subject,
                source=written.source,
            )
            for person_id in people.get(school_id, ())
        ]
    known = told_already([letter.key for letter in letters])
    fresh = [letter for letter in letters if letter.key not in known]
    if fresh and send(fresh, step=PURGE, now=now):
        told = {letter.school_id for letter in fresh}
        after = {"told": len(fresh), "schools": len(told), "purge": purge.at.isoformat()}
        record("trash.late-told", by=by, now=now, subject=("campaign", purge.campaign_id), after=after)
    return [letter.key for letter in fresh]
