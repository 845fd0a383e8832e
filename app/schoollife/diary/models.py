"""Lessons, homework, activities, and the files that come with them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, SetAside, unique_live


class Lesson(SetAside, Base):
    """An hour of a class or teaching group, with what was done in it; at most one of class and group is empty."""

    __tablename__ = "lesson"
    __table_args__ = (
        Index("ix_lesson_class_id_starts_at", "class_id", "starts_at"),
        Index("ix_lesson_teacher_id_starts_at", "teacher_id", "starts_at"),
        Index("ix_lesson_school_id_starts_at", "school_id", "starts_at"),
        Index("ix_lesson_group_id_starts_at", "group_id", "starts_at"),
        CheckConstraint("class_id IS NOT NULL OR group_id IS NOT NULL", name="of_somebody"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="SET NULL"))
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("teaching_group.id", ondelete="SET NULL"))
    teacher_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    subject_code: Mapped[str] = mapped_column(String(12), default="")
    subject: Mapped[str] = mapped_column(String(120), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    room: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(160), default="")
    source: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class LessonReplacement(SetAside, Base):
    """Who gives a lesson instead of its teacher; nobody: it does not take place."""

    __tablename__ = "lesson_replacement"
    __table_args__ = (unique_live("lesson_replacement", "lesson_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lesson_id: Mapped[int] = mapped_column(Id, ForeignKey("lesson.id", ondelete="CASCADE"))
    teacher_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    words: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime]


class Homework(SetAside, Base):
    """Work given to a class or group for a day."""

    __tablename__ = "homework"
    __table_args__ = (
        Index("ix_homework_class_id_due_on", "class_id", "due_on"),
        Index("ix_homework_group_id_due_on", "group_id", "due_on"),
        Index("ix_homework_author_id", "author_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="SET NULL"))
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("teaching_group.id", ondelete="SET NULL"))
    lesson_id: Mapped[int | None] = mapped_column(Id, ForeignKey("lesson.id", ondelete="SET NULL"), index=True)
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    subject: Mapped[str] = mapped_column(String(120), default="")
    title: Mapped[str] = mapped_column(String(160))
    source: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    given_on: Mapped[date]
    due_on: Mapped[date]
    minutes: Mapped[int | None] = mapped_column(Integer)
    #: Pupils may hand a file or a text in.
    hand_in: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class HomeworkState(SetAside, Base):
    """How far a pupil is: 'done', 'handed-in' or 'corrected'; without a row the work is to do (PORTAL-17)."""

    __tablename__ = "homework_state"
    __table_args__ = (
        unique_live("homework_state", "homework_id", "student_id"),
        Index("ix_homework_state_student_id", "student_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    homework_id: Mapped[int] = mapped_column(Id, ForeignKey("homework.id", ondelete="CASCADE"))
    student_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text, default="")
    correction: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]


class Activity(SetAside, Base):
    """An activity of a teacher's binder. It is the teacher's own; giving it makes it part of the pupils' year (S2-4)."""

    __tablename__ = "activity"
    __table_args__ = (Index("ix_activity_author_id", "author_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    subject: Mapped[str] = mapped_column(String(120), default="")
    title: Mapped[str] = mapped_column(String(160))
    source: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class ActivityGiven(SetAside, Base):
    """An activity given to one pupil, on a day, through a class or alone."""

    __tablename__ = "activity_given"
    __table_args__ = (
        unique_live("activity_given", "activity_id", "student_id"),
        Index("ix_activity_given_student_id", "student_id"),
        Index("ix_activity_given_class_id", "class_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    activity_id: Mapped[int] = mapped_column(Id, ForeignKey("activity.id", ondelete="CASCADE"))
    student_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="SET NULL"))
    given_on: Mapped[date]
    seen_at: Mapped[datetime | None]


class SchoolLifeFile(SetAside, Base):
    """A file that comes with exactly one of: a lesson, a homework, what a pupil hands in, an activity, a notebook entry, a council."""

    __tablename__ = "school_life_file"
    __table_args__ = (
        Index("ix_school_life_file_lesson_id", "lesson_id"),
        Index("ix_school_life_file_homework_id", "homework_id"),
        Index("ix_school_life_file_state_id", "state_id"),
        Index("ix_school_life_file_activity_id", "activity_id"),
        Index("ix_school_life_file_liaison_id", "liaison_id"),
        Index("ix_school_life_file_council_id", "council_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lesson_id: Mapped[int | None] = mapped_column(Id, ForeignKey("lesson.id", ondelete="CASCADE"))
    homework_id: Mapped[int | None] = mapped_column(Id, ForeignKey("homework.id", ondelete="CASCADE"))
    state_id: Mapped[int | None] = mapped_column(Id, ForeignKey("homework_state.id", ondelete="CASCADE"))
    activity_id: Mapped[int | None] = mapped_column(Id, ForeignKey("activity.id", ondelete="CASCADE"))
    liaison_id: Mapped[int | None] = mapped_column(Id, ForeignKey("liaison_entry.id", ondelete="CASCADE"))
    council_id: Mapped[int | None] = mapped_column(Id, ForeignKey("class_council.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(String(64), ForeignKey("blob.sha256"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    size: Mapped[int] = mapped_column(BigInteger)
