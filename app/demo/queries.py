"""Is this a demo, who is its cast, where do its campaigns stand?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.accounts.models import Account
from app.campaign.calendar import EventKind, State
from app.campaign.models import CalendarEvent, Campaign
from app.db import db, reading_only
from app.demo.cast import CastMember, cast, demo_academy
from app.demo.guide import VISITS, Visit
from app.demo.moments import Moment, moments
from app.directory.models import Person, Project
from app.gate.queries import closures
from app.pulse import DIRECTORY, PUBLIC, pulse
from app.words import N_, Words


@dataclass(frozen=True, kw_only=True)
class Playing:
    """A member of the cast as they stand in this database."""

    member: CastMember
    person_id: int
    login: str


@dataclass(frozen=True, kw_only=True)
class Demo:
    """What the bar needs to know; ``zone`` is the project's."""

    zone: str
    cast: tuple[Playing, ...]


def fed_people() -> bool:
    """Has a feed brought anybody into this database?"""
    return db.session.scalar(select(Person.id).where(Person.source != "hand").limit(1)) is not None


def demo() -> Demo | None:
    """The demo, where this process is started as one and the database is marked as one; both are needed.

    Read anew only when a revision has changed.
    """
    if not current_app.extensions["settings"].demo:
        return None
    revisions = (pulse().number(PUBLIC), pulse().number(DIRECTORY))
    kept: tuple[tuple[int, int], Demo | None] | None = current_app.extensions.get("demo")
    if kept is None or kept[0] != revisions:
        kept = current_app.extensions["demo"] = (revisions, _read())
    return kept[1]


def _read() -> Demo | None:
    members = {(member.key, member.by_hand): member for member in cast(demo_academy())}
    try:
        with reading_only(), db.engine.connect() as connection:
            zone = connection.scalar(select(Project.zone).where(Project.demo))
            if zone is None:
                return None
            query = (
                select(Person.id, Person.source, Person.source_key, Person.last_name, Account.login)
                .join(Account, Account.person_id == Person.id)
                .where(Person.source_key.in_([key for key, _by_hand in members]))
            )
            found = [
                Playing(member=member, person_id=number, login=login)
                for number, source, key, last_name, login in connection.execute(query)
                # Another academy than the demo's own has other people under the same keys.
                if (member := members.get((key, source == "hand"))) is not None and member.last_name == last_name
            ]
    except (OperationalError, ProgrammingError):
        return None  # no tables yet
    return Demo(zone=zone, cast=tuple(sorted(found, key=lambda one: one.member.number)))


# The summer ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Summer:
    """What the bar tells of the campaigns: the moments to jump to, what comes next, which steps wait for a click (G18).

    ``campaigns``: the number of each preset's campaign.
    """

    moments: tuple[Moment, ...]
    next_at: datetime | None
    next_words: Words | None
    late: tuple[Words, ...]
    campaigns: dict[str, int]


def summer(now: datetime) -> Summer:
    """The demo's campaigns as they stand at ``now`` (portal time); one query."""
    query = select(CalendarEvent, Campaign.preset).join(Campaign).where(Campaign.state == "active")
    rows = db.session.execute(query.order_by(CalendarEvent.at, CalendarEvent.id)).all()
    boundary = closures().next_change(now)
    found = Words(N_("La prochaine ouverture ou fermeture.")) if boundary is not None else None
    # A window's beginning is an event of the calendar too: its title says more.
    for row, _preset in rows:
        waits = row.automatic and row.state == State.OPEN.value
        if waits and row.at is not None and row.at > now and (boundary is None or row.at <= boundary):
            boundary, found = row.at, Words("%(title)s.", title=Words(row.title))
            break
    steps = [row for row, _preset in rows if row.kind == EventKind.STEPS.value]
    return Summer(
        moments=moments({(preset, row.key): (row.at, row.until) for row, preset in rows}),
        next_at=boundary,
        next_words=found,
        late=tuple(Words(row.title) for row in steps if row.state == State.LATE.value),
        campaigns={preset: row.campaign_id for row, preset in rows},
    )


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A visit of the guide that this portal can offer: who, what, and the page with its numbers."""

    playing: Playing
    words: str
    endpoint: str
    values: dict[str, str | int]


def invitations(found: Demo, campaigns: dict[str, int]) -> dict[str, Sequence[Invitation]]:
    """For each moment the visits whose people and campaigns are there."""
    by_name = {one.member.name: one for one in found.cast}
    uais = {plan.kind: plan.uai for plan in demo_academy().schools}
    told: dict[str, Sequence[Invitation]] = {}
    for name, visits in VISITS.items():
        told[name] = [
            Invitation(playing=by_name[visit.who], words=visit.words, endpoint=visit.endpoint, values=values)
            for visit in visits
            if visit.who in by_name and (values := _values(visit, uais, campaigns)) is not None
        ]
    return told


def _values(visit: Visit, uais: dict[str, str], campaigns: dict[str, int]) -> dict[str, str | int] | None:
    values = dict(visit.values)
    if "uai" in values:
        values["uai"] = uais[str(values["uai"])]
    if "campaign_id" in values:
        number = campaigns.get(str(values["campaign_id"]))
        if number is None:
            return None
        values["campaign_id"] = number
    return values
