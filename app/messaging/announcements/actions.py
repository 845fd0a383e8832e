"""Writing, spreading, cancelling announcements; taking news offline; giving roles. Never commits.

Once spread, nothing of it changes: it is only cancelled, and is off every home with that very transaction (PORTAL-10).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.audit.actions import Actor, record
from app.content.markup import to_html
from app.db import db
from app.directory.models import RoleGrant
from app.errors import NotFound
from app.messaging.actions import Written, keep_draft, leave, post, withdraw
from app.messaging.announcement_roles import BY_NATURE, AnnouncementRole, Extent, Form, Right, extent, may
from app.messaging.announcements.queries import announcement, copy_of
from app.messaging.models import Announcement, AnnouncementCopy, AnnouncementGrant, AnnouncementOffline, Message
from app.messaging.populations import Recipient, Severity, read_all, spelled
from app.messaging.problems import CANCELLED, CANCELLED_ALL, NobodyReached, PopulationGone
from app.messaging.recipients.queries import gone
from app.profiles import Profile, Role
from app.words import N_


def write(
    *,
    form_key: str,
    school_id: int | None,
    author_id: int,
    form: Form,
    severity: Severity,
    title: str,
    source: str,
    link: str,
    recipients: Sequence[Recipient],
    shown_from: datetime,
    shown_until: datetime | None,
    by: Actor,
    now: datetime,
) -> Announcement:
    """A new announcement, spread at once unless it is dated ahead; a form sent twice is one. Raises ``PopulationGone``."""
    if gone(recipients):
        raise PopulationGone()
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    values = insert(Announcement).values(
        form_key=form_key,
        school_id=school_id,
        author_id=author_id,
        form=form.value,
        severity=severity.value,
        title=title,
        source=source,
        body=to_html(source),
        link=link,
        recipients=spelled(recipients),
        written_at=now,
        shown_from=shown_from,
        shown_until=shown_until,
        cancelled_because="",
        version=1,
    )
    made = values.on_conflict_do_nothing(index_elements=["author_id", "form_key"]).returning(Announcement.id)
    number = db.session.scalars(made).one_or_none()
    same = (Announcement.author_id == author_id, Announcement.form_key == form_key)
    found = db.session.scalars(select(Announcement).where(*same)).one()
    if number is not None:
        after = {"form": form.value, "severity": severity.value}
        record("announcement.written", by=by, now=now, subject=_subject(found), school_id=school_id, after=after)
        if shown_from <= now:
            spread(found.id, by=by, now=now)
            db.session.refresh(found)
    return found


def spread(announcement_id: int, *, by: Actor, now: datetime) -> bool:
    """Show it from now on; once. A dated one whose class or group exists no more is cancelled and its author told (PORTAL-20)."""
    found = announcement(announcement_id)
    if gone(read_all(found.recipients)):
        _cancel_dated(found, CANCELLED, by=by, now=now)
        return False
    waiting = (
        Announcement.id == announcement_id,
        Announcement.spread_at.is_(None),
        Announcement.cancelled_at.is_(None),
    )
    claimed = db.session.execute(
        update(Announcement).where(*waiting).values(spread_at=now), execution_options={"synchronize_session": False}
    )
    if not isinstance(claimed, CursorResult) or claimed.rowcount != 1:
        return False
    db.session.refresh(found)
    if found.form == Form.MESSAGE and not _as_message(found, by=by, now=now):
        _cancel_dated(found, CANCELLED_ALL, by=by, now=now)
        return False
    record("announcement.spread", by=by, now=now, subject=_subject(found), school_id=found.school_id)
    _tell(found, Right.TOLD_OF_NEW, N_("Une communication a été diffusée."), by=by, now=now)
    return True


def _as_message(found: Announcement, *, by: Actor, now: datetime) -> bool:
    """One of the form 'message' goes through the inbox, where a blocked family's copy waits (GATE-8)."""
    text = found.source + (f"\n\n{found.link}" if found.link else "")
    message = keep_draft(
        Written(subject=found.title, source=text, recipients=read_all(found.recipients)),
        form_key=f"a{found.id:031d}",
        author_id=found.author_id or 0,
        school_id=found.school_id,
        profile=Profile.STAFF if found.school_id is not None else None,
        now=now,
    )
    found.message_id = message.id
    try:
        return leave(message.id, by=by, now=now) is not None
    except NobodyReached:
        return False


def _cancel_dated(found: Announcement, because: str, *, by: Actor, now: datetime) -> None:
    found.cancelled_at, found.cancelled_because = now, because
    db.session.flush()
    record("announcement.cancelled", by=by, now=now, subject=_subject(found), school_id=found.school_id)
    if found.author_id is not None:
        post(
            subject=N_("Une communication datée n’a pas été diffusée"),
            source=f"« {found.title} »\n\n{because}",
            person_ids=[found.author_id],
            by=by,
            now=now,
        )


def cancel(found: Announcement, *, by: Actor, now: datetime) -> None:
    """Off every home at once; one of the form 'message' is withdrawn. Twice is once."""
    if found.cancelled_at is not None:
        return
    found.cancelled_at, found.cancelled_by_id = now, by.person_id
    db.session.flush()
    record("announcement.cancelled", by=by, now=now, subject=_subject(found), school_id=found.school_id)
    if found.message_id is not None:
        withdraw(db.session.get_one(Message, found.message_id), by=by, as_head=True, now=now)
    if found.spread_at is not None:
        _tell(found, Right.TOLD_OF_NEW, N_("Une communication a été annulée."), by=by, now=now)


def take_offline(found: Announcement, school_id: int, *, by: Actor, now: datetime) -> None:
    """A school takes news off its people's pages (PORTAL-10). Twice is once. Raises ``NotFound`` for what is no news of theirs."""
    if found.form != Form.NEWS or found.school_id not in (None, school_id):
        raise NotFound()
    if db.session.get(AnnouncementOffline, (found.id, school_id)) is not None:
        return
    db.session.add(
        AnnouncementOffline(announcement_id=found.id, school_id=school_id, taken_by_id=by.person_id, taken_at=now)
    )
    db.session.flush()
    record("announcement.taken-offline", by=by, now=now, subject=_subject(found), school_id=school_id)
    _tell(found, Right.TOLD_OF_CHANGE, N_("Une actualité a été mise hors ligne."), by=by, now=now)


def put_online(found: Announcement, school_id: int, *, by: Actor, now: datetime) -> None:
    """Put news back on. Twice is once."""
    taken = db.session.get(AnnouncementOffline, (found.id, school_id))
    if taken is None:
        return
    db.session.delete(taken)
    db.session.flush()
    record("announcement.put-online", by=by, now=now, subject=_subject(found), school_id=school_id)
    _tell(found, Right.TOLD_OF_CHANGE, N_("Une actualité a été remise en ligne."), by=by, now=now)


def _tell(found: Announcement, right: Right, sentence: str, *, by: Actor, now: datetime) -> None:
    """A message of the portal to whoever the table tells, but not to whoever has done it."""
    form = Form(found.form)
    roles = [role for role in AnnouncementRole if may([role], right, form, own=True)]
    query = select(AnnouncementGrant.person_id).where(AnnouncementGrant.role.in_([role.value for role in roles]))
    if found.school_id is not None:
        query = query.where(or_(AnnouncementGrant.school_id == found.school_id, AnnouncementGrant.school_id.is_(None)))
    own_only = [role.value for role in roles if extent(role, right) in (Extent.OWN_NEWS, Extent.OWN_ANNOUNCEMENTS)]
    query = query.where(or_(AnnouncementGrant.role.not_in(own_only), AnnouncementGrant.person_id == found.author_id))
    told = set(db.session.scalars(query))
    if found.school_id is not None and BY_NATURE & set(roles):
        leading = select(RoleGrant.person_id).where(
            RoleGrant.school_id == found.school_id, RoleGrant.role.in_([Role.HEAD.value, Role.SCHOOL_ADMIN.value])
        )
        told |= set(db.session.scalars(leading))
    if right == Right.TOLD_OF_CHANGE and found.author_id is not None:
        told.add(found.author_id)
    told.discard(by.person_id or 0)
    if told:
        text = f"{sentence}\n\n« {found.title} »"
        post(subject=sentence, source=text, person_ids=sorted(told), school_id=found.school_id, by=by, now=now)


def note_opened(announcement_id: int, person_id: int, *, now: datetime) -> None:
    """Somebody for whom it is has opened it."""
    found = copy_of(announcement_id, person_id)
    if found is None:
        db.session.add(AnnouncementCopy(announcement_id=announcement_id, person_id=person_id, opened_at=now))
    elif found.opened_at is None:
        found.opened_at = now
    db.session.flush()


def give(role: AnnouncementRole, *, person_id: int, school_id: int | None, by: Actor, now: datetime) -> None:
    """Give a role in targeted communication. Twice is once."""
    same = (
        AnnouncementGrant.person_id == person_id,
        AnnouncementGrant.role == role.value,
        AnnouncementGrant.school_id.is_(None) if school_id is None else AnnouncementGrant.school_id == school_id,
    )
    if db.session.scalar(select(AnnouncementGrant.id).where(*same)) is not None:
        return
    db.session.add(AnnouncementGrant(person_id=person_id, school_id=school_id, role=role.value, granted_at=now))
    after = {"role": role.value}
    record("announcement-role.given", by=by, now=now, subject=("person", person_id), school_id=school_id, after=after)


def take_back(grant: AnnouncementGrant, *, by: Actor, now: datetime) -> None:
    """Take a role back."""
    subject, before = ("person", grant.person_id), {"role": grant.role}
    record("announcement-role.taken", by=by, now=now, subject=subject, school_id=grant.school_id, before=before)
    db.session.execute(delete(AnnouncementGrant).where(AnnouncementGrant.id == grant.id))


def _subject(found: Announcement) -> tuple[str, int]:
    return "announcement", found.id
