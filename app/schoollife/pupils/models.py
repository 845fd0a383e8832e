"""Photos, interdisciplinary projects, letters to families."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, SetAside, unique_live


class PupilPhoto(SetAside, Base):
    """A pupil's photo in a school, for its adults only."""

    __tablename__ = "pupil_photo"
    __table_args__ = (unique_live("pupil_photo", "school_id", "student_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    student_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), ForeignKey("blob.sha256"), index=True)
    taken_at: Mapped[datetime]


class InterdisciplinaryProject(SetAside, Base):
    """A project between subjects (EPI) of a class."""

    __tablename__ = "interdisciplinary_project"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    #: The subjects that take part, and the theme.
    subjects: Mapped[str] = mapped_column(String(300), default="")
    theme: Mapped[str] = mapped_column(String(160), default="")
    source: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class ProjectPupil(SetAside, Base):
    """A pupil in an interdisciplinary project, with what is said of their work."""

    __tablename__ = "project_pupil"
    __table_args__ = (unique_live("project_pupil", "project_id", "student_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    project_id: Mapped[int] = mapped_column(Id, ForeignKey("interdisciplinary_project.id", ondelete="CASCADE"))
    student_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(Text, default="")


class Letter(SetAside, Base):
    """A letter to the families of a class, made by mail merge and printed one a guardian (KIN-2)."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(160))
    source: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    written_at: Mapped[datetime]
