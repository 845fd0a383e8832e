"""The ledger of erasures."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id


class Erasure(Base):
    """Rows of one table that were erased for good: by a retention's end, by LAW-1's clock, or by a hand that meant it.

    It holds numbers, no name and no value: of what is erased nothing else is left. Append-only.
    """

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    #: Tells this entry from every other, here and in the file beside the database.
    token: Mapped[str] = mapped_column(String(32), unique=True)
    #: The table whose rows they were.
    kind: Mapped[str] = mapped_column(String(60))
    #: [[first, last], ...]
    numbers: Mapped[list[list[int]]] = mapped_column(JSON)
    #: Portal time.
    at: Mapped[datetime]
