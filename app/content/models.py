"""Sections and articles of a school's site."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Id


class Section(Base):
    """A place in a school's tree. Its articles show publicly only if it is visible and not restricted (SITE-2)."""

    __tablename__ = "section"
    __table_args__ = (UniqueConstraint("school_id", "slug"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    title: Mapped[str] = mapped_column(String(120))
    #: Its name in addresses: lower case letters, digits and hyphens.
    slug: Mapped[str] = mapped_column(String(80))
    introduction: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(Integer, default=0)
    visible: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    restricted: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    created_at: Mapped[datetime]
    #: Counts the changes, so that somebody who edits an older state is told.
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}

    articles: Mapped[list[Article]] = relationship(back_populates="section", lazy="raise", cascade="all, delete-orphan")


class Article(Base):
    """A text of a section, sanitised when it is written. ``published_at`` None is a draft."""

    __tablename__ = "article"
    __table_args__ = (Index("ix_article_section_published", "section_id", "published_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    section_id: Mapped[int] = mapped_column(Id, ForeignKey("section.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(160))
    summary: Mapped[str] = mapped_column(String(400), default="")
    #: As it was written; ``body`` is the HTML made from it, sanitised.
    source: Mapped[str] = mapped_column(Text, default="", server_default="")
    body: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    #: Portal time.
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}

    section: Mapped[Section] = relationship(back_populates="articles", lazy="raise")
