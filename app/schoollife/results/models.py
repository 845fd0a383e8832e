"""Marks, skills, report cards, reviews and councils. Numbers are kept in hundredths, exact in every database."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, SetAside, unique_live


class Assessment(SetAside, Base):
    """Something that was marked in a class or group, in one period."""

    __tablename__ = "assessment"
    __table_args__ = (
        Index("ix_assessment_class_id_held_on", "class_id", "held_on"),
        Index("ix_assessment_author_id", "author_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    period_id: Mapped[int | None] = mapped_column(Id, ForeignKey("period.id", ondelete="SET NULL"), index=True)
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="SET NULL"))
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("teaching_group.id", ondelete="SET NULL"))
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    subject: Mapped[str] = mapped_column(String(120), default="")
    title: Mapped[str] = mapped_column(String(160))
    held_on: Mapped[date]
    #: Hundredths: 2000 is 'out of 20'; 100 is coefficient 1.
    out_of: Mapped[int] = mapped_column(Integer, default=2000)
    weight: Mapped[int] = mapped_column(Integer, default=100)
    #: Pupils and guardians see the marks from then on; None: not yet.
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class Mark(SetAside, Base):
    """A pupil's mark; without a value the reason for non-assessment says why."""

    __tablename__ = "mark"
    __table_args__ = (unique_live("mark", "assessment_id", "student_id"), Index("ix_mark_student_id", "student_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    assessment_id: Mapped[int] = mapped_column(Id, ForeignKey("assessment.id", ondelete="CASCADE"))
    student_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    #: Hundredths of a point.
    value: Mapped[int | None] = mapped_column(Integer)
    reason_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_parameter.id", ondelete="SET NULL"))
    comment: Mapped[str] = mapped_column(String(300), default="")


class SkillRecord(SetAside, Base):
    """How far a pupil masters a skill in a period: level 1 (insufficient) to 4 (very good)."""

    __tablename__ = "skill_record"
    __table_args__ = (
        Index("ix_skill_record_student_id", "student_id"),
        Index("ix_skill_record_class_id", "class_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    period_id: Mapped[int | None] = mapped_column(Id, ForeignKey("period.id", ondelete="SET NULL"))
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="SET NULL"))
    student_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    domain: Mapped[str] = mapped_column(String(120), default="")
    skill: Mapped[str] = mapped_column(String(200))
    level: Mapped[int] = mapped_column(Integer)
    recorded_on: Mapped[date]


class ReportCardModel(SetAside, Base):
    """How a period's report cards look; bound to the period, so it goes with the year (S3-1). Settings stay (DATA-8)."""

    __tablename__ = "report_card_model"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    period_id: Mapped[int | None] = mapped_column(Id, ForeignKey("period.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(120))
    #: As ``report_cards.Layout`` spells it.
    layout: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class ReportCard(SetAside, Base):
    """A pupil's report card for a period."""

    __tablename__ = "report_card"
    __table_args__ = (
        unique_live("report_card", "student_id", "period_id"),
        Index("ix_report_card_class_id", "class_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    period_id: Mapped[int | None] = mapped_column(Id, ForeignKey("period.id", ondelete="SET NULL"))
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="SET NULL"))
    student_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    #: The council's words, and the distinction ('encouragements', 'compliments', 'congratulations') or none.
    words: Mapped[str] = mapped_column(Text, default="")
    distinction: Mapped[str] = mapped_column(String(20), default="")
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class ReportLine(SetAside, Base):
    """A subject's line of a report card."""

    __tablename__ = "report_line"
    __table_args__ = (unique_live("report_line", "card_id", "subject"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    card_id: Mapped[int] = mapped_column(Id, ForeignKey("report_card.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(120))
    teacher_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    #: Hundredths, of 20; None where nothing was marked.
    average: Mapped[int | None] = mapped_column(Integer)
    class_average: Mapped[int | None] = mapped_column(Integer)
    words: Mapped[str] = mapped_column(Text, default="")


class CycleReview(SetAside, Base):
    """The review at the end of a cycle: a level from 1 to 4 for each of the common base's components."""

    __tablename__ = "cycle_review"
    __table_args__ = (unique_live("cycle_review", "student_id", "year_id", "cycle"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="SET NULL"), index=True)
    student_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    #: 2, 3 or 4.
    cycle: Mapped[int] = mapped_column(Integer)
    #: Component's key -> 1..4.
    levels: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    words: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class ClassCouncil(SetAside, Base):
    """A class's council at the end of a period, with its summary."""

    __tablename__ = "class_council"
    __table_args__ = (Index("ix_class_council_class_id", "class_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    period_id: Mapped[int | None] = mapped_column(Id, ForeignKey("period.id", ondelete="SET NULL"))
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="SET NULL"))
    held_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(80), default="")
    source: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text, default="")
    #: Guardians and pupils of the class see the summary from then on.
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}
