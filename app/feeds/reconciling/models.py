"""What an administrator has decided between a hand's work and a feed's word."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id


class HandVerdict(Base):
    """Somebody's place in a class stays as it was made by hand, or two accounts of one name stay two. It holds for what the feed said."""

    __tablename__ = "hand_verdict"
    __table_args__ = (
        Index("uq_hand_verdict_link", "class_id", "person_id", "role", unique=True),
        Index("uq_hand_verdict_account", "person_id", "other_id", unique=True),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), index=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    #: Of a link: the class and the role there. Of two accounts: the fed one.
    class_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school_class.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(12), default="")
    other_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: What the feed said then (``judging.Said``): where it says something else, the question is asked again.
    said: Mapped[str] = mapped_column(String(64), default="")
    decided_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    #: Portal time.
    decided_at: Mapped[datetime]
