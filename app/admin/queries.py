"""What the hall shows: schools a page at a time, what waits for somebody, the journal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.admin.needs import Need
from app.admin.schoolneeds.queries import school_needs
from app.audit.models import AuditLine
from app.campaign.overview.queries import left_to_schools, needy
from app.db import db
from app.directory.models import Person, School
from app.directory.names import folded, name_of
from app.directory.standins.queries import headless
from app.feeds.inbox.queries import late
from app.feeds.models import FeedImport, FeedReject
from app.gate.queries import open_for
from app.notifications.queries import outbox_counts
from app.notifications.states import State
from app.profiles import Verb, Visitor
from app.schoolyear import YearName
from app.words import N_, Words


@dataclass(frozen=True, kw_only=True)
class SchoolPage:
    """One page of schools."""

    schools: Sequence[School]
    page: int
    pages: int
    count: int


def school_page(text: str, page: int, size: int, *, among: Collection[int] | None = None) -> SchoolPage:
    """Schools in service whose name, town or UAI ``text`` names, by name; ``among`` these only. ``page`` counts from 1."""
    wanted: list[ColumnElement[bool]] = [School.in_service.is_(True)]
    if among is not None:
        wanted.append(School.id.in_(among))
    if words := folded(text).split():
        named = and_(*(School.search_name.like(f"{word}%") | School.search_name.like(f"% {word}%") for word in words))
        wanted.append(or_(named, School.uai.startswith("".join(words).upper(), autoescape=True)))
    count = db.session.scalar(select(func.count()).select_from(School).where(*wanted)) or 0
    pages = max(1, -(-count // size))
    page = min(max(page, 1), pages)
    query = select(School).where(*wanted).order_by(School.search_name, School.uai).limit(size).offset((page - 1) * size)
    return SchoolPage(schools=db.session.scalars(query).all(), page=page, pages=pages, count=count)


def schools_called(school_ids: Collection[int]) -> dict[int, School]:
    """The schools with these numbers, by name."""
    query = select(School).where(School.id.in_(school_ids)).order_by(School.search_name)
    return {school.id: school for school in db.session.scalars(query)}


def people_called(person_ids: Collection[int]) -> dict[int, str]:
    """The names of these people; somebody who is gone has none."""
    query = select(Person.id, Person.used_first_name, Person.first_name, Person.last_name).where(
        Person.id.in_(person_ids)
    )
    return {row.id: name_of(row) for row in db.session.execute(query)}


def needs(visitor: Visitor, machine_now: datetime, now: datetime) -> list[Need]:
    """What waits for ``visitor`` in the rooms to the left: campaigns, schools, mails failed or uncertain, the last import's rejects.

    ``machine_now`` rules the outbox, ``now`` (portal time) the campaigns.
    """
    found = _campaigns(visitor, now) + _of_schools(visitor, now) + _without_head(visitor)
    if visitor.may(Verb.SEE_OUTBOX):
        counts = outbox_counts(machine_now)
        for state, look, sentence in (
            (State.UNCERTAIN, "late", N_("Messages dont l’envoi est incertain : %(count)s. Décidez s’ils repartent.")),
            (State.FAILED, "failed", N_("Messages en échec : %(count)s.")),
        ):
            if count := counts.get(state, 0):
                found.append(
                    Need(
                        state=look,
                        words=Words(sentence, count=count),
                        endpoint="notifications_admin.outbox",
                        values={"state": state.value},
                    )
                )
    if visitor.may(Verb.IMPORT_FEEDS) and (missing := late(machine_now)):
        words = Words(N_("Livraisons attendues et pas arrivées : %(count)s."), count=len(missing))
        found.append(Need(state="late", words=words, endpoint="feeds_inbox_admin.arrivals"))
    if visitor.may(Verb.IMPORT_FEEDS) and (last := _last_import()) is not None:
        if last.state == "refused":
            words = Words(N_("Le dernier import a été refusé : « %(name)s »."), name=last.name)
            found.append(Need(state="failed", words=words, endpoint="feeds_admin.imports"))
        elif rejected := db.session.scalar(
            select(func.count()).select_from(FeedReject).where(FeedReject.import_id == last.id)
        ):
            words = Words(N_("Le dernier import a des rejets : %(count)s."), count=rejected)
            found.append(Need(state="waiting", words=words, endpoint="feeds_admin.imports"))
    return found


def _without_head(visitor: Visitor) -> list[Need]:
    """Schools in which what goes to the head would reach nobody (CHECK-4)."""
    count = headless() if visitor.may(Verb.SEE_CAMPAIGN) else 0
    if not count:
        return []
    words = Words(N_("Établissements sans chef ni suppléant\u00a0: %(count)s."), count=count)
    return [Need(state="waiting", words=words, endpoint="accounts_standins_admin.without_holder")]


#: Schools of one visitor whose part in a campaign is told on the dashboard.
_SCHOOLS = 12


def _campaigns(visitor: Visitor, now: datetime) -> list[Need]:
    """What a campaign needs now: of operators and owners all of it, of a school's people what is theirs (CHECK-3)."""
    found = []
    if visitor.may(Verb.SEE_CAMPAIGN):
        for one in needy(now):
            words = Words(
                N_("Campagne %(years)s, à traiter\u00a0: %(count)s. D’abord\u00a0: %(first)s"),
                years=str(YearName(begins=one.campaign.year)),
                count=len(one.items),
                first=one.items[0].words,
            )
            values = {"campaign_id": one.campaign.id}
            found.append(Need(state=one.items[0].look, words=words, endpoint="campaign.overview", values=values))
    mine = visitor.schools_for(Verb.TRACK_CAMPAIGN)
    if mine:
        chosen = [number for number in sorted(mine)[:_SCHOOLS] if open_for(visitor, number, now)]
        schools = schools_called(chosen)
        left = left_to_schools(chosen, now)
        for school_id, school in schools.items():
            if school_id in left:
                words = Words(
                    N_(
                        "%(school)s, opérations de la campagne à faire et à noter\u00a0: %(count)s, dont en retard\u00a0: %(overdue)s."
                    ),
                    school=school.name,
                    count=left[school_id].count,
                    overdue=left[school_id].overdue,
                )
                look = "late" if left[school_id].overdue else "waiting"
                there = {"uai": school.uai}
                found.append(Need(state=look, words=words, endpoint="campaign_dates.school_events", values=there))
    return found


def _of_schools(visitor: Visitor, now: datetime) -> list[Need]:
    """What waits in the schools whose people the visitor keeps (S4-5, CLASS-1, CLASS-9)."""
    mine = visitor.schools_for(Verb.KEEP_PEOPLE)
    return school_needs(visitor, schools_called(sorted(mine)[:_SCHOOLS]), now) if mine else []


def _last_import() -> FeedImport | None:
    query = select(FeedImport).where(FeedImport.state != "planned").order_by(FeedImport.id.desc()).limit(1)
    return db.session.scalar(query)


def journal(
    *,
    action: str = "",
    school_id: int | None = None,
    subject: tuple[str, int | None] | None = None,
    actor_id: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[AuditLine]:
    """The newest lines of the journal with their details; ``action`` is a prefix, ``before`` a line's number."""
    query = select(AuditLine).options(joinedload(AuditLine.detail)).order_by(AuditLine.number.desc()).limit(limit)
    if action:
        query = query.where(AuditLine.action.startswith(action, autoescape=True))
    if school_id is not None:
        query = query.where(AuditLine.school_id == school_id)
    if actor_id is not None:
        query = query.where(AuditLine.actor_id == actor_id)
    if subject is not None:
        kind, number = subject
        query = query.where(AuditLine.subject_kind == kind)
        if number is not None:
            query = query.where(AuditLine.subject_id == number)
    if before is not None:
        query = query.where(AuditLine.number < before)
    return db.session.scalars(query).all()


def actions_done() -> Sequence[str]:
    """Every action that the journal knows, by name."""
    return db.session.scalars(select(AuditLine.action).distinct().order_by(AuditLine.action)).all()
