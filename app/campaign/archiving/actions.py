"""Building an archive outside any write transaction, reading it back, and filing it: section, personal documents or message (G9).

Only the reference is transactional: a crash before it leaves a file that is swept away, or one that is made again, byte for byte.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from sqlalchemy import bindparam, insert, select, update

from app.audit.actions import SCHEDULER
from app.campaign.archiving.queries import PLAIN
from app.campaign.problems import ArchiveDamaged, NobodyToSend
from app.campaign.running.models import RunTask
from app.content.models import MediaFile, Section, SectionRole
from app.content.spaces import FIRST_SERVICES, SpaceKind, SpaceRole
from app.db import Base, db
from app.directory.models import Person, PersonFunction
from app.directory.queries import holders
from app.fates import Scope
from app.files.actions import Received, adopt_all, incoming, put_in_place
from app.files.bundles import verify
from app.files.models import Archive
from app.files.names import numbered, safe_name
from app.files.problems import Damaged
from app.messaging.actions import post
from app.messaging.models import Message, MessageAttachment, MessageCopy
from app.profiles import Role
from app.pulse import PUBLIC, bump
from app.schoollife.archives.units import Unit, Writer
from app.schoollife.registers.sections import SECTIONS
from app.schoollife.standing import SCHOOL_LIFE_ASSISTANTS, SCHOOL_LIFE_HEADS, Standing
from app.schoolyear import YearName

#: Under which section of a school its archives stand (S2-9).
_PARENT = ("Classes", "classes")
_FUNCTIONS = {Standing.SCHOOL_LIFE: SCHOOL_LIFE_HEADS, Standing.ASSISTANT: SCHOOL_LIFE_ASSISTANTS}
_BARE = {"synchronize_session": False}


@dataclass(frozen=True, kw_only=True)
class Built:
    """An archive in its place on disk, verified, without a row yet. ``covers``: kind -> (rows, sum of their numbers)."""

    unit: Unit
    sha256: str
    size: int
    covers: dict[str, tuple[int, int]]


def build(archive: str, unit: Unit, write: Writer, keep_going: Callable[[], None]) -> Built:
    """Let ``write`` make one archive under a temporary name, read it back, and move it to its place; no row is written.

    Raises what ``keep_going`` raises, ``ArchiveDamaged`` where it does not read back, OSError for a full disk: then nothing
    remains.
    """
    temporary = incoming()
    try:
        with temporary.open("x+b") as stream, _no_collection():
            covers = write(unit, stream, keep_going)
            stream.flush()
            read = _read_back(stream, unit, covers) if archive not in PLAIN else ""
        sha256, size = put_in_place(temporary, read)
    finally:
        temporary.unlink(missing_ok=True)
    return Built(unit=unit, sha256=sha256, size=size, covers=covers)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Pages are spelled from hundreds of thousands of small things that know nothing of each other: nobody looks for circles."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _read_back(stream: IO[bytes], unit: Unit, covers: dict[str, tuple[int, int]]) -> str:
    """The SHA-256 of what stands on disk, once every byte of it was compared."""
    whole = hashlib.sha256()
    try:
        manifest = verify(stream, whole)
    except Damaged as problem:
        raise ArchiveDamaged(title=unit.title, why=problem.words) from None
    if dict(manifest.covers) != covers:
        raise ArchiveDamaged(title=unit.title, why="covers")
    return whole.hexdigest()


def file_away(
    archive: str, built: Sequence[Built], task: RunTask, *, campaign_id: int, school_id: int, scope: Scope
) -> None:
    """Refer to built archives of a kind: their rows, and where people find them; every row is the task's, for its undo.

    The statements are as many for all of them as for one. Raises ``NobodyToSend`` for sanctions in a school without a head (S2-6,
    CHECK-4).
    """
    kind = "text/csv" if archive in PLAIN else "application/zip"
    adopt_all([(one.sha256, one.size) for one in built], kind=kind, now=scope.now)
    rows = [
        {
            "campaign_id": campaign_id,
            "begins": scope.begins,
            "school_id": school_id,
            "kind": archive,
            "unit_id": one.unit.id,
            "title": one.unit.title,
            "owner_id": one.unit.owner_id,
            "sha256": one.sha256,
            "size": one.size,
            "covers": {name: list(figures) for name, figures in one.covers.items()},
            "made_at": scope.now,
            "verified_at": scope.now,
            "made_by": task.id,
        }
        for one in built
    ]
    db.session.execute(insert(Archive), rows)
    if archive in PLAIN:
        year = YearName(begins=scope.begins)
        for one in built:
            file = Received(sha256=one.sha256, name=f"sanctions-{year}.csv", kind=kind, size=one.size)
            _send_to_heads(file, school_id, year, task, scope)
        return
    owners = [one.unit.owner_id for one in built if one.unit.owner_id is not None]
    spaces = _documents_of(owners, task.id, scope.now) if owners else {}
    shelf = _shelf(archive, school_id, task.id, scope.now).id if len(owners) < len(built) else 0
    _put([(spaces.get(one.unit.owner_id or 0, shelf), one) for one in built], archive, school_id, task.id, scope.now)


def _put(placed: Sequence[tuple[int, Built]], archive: str, school_id: int, task_id: int, now: datetime) -> None:
    """Put archives at the top of sections' libraries, each under a name that is free there."""
    sections = {section_id for section_id, _one in placed}
    names = select(MediaFile.section_id, MediaFile.name).where(
        MediaFile.section_id.in_(sections), MediaFile.folder_id.is_(None), ~MediaFile.shared
    )
    taken: dict[int, set[str]] = {section_id: set() for section_id in sections}
    for section_id, name in db.session.execute(names):
        taken[section_id].add(name.casefold())
    files, grown = [], dict.fromkeys(sorted(sections), 0)
    for section_id, one in placed:
        grown[section_id] += one.size
        files.append(
            {
                "section_id": section_id,
                "school_id": None if one.unit.owner_id is not None else school_id,
                "sha256": one.sha256,
                "name": numbered(f"{safe_name(one.unit.title, archive)}.zip", taken[section_id]),
                "kind": "application/zip",
                "size": one.size,
                "created_at": now,
                "made_by": task_id,
            }
        )
    db.session.execute(insert(MediaFile), files)
    # The portal's own act: no quota stands in its way (PORTAL-14).
    section = Base.metadata.tables[Section.__tablename__]
    more = update(section).where(section.c.id == bindparam("which")).values(used=section.c.used + bindparam("more"))
    db.session.connection().execute(more, [{"which": section_id, "more": size} for section_id, size in grown.items()])


def _documents_of(people: Sequence[int], task_id: int, now: datetime) -> dict[int, int]:
    """The personal documents of some people, made where they have none yet (S2-4): person -> section.

    Their rows are locked, in one order everywhere: there is one space each.
    """
    locked = select(Person.id).where(Person.id.in_(people)).order_by(Person.id).with_for_update()
    known = select(Section.person_id, Section.id).where(
        Section.person_id.in_(people), Section.kind == SpaceKind.PERSONAL
    )
    there = list(db.session.scalars(locked))
    found = {person or 0: section for person, section in db.session.execute(known)}
    if missing := [person for person in there if person not in found]:
        made = [
            {
                "kind": SpaceKind.PERSONAL,
                "person_id": person,
                "title": "Mes documents",
                "slug": f"personnel-{person}",
                "visible": False,
                "services": [service.value for service in FIRST_SERVICES[SpaceKind.PERSONAL]],
                "restricted": True,
                "created_at": now,
                "made_by": task_id,
            }
            for person in missing
        ]
        db.session.execute(insert(Section), made)
        found |= {person or 0: section for person, section in db.session.execute(known)}
        bump(db.session(), PUBLIC)
    return found


def _shelf(archive: str, school_id: int, task_id: int, now: datetime) -> Section:
    """The section in which a school's archives of a kind stand, under 'Classes', with its readers (S2-3, S2-5, S2-9)."""
    title, readers = SECTIONS[archive]
    found = _section_called(school_id, f"archives-{archive}")
    if found is not None:
        return found
    parent = _section_called(school_id, _PARENT[1])
    if parent is None:
        parent = _made(
            Section(school_id=school_id, kind=SpaceKind.SCHOOL, title=_PARENT[0], slug=_PARENT[1], services=[]),
            task_id,
            now,
        )
    section = _made(
        Section(
            school_id=school_id,
            kind=SpaceKind.SCHOOL,
            parent_id=parent.id,
            title=title,
            slug=f"archives-{archive}",
            services=["media"],
        ),
        task_id,
        now,
    )
    # Heads and administrators are managers of every section of their school; others are named (S2-9).
    codes = {code for reader in readers for code in _FUNCTIONS.get(reader, ())}
    people = select(PersonFunction.person_id).where(
        PersonFunction.school_id == school_id, PersonFunction.code.in_(codes)
    )
    for person_id in sorted(set(db.session.scalars(people))) if codes else ():
        db.session.add(
            SectionRole(
                section_id=section.id, role=SpaceRole.VISITOR, person_id=person_id, given_at=now, made_by=task_id
            )
        )
    return section


def _section_called(school_id: int, slug: str) -> Section | None:
    query = select(Section).where(Section.school_id == school_id, Section.slug == slug, Section.trashed_at.is_(None))
    return db.session.scalar(query)


def _made(section: Section, task_id: int, now: datetime) -> Section:
    section.restricted, section.created_at, section.made_by = True, now, task_id
    db.session.add(section)
    db.session.flush()
    bump(db.session(), PUBLIC)
    return section


def _send_to_heads(file: Received, school_id: int, year: YearName, task: RunTask, scope: Scope) -> None:
    """S2-6: by internal message to whoever holds the function of head, and nowhere else."""
    heads = [person.id for person in holders(Role.HEAD, school_id) if person.died_on is None]
    if not heads:
        raise NobodyToSend()
    message = post(
        subject=f"Sanctions de l’année {year}",
        source=(
            f"Voici, en pièce jointe, le tableau des sanctions de l’année {year}.\n\n"
            "Il n’est archivé nulle part ailleurs : enregistrez-le là où votre établissement conserve ces documents. "
            "Ce message n’est pas effacé par la bascule."
        ),
        person_ids=heads,
        school_id=school_id,
        step=2,
        files=[file],
        by=SCHEDULER,
        now=scope.now,
    )
    # Not by the rows themselves: a version that has risen is somebody's edit, and an undo would leave it (G8).
    for made in (
        update(Message).where(Message.id == message.id),
        update(MessageAttachment).where(MessageAttachment.message_id == message.id),
        update(MessageCopy).where(MessageCopy.message_id == message.id),
    ):
        db.session.execute(made.values(made_by=task.id), execution_options=_BARE)
