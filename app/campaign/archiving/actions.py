"""Building an archive outside any write transaction, reading it back, and filing it: section, personal documents or message (G9).

Only the reference is transactional: a crash before it leaves a file that is swept away, or one that is made again, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from app.audit.actions import SCHEDULER
from app.campaign.archiving.queries import PLAIN
from app.campaign.problems import ArchiveDamaged, NobodyToSend
from app.campaign.running.models import RunTask
from app.content.models import MediaFile, Section, SectionRole
from app.content.spaces import FIRST_SERVICES, SpaceKind, SpaceRole
from app.db import db
from app.directory.models import Person, PersonFunction
from app.directory.queries import holders
from app.fates import Scope
from app.files.actions import Received, adopt, incoming, put_in_place
from app.files.bundles import verify
from app.files.models import Archive
from app.files.names import numbered, safe_name
from app.files.problems import Damaged
from app.messaging.actions import post
from app.messaging.models import Message, MessageAttachment, MessageCopy
from app.profiles import Role
from app.pulse import PUBLIC, bump
from app.schoollife import rollover as schoollife
from app.schoollife.archives.units import Unit
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


def build(archive: str, unit: Unit, school_id: int, scope: Scope, keep_going: Callable[[], None]) -> Built:
    """Write one archive under a temporary name, read it back, and move it to its place; no row is written.

    Raises what ``keep_going`` raises, ``ArchiveDamaged`` where it does not read back, OSError for a full disk: then nothing
    remains.
    """
    temporary = incoming()
    try:
        with temporary.open("x+b") as stream:
            covers = schoollife.write_archive(archive, unit, school_id, scope, stream, keep_going)
            stream.flush()
            if archive not in PLAIN:
                _read_back(stream, unit, covers)
        sha256, size = put_in_place(temporary)
    finally:
        temporary.unlink(missing_ok=True)
    return Built(unit=unit, sha256=sha256, size=size, covers=covers)


def _read_back(stream: object, unit: Unit, covers: dict[str, tuple[int, int]]) -> None:
    try:
        manifest = verify(stream)  # type: ignore[arg-type]
    except Damaged as problem:
        raise ArchiveDamaged(title=unit.title, why=problem.words) from None
    if dict(manifest.covers) != covers:
        raise ArchiveDamaged(title=unit.title, why="covers")


def file_away(archive: str, built: Built, task: RunTask, *, campaign_id: int, school_id: int, scope: Scope) -> None:
    """Refer to a built archive: its row, and where people find it; every row is marked as the task's, for its undo.

    Raises ``NobodyToSend`` for sanctions in a school without a head (S2-6, CHECK-4).
    """
    kind = "text/csv" if archive in PLAIN else "application/zip"
    adopt(built.sha256, size=built.size, kind=kind, now=scope.now)
    db.session.add(
        Archive(
            campaign_id=campaign_id,
            begins=scope.begins,
            school_id=school_id,
            kind=archive,
            unit_id=built.unit.id,
            title=built.unit.title,
            owner_id=built.unit.owner_id,
            sha256=built.sha256,
            size=built.size,
            covers={name: list(figures) for name, figures in built.covers.items()},
            made_at=scope.now,
            verified_at=scope.now,
            made_by=task.id,
        )
    )
    db.session.flush()
    year = YearName(begins=scope.begins)
    if archive in PLAIN:
        name = f"sanctions-{year}.csv"
        _send_to_heads(
            Received(sha256=built.sha256, name=name, kind=kind, size=built.size), school_id, year, task, scope
        )
        return
    name = f"{safe_name(built.unit.title, archive)}.zip"
    if built.unit.owner_id is not None:
        section = _documents_of(built.unit.owner_id, task.id, scope.now)
    else:
        section = _shelf(archive, school_id, task.id, scope.now)
    _put(section, name, built, task.id, scope.now)


def _put(section: Section, name: str, built: Built, task_id: int, now: datetime) -> None:
    taken = set(
        db.session.scalars(
            select(MediaFile.name).where(
                MediaFile.section_id == section.id, MediaFile.folder_id.is_(None), ~MediaFile.shared
            )
        )
    )
    db.session.add(
        MediaFile(
            section_id=section.id,
            school_id=section.school_id,
            sha256=built.sha256,
            name=numbered(name, taken),
            kind="application/zip",
            size=built.size,
            created_at=now,
            made_by=task_id,
        )
    )
    # The portal's own act: no quota stands in its way (PORTAL-14).
    grown = update(Section).where(Section.id == section.id).values(used=Section.used + built.size)
    db.session.execute(grown, execution_options=_BARE)
    db.session.flush()


def _documents_of(person_id: int, task_id: int, now: datetime) -> Section:
    """Somebody's personal documents, made where they have none yet (S2-4). Their row is locked: there is one space each."""
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    found = db.session.scalar(select(Section).where(Section.person_id == person_id, Section.kind == SpaceKind.PERSONAL))
    if found is not None:
        return found
    return _made(
        Section(
            kind=SpaceKind.PERSONAL,
            person_id=person_id,
            title="Mes documents",
            slug=f"personnel-{person_id}",
            visible=False,
            services=[service.value for service in FIRST_SERVICES[SpaceKind.PERSONAL]],
        ),
        task_id,
        now,
    )


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
