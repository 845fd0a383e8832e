"""What was imported, from what, with which rejects; and the structures that feeds know."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id, SetAside


class FeedImport(SetAside, Base):
    """One delivery: read, planned, applied a school at a time, or refused. Instants are machine time."""

    __tablename__ = "feed_import"
    __table_args__ = (
        # One application at a time; the next one waits, or goes on with an interrupted one.
        Index(
            "uq_feed_import_applying",
            "state",
            unique=True,
            sqlite_where=text("state = 'applying'"),
            postgresql_where=text("state = 'applying'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: 'aaf', 'onde' or 'csv'; of a report that was refused or kept, the format.
    source: Mapped[str] = mapped_column(String(20), index=True)
    #: The delivery's own name, never used as a path.
    name: Mapped[str] = mapped_column(String(200))
    #: The day in the file names, where there is one.
    delivered_on: Mapped[date | None]
    #: SHA-256 over the delivery's content.
    digest: Mapped[str] = mapped_column(String(64))
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    #: 'staging', 'planned', 'applying', 'applied', 'refused', 'withdrawn', or 'kept' while imports are stopped (FEED-4).
    state: Mapped[str] = mapped_column(String(10))
    #: False: a delta, which speaks only for those whom it names.
    complete: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    #: The categories that it holds at least one entry of.
    holds: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    #: How far an application has come: '' nothing, 'identities' written, 'schools' done; of one that was refused before: 'begun'.
    stage: Mapped[str] = mapped_column(String(10), default="", server_default="")
    #: The run of the campaign that applies it (step 4); None: nobody's, or an import beside a campaign.
    run_id: Mapped[int | None] = mapped_column(BigInteger)
    #: Something was decided since its plan was made: it is planned anew before it is applied.
    stale: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    #: Somebody asked on a page that it be applied (portal time); a worker does it.
    asked_at: Mapped[datetime | None]
    asked_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: Sentences as ``reasons.pack`` keeps them, so that each reader gets their own language.
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    #: Why it was refused or only kept, likewise; None otherwise.
    reason: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class FeedImportSchool(SetAside, Base):
    """What a delivery changes in one school, and whether it has: the plan's line and the report's (FEED-6, G14)."""

    __tablename__ = "feed_import_school"
    __table_args__ = (UniqueConstraint("import_id", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    import_id: Mapped[int] = mapped_column(Id, ForeignKey("feed_import.id", ondelete="CASCADE"))
    #: The structure's key in the source.
    key: Mapped[str] = mapped_column(String(40))
    #: None: a school that the delivery will make.
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"), index=True)
    uai: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(160))
    #: 'waiting', 'applied', 'failed'; 'stopped' by a threshold.
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    #: Figures by name: ``figures.loaders.SCHOOL_COUNTS``.
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: Why it was stopped or has failed, as ``reasons.pack`` keeps it.
    reason: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    #: Would the delivery leave the school without any of its pupils? Then one person alone cannot lift the threshold (FEED-7).
    empties: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    lifted_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    second_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))


class FeedDecision(Base):
    """Something that a person must decide before a delivery is applied: a class of year N that comes back (S4-3)."""

    __tablename__ = "feed_decision"
    __table_args__ = (UniqueConstraint("import_id", "school_id", "code"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    import_id: Mapped[int] = mapped_column(Id, ForeignKey("feed_import.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    #: The class's code.
    code: Mapped[str] = mapped_column(String(80))
    #: What speaks for it: ``returning_classes.Evidence`` as a document.
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: How many pupils would be without a class if it is refused.
    alone: Mapped[int] = mapped_column(Integer, default=0)
    #: None: undecided; 'accept' or 'refuse'.
    verdict: Mapped[str | None] = mapped_column(String(8))
    decided_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]


class FeedRefusedClass(Base):
    """A class of a year that a school has refused: no delivery makes it, until the refusal is taken back (S4-3)."""

    __tablename__ = "feed_refused_class"
    __table_args__ = (UniqueConstraint("school_id", "year_id", "code"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    year_id: Mapped[int] = mapped_column(Id, ForeignKey("school_year.id"))
    code: Mapped[str] = mapped_column(String(80))
    refused_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    refused_at: Mapped[datetime]


class FeedReject(SetAside, Base):
    """An entry that a feed could not take, or one of its links, with the reason (FEED-6, S4-7)."""

    __tablename__ = "feed_reject"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    import_id: Mapped[int] = mapped_column(Id, ForeignKey("feed_import.id", ondelete="CASCADE"), index=True)
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"), index=True)
    category: Mapped[str] = mapped_column(String(20))
    entry: Mapped[str] = mapped_column(String(80))
    #: False: the entry came in, only one of its links was set aside.
    whole: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    #: The reason's French template, and its values.
    reason: Mapped[str] = mapped_column(Text)
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class FeedStructure(Base):
    """A structure as a feed knows it; it becomes a school when a pupil, class or group names it (FEED-9)."""

    __tablename__ = "feed_structure"
    __table_args__ = (UniqueConstraint("source", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(40))
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"))
    #: Which delivery last spoke for it, while its report is kept (S3-2), and its day: an older one is refused.
    import_id: Mapped[int | None] = mapped_column(Id, ForeignKey("feed_import.id", ondelete="SET NULL"))
    delivered_on: Mapped[date | None]
    #: The number of the complete delivery that last held it, or should have; its report may be gone. Structures with the same one
    #: come together, so that one that is missing among them is missed (FEED-7).
    delivered_with: Mapped[int | None] = mapped_column(BigInteger)


class FeedAlias(Base):
    """Another key under which a feed names somebody: a CM2 pupil's key before 6e, matched by INE (FEED-5)."""

    __tablename__ = "feed_alias"

    source: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: Digest of the record last read under this key.
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary)


class FeedDeparture(Base):
    """Somebody whom a complete feed no longer names in any of its schools; the row goes when they are back (FEED-6, ACCT-6)."""

    __tablename__ = "feed_departure"
    __table_args__ = (Index("ix_feed_departure_import_id", "import_id"),)

    source: Mapped[str] = mapped_column(String(20), primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    #: The delivery that no longer named them, while its report is kept (S3-2).
    import_id: Mapped[int | None] = mapped_column(Id, ForeignKey("feed_import.id", ondelete="SET NULL"))
    #: Machine time.
    noticed_at: Mapped[datetime]
