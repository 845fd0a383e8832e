"""Choices of classes, what is offered and taken along, replacements, classes that change. Instants are portal time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, CheckConstraint, ForeignKey, Index, Integer, String, false
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, SetAside, unique_live


class ClassChoice(SetAside, Base):
    """What a teacher has answered in a school and year: one row each. It begins with their own first sign-in (CLASS-8)."""

    __tablename__ = "class_choice"
    __table_args__ = (
        unique_live("class_choice", "person_id", "school_id", "year_id"),
        Index("ix_class_choice_school_id_year_id", "school_id", "year_id"),
        Index("ix_class_choice_year_id", "year_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    #: Year N+1.
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    #: Of ``answers.Answer``.
    answer: Mapped[str] = mapped_column(String(8), default="open")
    #: With 'my class is not here': what to look for, in the teacher's words.
    line: Mapped[str] = mapped_column(String(300), default="")
    #: Nobody is led to the choice before then.
    postponed_until: Mapped[datetime | None]
    begun_at: Mapped[datetime]
    #: What is not taken can be had until then (CLASS-3).
    recoverable_until: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    #: Who answered: the teacher, or an administrator for them.
    answered_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    #: An administrator keeps the choice although the feed says otherwise.
    kept_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class ChosenClass(SetAside, Base):
    """A class of a choice, and what choosing it did to the membership: 'made', 'confirmed' (S4-5), or '' where it was there."""

    __tablename__ = "chosen_class"
    __table_args__ = (
        unique_live("chosen_class", "choice_id", "class_id"),
        Index("ix_chosen_class_class_id", "class_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    choice_id: Mapped[int] = mapped_column(Id, ForeignKey("class_choice.id", ondelete="CASCADE"))
    class_id: Mapped[int] = mapped_column(Id, ForeignKey("school_class.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    membership: Mapped[str] = mapped_column(String(10), default="")
    chosen_at: Mapped[datetime]


class ClassOffer(SetAside, Base):
    """Last year's class space, offered to one of its own teachers (CLASS-2).

    Written down when the rollover has set the space aside: who taught the class is erased long before somebody who comes back in
    spring signs in. While the row is there the space is not erased (G7).
    """

    __tablename__ = "class_offer"
    __table_args__ = (
        unique_live("class_offer", "section_id", "person_id"),
        Index("ix_class_offer_person_id", "person_id"),
        Index("ix_class_offer_school_id", "school_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    section_id: Mapped[int] = mapped_column(Id, ForeignKey("section.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    #: Year N+1, in which it is offered.
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"), index=True)
    #: Numbers of the departmental school's partnerships that the class was in (DATA-6).
    partnerships: Mapped[list[int]] = mapped_column(JSON, default=list)
    offered_at: Mapped[datetime]


class ClassCarry(SetAside, Base):
    """One act of taking along from a space into a class's (CLASS-3). The copies name it in ``carried_by``."""

    __tablename__ = "class_carry"
    __table_args__ = (
        Index("ix_class_carry_choice_id", "choice_id"),
        Index("ix_class_carry_change_id", "change_id"),
        Index("ix_class_carry_class_id", "class_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: None: the director has decided it for a class that changed (CLASS-9).
    choice_id: Mapped[int | None] = mapped_column(Id, ForeignKey("class_choice.id", ondelete="CASCADE"))
    #: That decision; what it brought can be sent back.
    change_id: Mapped[int | None] = mapped_column(Id, ForeignKey("class_change.id", ondelete="SET NULL"))
    class_id: Mapped[int] = mapped_column(Id, ForeignKey("school_class.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    #: Number of the space from which; it may be erased one day.
    from_section_id: Mapped[int] = mapped_column(BigInteger)
    from_title: Mapped[str] = mapped_column(String(120))
    to_section_id: Mapped[int] = mapped_column(BigInteger)
    #: Table -> rows copied.
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    taken_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    #: What was taken went back (CLASS-5), except what had been edited.
    returned_at: Mapped[datetime | None]


class ClosedClass(SetAside, Base):
    """A class that its school has closed to choice (CLASS-5)."""

    __tablename__ = "closed_class"
    __table_args__ = (unique_live("closed_class", "class_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    class_id: Mapped[int] = mapped_column(Id, ForeignKey("school_class.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    closed_at: Mapped[datetime]
    closed_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))


class ClassLevel(SetAside, Base):
    """A level of a class, as its teacher has set it (CLASS-4); a class may have several."""

    __tablename__ = "class_level"
    __table_args__ = (unique_live("class_level", "class_id", "level"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    class_id: Mapped[int] = mapped_column(Id, ForeignKey("school_class.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    level: Mapped[str] = mapped_column(String(20))
    set_at: Mapped[datetime]


class ClassReplacement(SetAside, Base):
    """Somebody who stands in for a teacher of a class, from the first day to the last, both included (CLASS-8)."""

    __tablename__ = "class_replacement"
    __table_args__ = (
        Index("ix_class_replacement_class_id", "class_id"),
        Index("ix_class_replacement_person_id", "person_id"),
        CheckConstraint("last_day IS NULL OR first_day <= last_day", name="days"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    class_id: Mapped[int] = mapped_column(Id, ForeignKey("school_class.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    #: None: nobody holds the post.
    absent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    #: Days of the school; without a last one it goes on until somebody ends it.
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    #: 'planned', 'running' or 'ended'.
    state: Mapped[str] = mapped_column(String(8), default="planned")
    #: The profile in the school was given with the replacement, and goes with it.
    attached: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    #: The absent teacher's links with the class meanwhile: [[role, subject, source]].
    held: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class ClassRoster(SetAside, Base):
    """A pupil who was in a class when it was last looked at: what a class became is told from its pupils (CLASS-9)."""

    __tablename__ = "class_roster"
    __table_args__ = (
        unique_live("class_roster", "class_id", "person_id"),
        Index("ix_class_roster_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    class_id: Mapped[int] = mapped_column(Id, ForeignKey("school_class.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)


class ClassChange(SetAside, Base):
    """'A became B and C', proposed from the pupils; the director decides where the content goes (CLASS-9)."""

    __tablename__ = "class_change"
    __table_args__ = (
        Index("ix_class_change_class_id", "class_id"),
        Index("ix_class_change_school_id_state", "school_id", "state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    class_id: Mapped[int] = mapped_column(Id, ForeignKey("school_class.id", ondelete="CASCADE"))
    #: 'proposed', 'decided', 'dismissed', or 'undone' where another proposal stands in its place.
    state: Mapped[str] = mapped_column(String(10), default="proposed")
    pupils_before: Mapped[int] = mapped_column(Integer)
    #: [[class, pupils who went there]], the most first.
    into: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    seen_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    #: A decision was taken back: it waits for another one, whatever the pupils say by now.
    reopened_at: Mapped[datetime | None]
