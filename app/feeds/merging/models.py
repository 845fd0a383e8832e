"""Which records were merged, and what it takes to tell them apart again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id


class GuardianMerge(Base):
    """Somebody's second record, merged into the older account (KIN-4). Of a guardian the school is asked to merge them in SIECLE too."""

    __tablename__ = "guardian_merge"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: 'guardian', or 'account': one made by hand and the one that a feed brought (PORTAL-8).
    kind: Mapped[str] = mapped_column(String(10), default="guardian", server_default="guardian")
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
    #: What was moved, folded and changed, by numbers (``loaders``); None: it cannot be undone from here.
    image: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id", ondelete="SET NULL"))
    #: What the undoing could not bring back, as ``moved.Conflict`` lists it.
    conflicts: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
