"""Stopping imports, resuming them, keeping what arrives meanwhile (CAL-3, FEED-4). Never commits."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select

from app import clock
from app.audit.actions import Actor, record
from app.db import db
from app.errors import Misused, Refused
from app.feeds.models import FeedImport
from app.feeds.pauses.models import FeedPause
from app.feeds.pauses.queries import paused, standing
from app.feeds.reasons import pack
from app.feeds.targets import TARGETS
from app.files.names import safe_name
from app.schoolyear import local_day
from app.words import N_, Words

#: Where kept deliveries lie, in the data folder, and how they are called there: by their import's number.
FOLDER = "deliveries"
_COPY = re.compile(r"\.?(\d+)[-.].*", re.DOTALL)
#: Whole academies' people lie in a kept delivery: it waits no longer than a leaver's data do (LAW-1).
KEPT = timedelta(days=90)
#: Nobody copies a delivery for so long.
_COPYING = timedelta(days=1)


class UnknownTarget(Misused):
    message = N_("« %(target)s » n’est pas une destination d’import.")
    advice = N_("Les destinations sont : %(known)s.")


class NothingPaused(Refused):
    message = N_("Les imports de « %(target)s » ne sont pas arrêtés.")
    advice = N_("Rien à lever : ils passent normalement.")


class Suspended(Refused):
    """A delivery that arrived while its target is stopped: kept, not applied (FEED-4)."""

    message = N_("Les imports sont arrêtés par le calendrier : la livraison est gardée, rien n’est appliqué.")
    advice = N_(
        "Les imports reprennent au jour dit du calendrier, ou quand un exploitant lève l’arrêt (« feeds resume »)."
    )


def demand_target(target: str) -> None:
    """Raises ``UnknownTarget`` for what cannot be stopped."""
    if target not in TARGETS:
        raise UnknownTarget(target=target, known=", ".join(TARGETS))


def pause(
    target: str,
    *,
    starts_at: datetime,
    ends_at: datetime | None = None,
    source: str = "operator",
    by: Actor,
    now: datetime,
) -> FeedPause:
    """Stop the imports of ``target`` between two instants (portal time); without an end until ``resume``.

    Raises ``UnknownTarget``, and ``Misused`` for an end that is not after the start.
    """
    demand_target(target)
    if ends_at is not None and ends_at <= starts_at:
        raise Misused(Words(N_("L’arrêt finirait avant de commencer.")), field="until")
    made = FeedPause(target=target, starts_at=starts_at, ends_at=ends_at, source=source, created_at=now)
    db.session.add(made)
    db.session.flush()
    record("feed.paused", by=by, now=now, subject=("feed-pause", made.id), after=_told(made))
    return made


def change_pause(made: FeedPause, *, starts_at: datetime, ends_at: datetime | None, by: Actor, now: datetime) -> None:
    """Move a pause. One that was lifted stays lifted, unless it now begins later."""
    if (made.starts_at, made.ends_at) == (starts_at, ends_at):
        return
    before = _told(made)
    made.starts_at, made.ends_at = starts_at, ends_at
    if made.lifted_at is not None and starts_at > now:
        made.lifted_at = None
    record("feed.pause-changed", by=by, now=now, subject=("feed-pause", made.id), before=before, after=_told(made))


def remove_pause(made: FeedPause, *, by: Actor, now: datetime) -> None:
    """Take back a pause that is no longer planned."""
    record("feed.pause-removed", by=by, now=now, subject=("feed-pause", made.id), before=_told(made))
    db.session.delete(made)


def resume(target: str, *, by: Actor, now: datetime) -> list[int]:
    """Lift whatever stops ``target`` now; the pauses' numbers. Raises ``UnknownTarget`` and ``NothingPaused``."""
    demand_target(target)
    found = db.session.scalars(select(FeedPause).where(standing(target, now)).order_by(FeedPause.id)).all()
    if not found:
        raise NothingPaused(target=target)
    for made in found:
        made.lifted_at = now
        record("feed.resumed", by=by, now=now, subject=("feed-pause", made.id), after={"target": target})
    return [made.id for made in found]


def keep_if_paused(
    path: Path,
    *,
    target: str,
    source: str,
    year_id: int,
    zone: str,
    command: str | None = None,
    uai: str | None = None,
    by: Actor,
    now: datetime,
) -> Suspended | None:
    """Keep the delivery at ``path`` if ``target`` is stopped at ``now``: the refusal that says so and where it lies.

    None where imports are welcome; nothing is kept then. ``command``: how the import is started again, without its path; without it
    the delivery is planned from its copy (``applying.jobs``) and applied by its number. ``uai``: the school that was given with a
    format that does not name it; the copy's name tells it from then on.
    """
    stop = paused(target, now)
    if stop is None:
        return None
    made = FeedImport(
        source=source,
        name=path.name[:200],
        digest="",
        year_id=year_id,
        state="kept",
        started_at=clock.machine_now(),
        finished_at=clock.machine_now(),
        counts={},
        warnings=[],
    )
    db.session.add(made)
    db.session.flush()
    kept, made.digest = _copied(path, made.id, uai or "")
    words = Words(
        N_("Les imports de « %(target)s » sont arrêtés depuis le %(since)s : la livraison est gardée sous %(path)s."),
        target=Words(TARGETS[target]),
        since=local_day(stop.starts_at, ZoneInfo(zone)),
        path=str(kept),
    )
    more = {"target": target, "again": f"feeds apply {made.id}" if command is None else f"{command} {kept}"}
    hint = Words(
        N_("Rien n’est appliqué. Levez l’arrêt avec « feeds resume %(target)s », puis lancez « %(again)s »."), **more
    )
    if stop.ends_at is not None:
        sentence = N_(
            "Rien n’est appliqué. Les imports reprennent le %(until)s : lancez alors « %(again)s ». « feeds resume "
            "%(target)s » lève l’arrêt avant."
        )
        hint = Words(sentence, until=stop.ends_at, zone=zone, **more)
    made.reason = pack(words)
    record("feed.kept", by=by, now=now, subject=("feed-import", made.id), after={"name": made.name, "pause": stop.id})
    return Suspended(words, hint=hint)


def kept_path(number: int) -> Path | None:
    """Where the delivery of that import lies; None where it is gone."""
    folder = Path(current_app.extensions["settings"].data_dir) / FOLDER
    return next(iter(sorted(folder.glob(f"{number}-*"))), None)


def erase_copy(number: int) -> None:
    """Erase the kept delivery of that import, and what an interruption has left of one."""
    folder = Path(current_app.extensions["settings"].data_dir) / FOLDER
    for path in (*folder.glob(f"{number}-*"), folder / f".{number}.part"):
        _erase(path)


def _erase(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def sweep_copies(*, machine_now: datetime) -> int:
    """Erase the copies of deliveries that wait no more; how many. One that waits since ``KEPT`` is withdrawn (LAW-1, G17)."""
    overdue = select(FeedImport).where(FeedImport.state == "kept", FeedImport.started_at < machine_now - KEPT)
    for made in db.session.scalars(overdue):
        made.state = "withdrawn"
    folder = Path(current_app.extensions["settings"].data_dir) / FOLDER
    lying = {path: int(found[1]) for path in folder.glob("*") if (found := _COPY.fullmatch(path.name))}
    states = select(FeedImport.id, FeedImport.state).where(FeedImport.id.in_(lying.values()))
    known: dict[int, str] = dict(db.session.execute(states).all())
    erased = 0
    for path, number in lying.items():
        whole = not path.name.startswith(".")
        # One that is being copied has no report yet that anybody else could see.
        copying = (not whole or number not in known) and path.lstat().st_ctime > (machine_now - _COPYING).timestamp()
        if not copying and not (whole and known.get(number) == "kept"):
            _erase(path)
            erased += 1
    return erased


def _copied(path: Path, number: int, uai: str) -> tuple[Path, str]:
    """A copy of a file or folder in the data folder, written under another name first; and the digest of what it holds."""
    folder = Path(current_app.extensions["settings"].data_dir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    name = path.name if not uai or uai.upper() in path.name.upper() else f"{uai}-{path.name}"
    target = folder / f"{number}-{safe_name(name)}"
    waiting = folder / f".{number}.part"
    erase_copy(number)
    if path.is_dir():
        shutil.copytree(path, waiting, symlinks=False)
    else:
        shutil.copyfile(path, waiting)
    digest = hashlib.sha256()
    for one in sorted(waiting.rglob("*")) if waiting.is_dir() else [waiting]:
        if one.is_file():
            with one.open("rb") as read:
                digest.update(hashlib.file_digest(read, "sha256").digest())
                os.fsync(read.fileno())
    waiting.rename(target)
    return target, digest.hexdigest()


def _told(made: FeedPause) -> dict[str, str | None]:
    return {
        "target": made.target,
        "from": made.starts_at.isoformat(),
        "to": made.ends_at.isoformat() if made.ends_at else None,
        "source": made.source,
    }
