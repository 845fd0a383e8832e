"""Reading archives back: whether they are whole, and cover exactly what is about to be removed (G9)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import IO

from sqlalchemy import select

from app.campaign.problems import ArchiveDamaged, NotCovered
from app.db import db
from app.errors import Refused
from app.files.bundles import MANIFEST, manifest_of, verify
from app.files.models import Archive
from app.files.problems import Damaged
from app.files.queries import path_of
from app.words import N_, Words

#: Archives that are a table alone: nothing inside them to compare, only their bytes.
PLAIN = frozenset({"sanctions-csv"})


def archives_of(school_id: int, *, campaign_id: int | None = None, kind: str | None = None) -> Sequence[Archive]:
    """The live archives of a school, by kind and title."""
    query = select(Archive).where(Archive.school_id == school_id)
    if campaign_id is not None:
        query = query.where(Archive.campaign_id == campaign_id)
    if kind is not None:
        query = query.where(Archive.kind == kind)
    return db.session.scalars(query.order_by(Archive.kind, Archive.title, Archive.id)).all()


def check(archive: Archive) -> None:
    """Read an archive back to the last byte. Raises ``ArchiveDamaged``, naming what is wrong with it.

    Its name is the SHA-256 of the very bytes whose every entry was compared with the manifest before it was filed.
    """
    try:
        with path_of(archive.sha256).open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != archive.sha256:
                _name_damage(archive, stream)
            if archive.kind in PLAIN:
                return
            manifest = manifest_of(stream)
            covers = {kind: list(figures) for kind, figures in manifest.covers.items()}
            if covers != {kind: list(figures) for kind, figures in archive.covers.items()}:
                raise Damaged(part=MANIFEST)
    except FileNotFoundError:
        raise ArchiveDamaged(title=archive.title, why=Words(N_("son fichier manque"))) from None
    except OSError as problem:
        raise ArchiveDamaged(title=archive.title, why=str(problem)) from None
    except Refused as problem:
        raise ArchiveDamaged(title=archive.title, why=problem.words) from None


def _name_damage(archive: Archive, stream: IO[bytes]) -> None:
    """Raises ``Damaged`` with the part that is not what it was."""
    if archive.kind in PLAIN:
        raise Damaged(part="")
    verify(stream)
    # A bundle, but another one.
    raise Damaged(part=MANIFEST)


def demand_covered(
    kind: str,
    archive: str,
    *,
    campaign_id: int,
    school_id: int,
    count: int,
    total: int,
    keep_going: Callable[[], None],
    checked: set[int],
) -> None:
    """Let ``count`` rows of ``kind``, whose numbers sum up to ``total``, be removed: verified archives hold exactly these (G9).

    ``checked`` remembers what was read back. Raises ``NotCovered``, ``ArchiveDamaged``, and what ``keep_going`` raises.
    """
    found = archives_of(school_id, campaign_id=campaign_id, kind=archive)
    rows = [one.covers.get(kind, (0, 0)) for one in found]
    if (sum(row[0] for row in rows), sum(row[1] for row in rows)) != (count, total):
        raise NotCovered(archive=archive, archived=sum(row[0] for row in rows), planned=count)
    for one in found:
        if one.id not in checked:
            keep_going()
            check(one)
            checked.add(one.id)
