"""Accounts, sessions, foreign identities, throttles and e-mailed tokens. All instants here are machine time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Id, SetAside
from app.directory.models import Person


class Account(SetAside, Base):
    """What lets a person sign in. The login is kept for life (ACCT-1); no import hashes a password."""

    __tablename__ = "account"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    #: Argon2; None until the person has chosen one.
    password_hash: Mapped[str | None] = mapped_column(String(200))
    #: SHA-256 of the one-time code now good, and until when.
    code_hash: Mapped[str | None] = mapped_column(String(64))
    code_expires_at: Mapped[datetime | None]
    #: The address that the person gave, and when they proved it.
    email: Mapped[str | None] = mapped_column(String(200))
    email_proved_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(2), default="fr")
    created_at: Mapped[datetime]
    #: None: never signed in.
    first_sign_in_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class ForeignIdentity(SetAside, Base):
    """Who somebody is at an identity provider: stored for matching, never made or reset here (ACCT-1)."""

    __tablename__ = "foreign_identity"
    __table_args__ = (UniqueConstraint("provider", "subject"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    provider: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(190))


class SignInSession(Base):
    """A session. The cookie holds a random token, the table its SHA-256; a sign-out ends the row."""

    __tablename__ = "sign_in_session"
    __table_args__ = (Index("ix_sign_in_session_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    #: 'families', 'school', 'authority' or 'guest' (GATE-15: only this door's places count).
    door: Mapped[str] = mapped_column(String(12))
    #: Which provider opened it; empty for the portal's own door.
    provider: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    #: The browser, in a few words, for the list of one's own sessions.
    browser: Mapped[str] = mapped_column(String(120), default="")
    #: The visitor's places and roles when ``facts_revision`` was the directory's: the gate then adds no query.
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    facts_revision: Mapped[int] = mapped_column(BigInteger)
    #: A first secret still has to be changed (ACCT-2).
    must_change: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class Throttle(Base):
    """Failed attempts since ``since`` at a key: 'login:' or 'network:' and a digest of what was typed or where from."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    since: Mapped[datetime]
    blocked_until: Mapped[datetime | None]


class EmailToken(Base):
    """A link sent by e-mail: to prove an address or to choose a new password. Good once."""

    __tablename__ = "email_token"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: 'prove' or 'reset'.
    purpose: Mapped[str] = mapped_column(String(8))
    email: Mapped[str] = mapped_column(String(200))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
