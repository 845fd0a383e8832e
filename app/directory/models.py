"""The directory's tables. People are project-wide, what they are somewhere is per school (GATE-15, KIN-1, FEED-9)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Id, SetAside, Unconfirmed, unique_live
from app.profiles import Profile, Role


class Project(Base):
    """The one project of this database: an academy's or a department's portal."""

    __tablename__ = "project"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120))
    zone: Mapped[str] = mapped_column(String(40))
    #: The school year N+1 to which the rollover leads: 2026 is 2026-2027.
    rollover_year: Mapped[int] = mapped_column(Integer)
    #: Accent colour '#rrggbb', contrast checked before it is stored.
    accent: Mapped[str] = mapped_column(String(7), default="#1f5f5b")
    #: Whom families ask when a school does not say.
    contact: Mapped[str] = mapped_column(Text, default="")
    #: Made by the demo: the bar and the time machine exist only with this mark and BASCULE_DEMO=1.
    demo: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    created_at: Mapped[datetime]
    #: Counts the changes of name, accent and contact, so that somebody who edits an older state is told.
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")


class SchoolYear(Base):
    """A school year of the project with its anchors (CAL-12); 'first day' always means the pupils' (GATE-2)."""

    __tablename__ = "school_year"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    begins: Mapped[int] = mapped_column(Integer, unique=True)
    teachers_first_day: Mapped[date | None]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    holidays_from: Mapped[date | None]


class School(Base):
    """A structure of the project. ``in_service`` schools have a site; others are kept as services (FEED-9)."""

    __tablename__ = "school"
    __table_args__ = (Index("ix_school_search_name", "search_name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: Seven digits and a letter.
    uai: Mapped[str] = mapped_column(String(8), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    #: Lower case without accents, for searching.
    search_name: Mapped[str] = mapped_column(String(240))
    #: 'primary', 'college', 'lycee' or 'other'.
    kind: Mapped[str] = mapped_column(String(12), default="other")
    zone: Mapped[str] = mapped_column(String(40), default="Europe/Paris")
    hostname: Mapped[str | None] = mapped_column(String(190), unique=True)
    in_service: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    street: Mapped[str] = mapped_column(String(200), default="")
    postal_code: Mapped[str] = mapped_column(String(12), default="")
    town: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    academy: Mapped[str] = mapped_column(String(60), default="")
    #: Which feed speaks for it, and under which key.
    source: Mapped[str] = mapped_column(String(20), default="")
    source_key: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime]


class Person(SetAside, Base):
    """A human being (or the body responsible for a pupil), whatever they are in which school."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        Index("ix_person_search_name", "search_name"),
        Index("ix_person_ine", "ine"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: The feed that speaks for the person ('aaf', 'onde', 'csv') or 'hand', and the key there.
    source: Mapped[str] = mapped_column(String(20))
    source_key: Mapped[str] = mapped_column(String(60))
    ine: Mapped[str | None] = mapped_column(String(11))
    #: The pupil's id in SIECLE.
    siecle_id: Mapped[str | None] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(8), default="")
    last_name: Mapped[str] = mapped_column(String(80))
    birth_name: Mapped[str] = mapped_column(String(80), default="")
    first_name: Mapped[str] = mapped_column(String(80), default="")
    other_first_names: Mapped[str] = mapped_column(String(160), default="")
    #: The first name in use, set by the school; it survives feeds (ACCT-8). Empty: the civil one.
    used_first_name: Mapped[str] = mapped_column(String(80), default="", server_default="")
    #: That name as it is searched; it stands at the end of ``search_name`` too, and survives feeds there.
    used_search_name: Mapped[str] = mapped_column(String(80), default="", server_default="")
    #: 'dupont marie', lower case without accents, for searching.
    search_name: Mapped[str] = mapped_column(String(240))
    birth_date: Mapped[date | None]
    #: No automatic message any more (ACCT-8).
    died_on: Mapped[date | None]
    #: As the feed gives it; the address that the person gave stands in the account.
    email: Mapped[str] = mapped_column(String(200), default="")
    home_phone: Mapped[str] = mapped_column(String(40), default="")
    work_phone: Mapped[str] = mapped_column(String(40), default="")
    mobile_phone: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    postal_code: Mapped[str] = mapped_column(String(12), default="")
    town: Mapped[str] = mapped_column(String(80), default="")
    country: Mapped[str] = mapped_column(String(60), default="")
    #: Of somebody made by hand: 'permanent' or 'year' (ACCT-5); None: fed.
    lifetime: Mapped[str | None] = mapped_column(String(10))
    home_school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"), index=True)
    #: Digest of the feed's record, so that an unchanged one is passed over.
    fingerprint: Mapped[bytes | None] = mapped_column()
    #: Sessions older than this instant (machine time) are over: a role, a link or a school changed.
    sessions_valid_from: Mapped[datetime | None]
    created_at: Mapped[datetime]

    affiliations: Mapped[list[Affiliation]] = relationship(back_populates="person", lazy="raise")


class Affiliation(SetAside, Base):
    """A profile held by a person in a school. Guardians have one for each school of their children (KIN-1)."""

    __tablename__ = "affiliation"
    __table_args__ = (
        unique_live("affiliation", "person_id", "school_id", "profile"),
        Index("ix_affiliation_school_profile", "school_id", "profile"),
        # Of rows set aside too: in whose part of a run somebody's own things are (``directory.rollover.homes``).
        Index("ix_affiliation_person_id_school_id", "person_id", "school_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    profile: Mapped[Profile] = mapped_column(String(12))
    #: Who says so: a feed's name, or 'hand'.
    source: Mapped[str] = mapped_column(String(20))

    person: Mapped[Person] = relationship(back_populates="affiliations", lazy="raise")
    school: Mapped[School] = relationship(lazy="raise")


class PersonFunction(SetAside, Base):
    """What a staff member does in a school: the academy's function code (ENS, DIR, EDU ...) and discipline."""

    __tablename__ = "person_function"
    __table_args__ = (
        unique_live("person_function", "person_id", "school_id", "code", "discipline_code"),
        Index("ix_person_function_code", "code"),
        Index("ix_person_function_discipline_code", "discipline_code"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    code: Mapped[str] = mapped_column(String(12))
    label: Mapped[str] = mapped_column(String(120), default="")
    discipline_code: Mapped[str] = mapped_column(String(12), default="")
    discipline: Mapped[str] = mapped_column(String(120), default="")
    source: Mapped[str] = mapped_column(String(20))


class RoleGrant(SetAside, Base):
    """A role given to a person, for the project (no school) or for one school; by hand, or by the feed's function DIR."""

    __tablename__ = "role_grant"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(String(20))
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"), index=True)
    source: Mapped[str] = mapped_column(String(20))
    granted_at: Mapped[datetime]


class SchoolClass(SetAside, Base):
    """A class of one school and one school year. Its code is an opaque key, compared exactly."""

    __tablename__ = "school_class"
    __table_args__ = (unique_live("school_class", "school_id", "year_id", "code"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"), index=True)
    code: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))
    #: CP, CE1 ... 6e, 2de; None while unknown.
    level: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20))

    school: Mapped[School] = relationship(lazy="raise")


class TeachingGroup(SetAside, Base):
    """A teaching group made by a feed (option, half-class); free groups are made by hand (``groups``)."""

    __tablename__ = "teaching_group"
    __table_args__ = (unique_live("teaching_group", "school_id", "year_id", "code"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"), index=True)
    code: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(20))


class ClassMembership(SetAside, Unconfirmed, Base):
    """Somebody in a class: 'student', 'teacher' (with the subject taught) or 'head-teacher'.

    ``unconfirmed``: a teacher's link that the source repeats from last year; it gives no access until it is confirmed (S4-5).
    """

    __tablename__ = "class_membership"
    __table_args__ = (
        unique_live("class_membership", "class_id", "person_id", "role", "subject_code"),
        Index("ix_class_membership_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    class_id: Mapped[int] = mapped_column(Id, ForeignKey("school_class.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(12))
    subject_code: Mapped[str] = mapped_column(String(12), default="")
    source: Mapped[str] = mapped_column(String(20))
    #: When somebody confirmed the link (portal time): no later delivery doubts it again. None: nobody had to, or not yet.
    confirmed_at: Mapped[datetime | None]
    #: The feed that says the same as a row that is not its own; None: no feed does.
    also_from: Mapped[str | None] = mapped_column(String(20))


class GroupMembership(SetAside, Base):
    """Somebody in a teaching group: 'student' or 'teacher' (with the subject taught)."""

    __tablename__ = "group_membership"
    __table_args__ = (
        unique_live("group_membership", "group_id", "person_id", "role", "subject_code"),
        Index("ix_group_membership_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("teaching_group.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(12))
    subject_code: Mapped[str] = mapped_column(String(12), default="")
    source: Mapped[str] = mapped_column(String(20))


class Guardianship(SetAside, Base):
    """Who stands for a pupil (KIN-1): 'legal', 'in-charge', or 'contact', who has no account and sees nothing."""

    __tablename__ = "guardianship"
    __table_args__ = (
        unique_live("guardianship", "student_id", "guardian_id"),
        Index("ix_guardianship_guardian_id", "guardian_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    student_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    guardian_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    standing: Mapped[str] = mapped_column(String(10))
    #: The nomenclature's link code: 10 mother, 20 father, 50 guardian ... (older feeds: 1, 2, 3).
    link_code: Mapped[str] = mapped_column(String(4), default="")
    pays: Mapped[bool] = mapped_column(Boolean, default=False)
    #: Cut by the head (KIN-3): no feed restores it.
    cut_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(String(20))
    #: Another feed that says the same: the link is its own when the first one says it no more (FEED-9).
    also_from: Mapped[str | None] = mapped_column(String(20))


class Mef(Base):
    """The ministry's nomenclature of trainings; its MEFSTAT tells the level."""

    __tablename__ = "mef"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    label: Mapped[str] = mapped_column(String(160), default="")
    stat: Mapped[str] = mapped_column(String(12), default="")


class Subject(Base):
    """The ministry's nomenclature of subjects."""

    __tablename__ = "subject"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    label: Mapped[str] = mapped_column(String(160), default="")


class SessionsCut(Base):
    """All sessions of a profile in a school that are older than ``at`` (machine time) are over, in one row."""

    __tablename__ = "sessions_cut"
    __table_args__ = (UniqueConstraint("school_id", "profile"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    profile: Mapped[Profile] = mapped_column(String(12))
    at: Mapped[datetime]
