"""What somebody keeps for themselves: bookmarks, preferences, their own agenda; questionnaires and answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, SetAside, unique_live
from app.home.questionnaires.models import Questionnaire, QuestionnaireAnswer

__all__ = ["Bookmark", "PersonalEvent", "Preference", "Questionnaire", "QuestionnaireAnswer"]


class Bookmark(SetAside, Base):
    """A page, of the portal or not, that somebody wants to find again."""

    __tablename__ = "bookmark"
    __table_args__ = (Index("ix_bookmark_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(500))
    position: Mapped[int] = mapped_column(Integer, default=0)


class Preference(SetAside, Base):
    """How somebody wants the portal: a name of ``preferences.PREFERENCES`` and a value."""

    __tablename__ = "preference"
    __table_args__ = (unique_live("preference", "person_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(200))


class PersonalEvent(SetAside, Base):
    """A date of somebody's own agenda; nobody else sees it."""

    __tablename__ = "personal_event"
    __table_args__ = (Index("ix_personal_event_person_id_starts_at", "person_id", "starts_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(160))
    words: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
