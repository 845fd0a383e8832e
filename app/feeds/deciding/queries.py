"""Who may decide, and about what."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from app.accounts.models import Account
from app.db import db
from app.directory.models import School
from app.directory.queries import roles_of
from app.errors import Misused, NotFound
from app.feeds.models import FeedDecision, FeedImport, FeedImportSchool, FeedRefusedClass, FeedReject
from app.profiles import TABLE, Verb
from app.words import N_


class NobodyNamed(Misused):
    message = N_("Qui lève cette limite ? « --by » donne son identifiant.")
    advice = N_("Seul un exploitant peut la lever.")


def operator_called(login: str | None) -> int:
    """The number of the person with that login who may feed the directory. Raises ``NobodyNamed``."""
    found = db.session.scalar(select(Account.person_id).where(Account.login == login)) if login else None
    if found is None or not any(
        school is None and Verb.IMPORT_FEEDS in TABLE[role] for role, school in roles_of(found)
    ):
        raise NobodyNamed()
    return found


def stopped_line(import_id: int, uai: str) -> FeedImportSchool | None:
    """The line of a school that a threshold has stopped; None where it has not."""
    query = select(FeedImportSchool).where(
        FeedImportSchool.import_id == import_id, FeedImportSchool.uai == uai, FeedImportSchool.state == "stopped"
    )
    return db.session.scalar(query)


def decision_called(decision_id: int, import_id: int, school_id: int | None = None) -> FeedDecision:
    """A decision of an import, and of a school where one is named. Raises ``NotFound``."""
    found = db.session.get(FeedDecision, decision_id)
    if found is None or found.import_id != import_id or school_id not in (None, found.school_id):
        raise NotFound()
    return found


def refusal_called(refusal_id: int, school_id: int) -> FeedRefusedClass:
    """A class that a school has refused. Raises ``NotFound``."""
    found = db.session.get(FeedRefusedClass, refusal_id)
    if found is None or found.school_id != school_id:
        raise NotFound()
    return found


#: Schools on a page of a plan.
PAGE = 60


def page_of_lines(import_id: int, after: str = "", limit: int = PAGE) -> tuple[Sequence[FeedImportSchool], bool]:
    """Schools of a delivery by name, those that stop it first on the first page; is there more?

    ``after`` is the structure's key of the last one shown.
    """
    query = select(FeedImportSchool).where(FeedImportSchool.import_id == import_id, FeedImportSchool.key > after)
    found = db.session.scalars(query.order_by(FeedImportSchool.key).limit(limit + 1)).all()
    return found[:limit], len(found) > limit


def every_line(import_id: int) -> Sequence[FeedImportSchool]:
    """All schools of a delivery, for a file."""
    query = select(FeedImportSchool).where(FeedImportSchool.import_id == import_id)
    return db.session.scalars(query.order_by(FeedImportSchool.uai)).all()


def line_called(import_id: int, line_id: int) -> FeedImportSchool:
    """A school's line of a delivery. Raises ``NotFound``."""
    found = db.session.get(FeedImportSchool, line_id)
    if found is None or found.import_id != import_id:
        raise NotFound()
    return found


def served(import_id: int) -> int:
    """How many schools of a planned delivery nothing stops."""
    waiting = select(func.count()).where(FeedImportSchool.import_id == import_id, FeedImportSchool.state == "waiting")
    return db.session.scalar(waiting) or 0


def line_numbers(import_id: int, school_ids: Collection[int]) -> dict[int, int]:
    """The numbers of these schools' lines in a delivery, by school."""
    query = select(FeedImportSchool.school_id, FeedImportSchool.id).where(
        FeedImportSchool.import_id == import_id, FeedImportSchool.school_id.in_(school_ids)
    )
    return {school_id: number for school_id, number in db.session.execute(query) if school_id is not None}


def lines_of_school(school_id: int, limit: int = 20) -> Sequence[tuple[FeedImport, FeedImportSchool]]:
    """The newest deliveries that speak of a school, with what each changes there."""
    query = (
        select(FeedImport, FeedImportSchool)
        .join(FeedImportSchool, FeedImportSchool.import_id == FeedImport.id)
        .where(FeedImportSchool.school_id == school_id)
        .order_by(FeedImport.id.desc())
        .limit(limit)
    )
    return [(made, line) for made, line in db.session.execute(query)]


def rejects_of_school(import_id: int, school_id: int) -> Sequence[FeedReject]:
    """What of a delivery was not taken in a school (S4-7)."""
    query = select(FeedReject).where(FeedReject.import_id == import_id, FeedReject.school_id == school_id)
    return db.session.scalars(query.order_by(FeedReject.id)).all()


def open_decisions_of_school(school_id: int) -> Sequence[FeedDecision]:
    """Classes of last year that would come back in a school with a delivery that is planned."""
    query = (
        select(FeedDecision)
        .join(FeedImport, FeedImport.id == FeedDecision.import_id)
        .where(FeedDecision.school_id == school_id, FeedImport.state == "planned")
    )
    return db.session.scalars(query.order_by(FeedDecision.code)).all()


def refused_classes(school_id: int) -> Sequence[FeedRefusedClass]:
    """The classes that a school has refused."""
    query = select(FeedRefusedClass).where(FeedRefusedClass.school_id == school_id).order_by(FeedRefusedClass.code)
    return db.session.scalars(query).all()


def school_names(school_ids: Collection[int]) -> dict[int, str]:
    """Names by number."""
    query = select(School.id, School.name).where(School.id.in_(school_ids))
    return dict(db.session.execute(query).all())
