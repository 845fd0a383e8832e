"""Questionnaires and their answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, SetAside


class Questionnaire(SetAside, Base):
    """A questionnaire, poll or quiz of its author; it is kept with its answers (DATA-2)."""

    __tablename__ = "questionnaire"
    __table_args__ = (
        Index("ix_questionnaire_author_id", "author_id"),
        Index("ix_questionnaire_school_id", "school_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"))
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(160))
    words: Mapped[str] = mapped_column(Text, default="")
    #: As ``questions.Question`` spells them.
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    #: Profiles that may answer, in the school; empty: everybody there who has the address.
    profiles: Mapped[list[str]] = mapped_column(JSON, default=list)
    #: People without an account may answer too (PORTAL-13).
    public: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    anonymous: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    #: In public addresses: nobody can guess it.
    token: Mapped[str] = mapped_column(String(32), unique=True)
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class QuestionnaireAnswer(SetAside, Base):
    """One set of answers. Anonymous: without the person; that they have answered is then not known either."""

    __tablename__ = "questionnaire_answer"
    __table_args__ = (
        Index("ix_questionnaire_answer_questionnaire_id_person_id", "questionnaire_id", "person_id"),
        Index("ix_questionnaire_answer_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(Id, ForeignKey("questionnaire.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    given_at: Mapped[datetime]
