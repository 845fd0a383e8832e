"""Who may decide, and about what."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import Account
from app.db import db
from app.directory.queries import roles_of
from app.errors import Misused
from app.feeds.models import FeedDecision, FeedImportSchool
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


def decision_called(decision_id: int, import_id: int) -> FeedDecision | None:
    """A decision of an import."""
    found = db.session.get(FeedDecision, decision_id)
    return found if found is not None and found.import_id == import_id else None
