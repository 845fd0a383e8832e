"""Messages, copies, folders, announcements, and who sees whom. A copy belongs to its recipient, never to the message."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Id, SetAside, unique_live
from app.messaging.populations import Place, Severity
from app.profiles import Profile

#: A message of the portal on behalf of a step, of which each key is sent once.
PORTALS_OWN = text("author_id IS NULL AND sent_by_step IS NOT NULL")


class Message(SetAside, Base):
    """What somebody wrote. Not sent: a draft; ``leaves_at`` ahead: dated (PORTAL-4).

    Populations are resolved when it leaves (PORTAL-20).
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_author_id_sent_at", "author_id", "sent_at"),
        Index("ix_message_school_id_sent_at", "school_id", "sent_at"),
        Index("ix_message_leaves_at", "leaves_at"),
        UniqueConstraint("author_id", "form_key"),
        Index("uq_message_form_key", "form_key", unique=True, sqlite_where=PORTALS_OWN, postgresql_where=PORTALS_OWN),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: In whose matters it is written; None: between people of the project.
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"))
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    #: As what the author wrote it; None: by a role of the project, or the portal itself.
    author_profile: Mapped[Profile | None] = mapped_column(String(12))
    #: Of the form in which it was written, so that sending twice is one message.
    form_key: Mapped[str | None] = mapped_column(String(32))
    #: The step's number for what a run has sent (S2-6, S3-4, CAL-7): never purged by that rollover (DATA-9).
    sent_by_step: Mapped[int | None] = mapped_column(Integer)
    subject: Mapped[str] = mapped_column(String(200))
    #: Its words without accents, for searching.
    search_subject: Mapped[str] = mapped_column(String(240), default="", server_default="")
    source: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    #: To whom, as ``populations`` spells it.
    recipients: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    #: The newest school year of the classes and groups addressed, known when it leaves (GATE-8); None: of no year.
    year_begins: Mapped[int | None] = mapped_column(Integer)
    answers_id: Mapped[int | None] = mapped_column(Id, ForeignKey("message.id", ondelete="SET NULL"), index=True)
    written_at: Mapped[datetime]
    #: When it is to leave; None: at once when it is sent.
    leaves_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    #: Why a dated message did not leave (PORTAL-20); empty otherwise.
    cancelled_because: Mapped[str] = mapped_column(String(200), default="", server_default="")
    #: The author has removed it from their sent messages or drafts.
    removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}

    attachments: Mapped[list[MessageAttachment]] = relationship(lazy="raise", order_by="MessageAttachment.id")


class MessageAttachment(SetAside, Base):
    """A file that comes with a message."""

    __tablename__ = "message_attachment"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    message_id: Mapped[int] = mapped_column(Id, ForeignKey("message.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), ForeignKey("blob.sha256"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    size: Mapped[int] = mapped_column(BigInteger)


class MessageFolder(SetAside, Base):
    """A personal folder: what is filed in it is kept (DATA-2)."""

    __tablename__ = "message_folder"
    __table_args__ = (unique_live("message_folder", "owner_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]


class MessageCopy(SetAside, Base):
    """A message as one recipient has it.

    ``place`` is 'inbox', 'archived', 'folder' (then ``folder_id``) or 'trash'. ``held`` is what a blocked family gets at its
    opening (GATE-8): nobody sees it before. ``student_id`` is the pupil for whom a guardian received it: once that link is
    cut, an unread copy is gone (KIN-3).
    """

    __tablename__ = "message_copy"
    __table_args__ = (
        unique_live("message_copy", "message_id", "owner_id"),
        Index("ix_message_copy_owner_place_arrived", "owner_id", "place", "arrived_at", "id"),
        Index("ix_message_copy_owner_folder_arrived", "owner_id", "folder_id", "arrived_at", "id"),
        Index("ix_message_copy_held_school_id", "held", "school_id"),
        Index(
            "ix_message_copy_owner_unread",
            "owner_id",
            "place",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    message_id: Mapped[int] = mapped_column(Id, ForeignKey("message.id", ondelete="CASCADE"))
    owner_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"))
    #: As what the owner received it: their gate is that profile's.
    profile: Mapped[Profile | None] = mapped_column(String(12))
    student_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    place: Mapped[Place] = mapped_column(String(8), default=Place.INBOX)
    folder_id: Mapped[int | None] = mapped_column(Id, ForeignKey("message_folder.id", ondelete="SET NULL"))
    arrived_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    held: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    trashed_at: Mapped[datetime | None]

    message: Mapped[Message] = relationship(lazy="raise")


class MessagingChoice(Base):
    """How somebody uses their messages: until when the 'archived' folder is kept ('year' or 'kept'; None: the project's), and mail."""

    __tablename__ = "messaging_choice"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    archive_lifetime: Mapped[str | None] = mapped_column(String(6))
    #: An e-mail without content when something arrives (PORTAL-21).
    notify: Mapped[bool] = mapped_column(Boolean, default=True)


class HiddenEntry(Base):
    """An entry of the recipients' assistant that a school hides from a profile (PORTAL-5); one of the last four is named."""

    __tablename__ = "hidden_entry"
    __table_args__ = (Index("ix_hidden_entry_school_id_viewer", "school_id", "viewer"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    viewer: Mapped[Profile] = mapped_column(String(12))
    profile: Mapped[Profile | None] = mapped_column(String(12))
    function_code: Mapped[str | None] = mapped_column(String(12))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    #: Former pupils and teachers, hidden before their accounts end (CAL-9).
    former: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    hidden_at: Mapped[datetime]


class Announcement(SetAside, Base):
    """Targeted communication (PORTAL-10): not changed once spread, only cancelled. No school: the project's."""

    __tablename__ = "announcement"
    __table_args__ = (
        Index("ix_announcement_school_id_shown_from", "school_id", "shown_from"),
        CheckConstraint("form IN ('news', 'announcement', 'message')", name="form"),
        UniqueConstraint("author_id", "form_key"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"))
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    #: Of the form in which it was written, so that spreading twice is one announcement.
    form_key: Mapped[str | None] = mapped_column(String(32))
    #: The message that one of the form 'message' has become.
    message_id: Mapped[int | None] = mapped_column(Id, ForeignKey("message.id", ondelete="SET NULL"), index=True)
    #: 'news', 'announcement' or 'message'.
    form: Mapped[str] = mapped_column(String(12))
    severity: Mapped[Severity] = mapped_column(String(12), default=Severity.INFORMATION)
    title: Mapped[str] = mapped_column(String(160))
    source: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    #: An article or a web page that it leads to.
    link: Mapped[str] = mapped_column(String(500), default="")
    recipients: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    written_at: Mapped[datetime]
    shown_from: Mapped[datetime]
    shown_until: Mapped[datetime | None]
    #: Its population is resolved then (PORTAL-20).
    spread_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    cancelled_because: Mapped[str] = mapped_column(String(200), default="", server_default="")
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class AnnouncementCopy(SetAside, Base):
    """That somebody is among those an announcement is for, and whether they have opened it (PORTAL-21)."""

    __tablename__ = "announcement_copy"
    __table_args__ = (
        unique_live("announcement_copy", "announcement_id", "person_id"),
        Index("ix_announcement_copy_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    announcement_id: Mapped[int] = mapped_column(Id, ForeignKey("announcement.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    student_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    opened_at: Mapped[datetime | None]
    #: Told by an e-mail without content.
    told_at: Mapped[datetime | None]


class AnnouncementOffline(Base):
    """A school's receiving manager has taken news off its pages (PORTAL-10); removed again when it is put back."""

    __tablename__ = "announcement_offline"
    __table_args__ = (Index("ix_announcement_offline_school_id", "school_id"),)

    announcement_id: Mapped[int] = mapped_column(
        Id, ForeignKey("announcement.id", ondelete="CASCADE"), primary_key=True
    )
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), primary_key=True)
    taken_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    taken_at: Mapped[datetime]


class AnnouncementGrant(Base):
    """A role in targeted communication: of a school, or of the project where no school is named. A right: it is kept (DATA-2)."""

    __tablename__ = "announcement_grant"
    __table_args__ = (Index("ix_announcement_grant_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    #: Of ``announcement_roles.AnnouncementRole``.
    role: Mapped[str] = mapped_column(String(24))
    granted_at: Mapped[datetime]
