"""What a year is divided into, and what a school sets once (DATA-8)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, SetAside, unique_live


class Period(SetAside, Base):
    """A term or semester of a school's year; both days inclusive."""

    __tablename__ = "period"
    __table_args__ = (unique_live("period", "school_id", "year_id", "position"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(60))
    first_day: Mapped[date]
    last_day: Mapped[date]


class WeekRotation(SetAside, Base):
    """That a week is of rotation A or B ..."""

    __tablename__ = "week_rotation"
    __table_args__ = (unique_live("week_rotation", "school_id", "monday"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    monday: Mapped[date]
    letter: Mapped[str] = mapped_column(String(4))


class SchoolParameter(Base):
    """One entry of one of a school's lists, which survive the year (DATA-8).

    ``list`` is of ``parameters.ParameterList``; ``counterpart_id``: the absence reason that a reason for non-assessment goes with.
    """

    __tablename__ = "school_parameter"
    __table_args__ = (Index("ix_school_parameter_school_id_list", "school_id", "list"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    list: Mapped[str] = mapped_column(String(24))
    label: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(Integer, default=0)
    counterpart_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_parameter.id", ondelete="SET NULL"))
    #: No longer offered; rows that name it keep it.
    retired_at: Mapped[datetime | None]


class SchoolLifeSettings(Base):
    """A school's settings of absences, assessments and report cards, kept apart from the year's data (DATA-8)."""

    __tablename__ = "school_life_settings"

    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), primary_key=True)
    #: As ``parameters.Settings`` spells them.
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
