"""Sections and what they hold. Rows are set aside by a rollover's run (DATA-7), or put into the trash by hand (PORTAL-1).

What hangs on a section carries its school too (G11); in personal spaces ``school_id`` is None.
"""

from __future__ import annotations

from datetime import datetime

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
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.content.spaces import SpaceKind, SpaceRole
from app.db import Base, Id, SetAside, unique_live
from app.profiles import Profile

_SUBJECTS = ("person_id", "group_id", "teaching_group_id", "class_id")


class Trash:
    """What its owner has thrown away, and can fetch back."""

    trashed_at: Mapped[datetime | None] = mapped_column(default=None)
    trashed_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), default=None)


class Carried:
    """What a teacher has taken along from last year's class (CLASS-3): the row that it is a copy of, and the act that made it.

    The copied row may be set aside or erased, and the act belongs to a room to the right: both are plain numbers. In one section
    a row is copied once, whatever is clicked twice.
    """

    carried_from: Mapped[int | None] = mapped_column(BigInteger, default=None)
    carried_by: Mapped[int | None] = mapped_column(BigInteger, default=None)


def _copied_once(table: str, within: str) -> Index:
    copied = text("carried_from IS NOT NULL")
    name = f"uq_{table}_{within}_carried_from"
    return Index(name, within, "carried_from", unique=True, sqlite_where=copied, postgresql_where=copied)


class Section(SetAside, Trash, Base):
    """A place in a school's tree. Its articles show publicly only if it is visible and not restricted (SITE-2)."""

    __tablename__ = "section"
    __table_args__ = (
        unique_live("section", "school_id", "slug"),
        unique_live("section", "code"),
        Index("ix_section_school_id_parent_id", "school_id", "parent_id"),
        # A class, a group, a person has one space; in the trash it is still theirs.
        unique_live("section", "class_id"),
        unique_live("section", "group_id"),
        unique_live("section", "person_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: None: a personal space.
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"))
    kind: Mapped[SpaceKind] = mapped_column(String(12), default=SpaceKind.SCHOOL, server_default="school")
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("section.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(120))
    #: Its name in addresses: lower case letters, digits and hyphens.
    slug: Mapped[str] = mapped_column(String(80))
    introduction: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(Integer, default=0)
    visible: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    restricted: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    #: Archived with the year (S2-1) unless it is made permanent before (SITE-3).
    temporary: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    #: The services that it offers, of ``spaces.Service``.
    services: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    #: Whose space it is: that class's, that group's, that person's.
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="SET NULL"))
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("free_group.id", ondelete="SET NULL"))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    #: With which another class joins a partnership (DATA-6).
    code: Mapped[str | None] = mapped_column(String(16))
    #: A partnership with a class of the departmental school keeps its content (DATA-6).
    departmental: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    #: Bytes that its files may take, and take (PORTAL-14). ``used`` is kept by the statements that add and remove files.
    quota: Mapped[int] = mapped_column(BigInteger, default=1_000_000_000, server_default="1000000000")
    used: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    #: 'hand', or 'archived' by step 2 (S1-1, S2-1); empty outside the trash.
    trash_reason: Mapped[str] = mapped_column(String(10), default="", server_default="")
    created_at: Mapped[datetime]
    #: Counts the changes, so that somebody who edits an older state is told.
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}

    articles: Mapped[list[Article]] = relationship(back_populates="section", lazy="raise", cascade="all, delete-orphan")


class SectionRole(SetAside, Base):
    """A role in a section, given to a person, a group, a class's pupils, or a profile (PORTAL-2).

    At most one of person, group, teaching group and class is named; ``profile`` narrows a class or, alone, means everybody
    of that profile in the section's school. Nothing named at all: the whole school.
    """

    __tablename__ = "section_role"
    __table_args__ = (
        Index("ix_section_role_section_id", "section_id"),
        Index("ix_section_role_person_id", "person_id"),
        CheckConstraint(
            " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in _SUBJECTS) + " <= 1",
            name="one_subject",
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    section_id: Mapped[int] = mapped_column(Id, ForeignKey("section.id", ondelete="CASCADE"))
    role: Mapped[SpaceRole] = mapped_column(String(12))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("free_group.id", ondelete="CASCADE"))
    teaching_group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("teaching_group.id", ondelete="CASCADE"))
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="CASCADE"))
    profile: Mapped[Profile | None] = mapped_column(String(12))
    given_at: Mapped[datetime]


class PartnershipClass(SetAside, Base):
    """A class that has joined a partnership between classes (DATA-6)."""

    __tablename__ = "partnership_class"
    __table_args__ = (unique_live("partnership_class", "section_id", "class_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    section_id: Mapped[int] = mapped_column(Id, ForeignKey("section.id", ondelete="CASCADE"))
    class_id: Mapped[int] = mapped_column(Id, ForeignKey("school_class.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    joined_at: Mapped[datetime]


class Category(SetAside, Base):
    """A heading under which a blog's articles are gathered."""

    __tablename__ = "category"
    __table_args__ = (unique_live("category", "section_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    section_id: Mapped[int] = mapped_column(Id, ForeignKey("section.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(Integer, default=0)


class Article(SetAside, Trash, Carried, Base):
    """A text of a section, sanitised when it is written.

    ``published_at`` None is a draft; with ``submitted_at`` it waits for somebody who may approve it (PORTAL-2).
    """

    __tablename__ = "article"
    __table_args__ = (
        _copied_once("article", "section_id"),
        Index("ix_article_section_published", "section_id", "published_at"),
        Index("ix_article_school_published", "school_id", "published_at"),
        Index("ix_article_author_id", "author_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    section_id: Mapped[int] = mapped_column(Id, ForeignKey("section.id", ondelete="CASCADE"))
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"))
    category_id: Mapped[int | None] = mapped_column(Id, ForeignKey("category.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(160))
    summary: Mapped[str] = mapped_column(String(400), default="")
    #: As it was written; ``body`` is the HTML made from it, sanitised.
    source: Mapped[str] = mapped_column(Text, default="", server_default="")
    body: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    #: As what the author wrote: a pupil's articles are not offered by default (CLASS-2).
    author_profile: Mapped[Profile | None] = mapped_column(String(12))
    comments_open: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    submitted_at: Mapped[datetime | None]
    #: The word with which it was sent back; empty once it is submitted again.
    returned: Mapped[str] = mapped_column(String(600), default="", server_default="")
    #: Portal time.
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}

    section: Mapped[Section] = relationship(back_populates="articles", lazy="raise")
    attachments: Mapped[list[ArticleAttachment]] = relationship(lazy="raise", order_by="ArticleAttachment.id")


class ArticleAttachment(SetAside, Carried, Base):
    """A file that comes with an article."""

    __tablename__ = "article_attachment"
    __table_args__ = (_copied_once("article_attachment", "article_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(Id, ForeignKey("article.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), ForeignKey("blob.sha256"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    size: Mapped[int] = mapped_column(BigInteger)


class Comment(SetAside, Base):
    """What a reader has said of an article; it never comes along into a new class (CLASS-2)."""

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    article_id: Mapped[int] = mapped_column(Id, ForeignKey("article.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]


class Folder(SetAside, Trash, Carried, Base):
    """A folder of a section's media library; ``shared``: of its shared folder (DATA-5)."""

    __tablename__ = "folder"
    __table_args__ = (
        _copied_once("folder", "section_id"),
        Index("ix_folder_section_id_parent_id", "section_id", "parent_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    section_id: Mapped[int] = mapped_column(Id, ForeignKey("section.id", ondelete="CASCADE"))
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"))
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("folder.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    shared: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class MediaFile(SetAside, Trash, Carried, Base):
    """A file in a media library or shared folder: a name for bytes that are kept once."""

    __tablename__ = "media_file"
    __table_args__ = (
        _copied_once("media_file", "section_id"),
        Index("ix_media_file_section_id_folder_id_name", "section_id", "folder_id", "name"),
        Index("ix_media_file_section_id_shared_id", "section_id", "shared", "id"),
        Index("ix_media_file_author_id", "author_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    section_id: Mapped[int] = mapped_column(Id, ForeignKey("section.id", ondelete="CASCADE"))
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"))
    #: None: at the top of the library (``shared`` False) or of the shared folder.
    folder_id: Mapped[int | None] = mapped_column(Id, ForeignKey("folder.id", ondelete="CASCADE"))
    shared: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    sha256: Mapped[str] = mapped_column(String(64), ForeignKey("blob.sha256"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    #: The media type that was checked.
    kind: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    author_profile: Mapped[Profile | None] = mapped_column(String(12))
    #: Its author says that pupils can be recognised on it (CLASS-2).
    shows_pupils: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class Contest(SetAside, Trash, Carried, Base):
    """A contest of a class or school: a text, a period, entries."""

    __tablename__ = "contest"
    __table_args__ = (_copied_once("contest", "section_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    section_id: Mapped[int] = mapped_column(Id, ForeignKey("section.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"))
    title: Mapped[str] = mapped_column(String(160))
    source: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class ContestEntry(SetAside, Base):
    """What somebody has handed in for a contest, one each."""

    __tablename__ = "contest_entry"
    __table_args__ = (unique_live("contest_entry", "contest_id", "author_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    contest_id: Mapped[int] = mapped_column(Id, ForeignKey("contest.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text, default="")
    sha256: Mapped[str | None] = mapped_column(String(64), ForeignKey("blob.sha256"), index=True)
    name: Mapped[str] = mapped_column(String(160), default="")
    handed_in_at: Mapped[datetime]
    #: 1 for the winner; None while nothing is decided.
    rank: Mapped[int | None] = mapped_column(Integer)


class MapPoint(SetAside, Trash, Carried, Base):
    """A place on a section's map, in WGS 84 degrees, shown by a link to OpenStreetMap."""

    __tablename__ = "map_point"
    __table_args__ = (_copied_once("map_point", "section_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    section_id: Mapped[int] = mapped_column(Id, ForeignKey("section.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"))
    title: Mapped[str] = mapped_column(String(160))
    text: Mapped[str] = mapped_column(Text, default="")
    #: Millionths of a degree: exact in every database.
    latitude: Mapped[int] = mapped_column(Integer)
    longitude: Mapped[int] = mapped_column(Integer)
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class MinisitePage(SetAside, Trash, Base):
    """A page of a primary class's minisite."""

    __tablename__ = "minisite_page"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    section_id: Mapped[int] = mapped_column(Id, ForeignKey("section.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"))
    title: Mapped[str] = mapped_column(String(160))
    source: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(Integer, default=0)
    published: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class SearchLink(SetAside, Base):
    """A site chosen for a class's search tool: where its pupils may look things up."""

    __tablename__ = "search_link"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    section_id: Mapped[int] = mapped_column(Id, ForeignKey("section.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(500))
    words: Mapped[str] = mapped_column(String(300), default="")
    position: Mapped[int] = mapped_column(Integer, default=0)
