"""Two records of a guardian become one: the older account wins (KIN-4). Never commits; ``now`` is portal time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, delete, select, update

from app import clock
from app.accounts.models import Account, EmailToken
from app.audit.actions import actor_of, record
from app.db import db
from app.directory.actions import end_sessions_of_person
from app.directory.kin.models import LinkCut
from app.directory.models import Guardianship, Person
from app.errors import Refused
from app.feeds.merging.loaders import move_rows
from app.feeds.merging.models import GuardianMerge
from app.feeds.merging.pairs import kept_and_merged, refusal
from app.feeds.merging.queries import record_of
from app.feeds.models import FeedAlias, FeedDeparture
from app.profiles import Visitor
from app.words import N_

_RANKS = ("legal", "in-charge", "contact")


class CannotMerge(Refused):
    """The words say why, and who may."""

    status = 403
    message = N_("Ces deux fiches ne peuvent pas être rapprochées.")


def merge(one: int, other: int, school_id: int | None, *, by: Visitor, now: datetime) -> GuardianMerge:
    """Give everything of the younger of two guardians to the older one, disable the younger account, remember its key.

    The key becomes an alias: whatever a later delivery sends under it is the older account's. A link that is cut for either is cut
    for both (KIN-3). Raises ``CannotMerge``.
    """
    refused = refusal(by, first := record_of(one), second := record_of(other), school_id)
    if refused is not None:
        raise CannotMerge(refused)
    kept, merged = (record.person_id for record in kept_and_merged(first, second))
    session, actor = db.session(), actor_of(by)
    younger = session.get_one(Person, merged)
    before = {"kept": kept, "merged": merged, "source": younger.source, "key": younger.source_key}
    links = _merge_links(merged, kept)
    session.flush()
    moved = move_rows(session, merged, kept)
    session.execute(delete(FeedDeparture).where(FeedDeparture.person_id == merged))
    session.execute(delete(EmailToken).where(EmailToken.person_id == merged))
    source, key = younger.source, younger.source_key
    if source != "hand":
        session.add(FeedAlias(source=source, key=key, person_id=kept, fingerprint=younger.fingerprint))
    # The key is the alias's from now on; the empty record keeps its own number.
    younger.source, younger.source_key, younger.fingerprint = "merged", str(merged), None
    account = session.get(Account, merged)
    if account is not None:
        account.disabled_at = clock.machine_now()
    made = GuardianMerge(school_id=school_id, kept_id=kept, merged_id=merged, source=source, key=key, merged_at=now)
    made.merged_by_id = by.person_id
    session.add(made)
    session.flush()
    image = {**before, "moved": moved, "links": links}
    record("guardian.merged", by=actor, now=now, subject=("person", kept), school_id=school_id, before=image)
    for person_id in (kept, merged):
        end_sessions_of_person(person_id, by=actor, now=now)
    session.expire_all()
    return made


def _merge_links(merged: int, kept: int) -> list[dict[str, object]]:
    """The younger's links become the older's; what they were before, for the audit."""
    session = db.session()
    own = {link.student_id: link for link in session.scalars(_links(kept))}
    before: list[dict[str, object]] = []
    for link in session.scalars(_links(merged)).all():
        cut = link.cut_at.isoformat() if link.cut_at else None
        before.append({"id": link.id, "student": link.student_id, "standing": link.standing, "cut": cut})
        same = own.get(link.student_id)
        if same is None:
            link.guardian_id = kept
            continue
        same.standing = min(same.standing, link.standing, key=_RANKS.index)
        same.pays = same.pays or link.pays
        same.cut_at = same.cut_at or link.cut_at
        session.execute(update(LinkCut).where(LinkCut.guardianship_id == link.id).values(guardianship_id=same.id))
        session.delete(link)
    return before


def _links(guardian_id: int) -> Select[Guardianship]:
    return select(Guardianship).where(Guardianship.guardian_id == guardian_id).order_by(Guardianship.id)
