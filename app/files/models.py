"""The table of blobs. The bytes stand in the data folder under their hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Blob(Base):
    """Bytes kept once, whoever refers to them. ``kind`` is the media type that was checked, not the one that was claimed."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(100))
    stored_at: Mapped[datetime]
    #: Seen without any reference since then (portal time); its bytes go a day later.
    unreferenced_at: Mapped[datetime | None]
