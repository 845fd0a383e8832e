"""What a school says of itself on its public site (SITE-5)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, Integer, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Id


class SchoolSite(Base):
    """A school's welcome, contact and banner. A school without a row shows what the directory knows."""

    __tablename__ = "school_site"

    school_id: Mapped[int] = mapped_column(Id, ForeignKey("school.id"), primary_key=True)
    welcome: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(Text, default="")
    opening_hours: Mapped[str] = mapped_column(Text, default="")
    #: Blob of the banner, 1400 x 320 and 1 MB at most.
    banner: Mapped[str | None] = mapped_column(String(64), ForeignKey("blob.sha256"))
    #: What the banner shows, for those who cannot see it.
    banner_text: Mapped[str] = mapped_column(String(200), default="")
    #: The school's own colour, in its banner only.
    colour: Mapped[str] = mapped_column(String(7), default="")
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    #: Counts the changes, so that somebody who edits an older state is told.
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}
