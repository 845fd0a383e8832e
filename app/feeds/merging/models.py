"""Which guardians were merged, until their source tells them apart no more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id


class GuardianMerge(Base):
    """A guardian's second record, merged into the older account (KIN-4). The school is asked to merge them in SIECLE too."""

    __tablename__ = "guardian_merge"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: The school whose head merged them; None: the project did, across schools.
    school_id: Mapped[int | None] = mapped_column(Id, ForeignKey("school.id"), index=True)
    kept_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    #: The younger record, empty and disabled since.
    merged_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"), index=True)
    #: The source and the key that lead to the kept account from now on.
    source: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(60))
    merged_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    merged_at: Mapped[datetime]
    #: The last import that still carried the second record, and the one since which none does.
    carried_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
