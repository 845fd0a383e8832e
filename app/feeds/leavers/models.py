"""Until when leavers' notices wait."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id


class LeaverPause(Base):
    """The project sends pupils and guardians no notice of leaving yet, in the school year ``begins`` (S4-4)."""

    __tablename__ = "leaver_pause"

    begins: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    #: The last day on which none leaves, in the project's zone.
    until: Mapped[date]
    set_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    #: Portal time.
    set_at: Mapped[datetime]
