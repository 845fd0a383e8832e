"""Adding, renaming, replacing and copying files, and the room that they take (PORTAL-1, PORTAL-14, DATA-4, DATA-5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import case, select, update

from app.audit.actions import Actor, record
from app.content.actions import demand_version
from app.content.media.problems import OtherKind, QuotaTooLarge
from app.content.media.queries import personal_section
from app.content.models import Folder, MediaFile, Section
from app.content.services.queries import Entered
from app.content.spaces import FIRST_SERVICES, SpaceKind
from app.db import db
from app.directory.models import Person
from app.errors import NotFound
from app.files.actions import receive
from app.files.checking import KINDS
from app.files.names import checked_name, ending, numbered, safe_name
from app.files.problems import FileRefused, QuotaReached
from app.profiles import Profile
from app.web.uploads import Upload
from app.weights import weight

#: A school's administrators may allow a section this many times what its manager may.
ADMINISTRATORS_TIMES = 10


def take_room(section_id: int, size: int) -> None:
    """Count ``size`` bytes as used, if the quota allows it: in one statement, so that two at once cannot pass it together.

    A negative size gives room back. Raises ``QuotaReached``, which says what is left (PORTAL-14).
    """
    after = Section.used + size
    change = update(Section).where(Section.id == section_id).values(used=case((after < 0, 0), else_=after))
    if size > 0:
        change = change.where(after <= Section.quota)
    options = {"synchronize_session": False, "set_aside": True}
    taken = db.session.execute(change.returning(Section.id).execution_options(**options)).scalar_one_or_none()
    if taken is None:
        quota, used = db.session.execute(select(Section.quota, Section.used).where(Section.id == section_id)).one()
        raise QuotaReached(left=weight(max(quota - used, 0)), size=weight(size))
    kept = db.session.identity_map.get(db.session.identity_key(Section, section_id))
    if kept is not None:
        db.session.expire(kept, ["used"])


def set_quota(section: Section, quota: int, *, most: int, by: Actor, now: datetime) -> None:
    """Give the section ``quota`` bytes, at most ``most`` (PORTAL-14). Raises ``QuotaTooLarge``, also below what is used."""
    if quota > most or quota < section.used:
        raise QuotaTooLarge(most=weight(most), used=weight(section.used))
    if quota != section.quota:
        before, section.quota = section.quota, quota
        record(
            "section.quota-set",
            by=by,
            now=now,
            subject=("section", section.id),
            school_id=section.school_id,
            before={"quota": before},
            after={"quota": quota},
        )


def own_space(person_id: int, *, by: Actor, now: datetime) -> Section:
    """Somebody's personal space, made when it is first needed (PORTAL-3). The person's row is locked: there is one each."""
    if db.session.scalar(select(Person.id).where(Person.id == person_id).with_for_update()) is None:
        raise NotFound()
    found = personal_section(person_id)
    if found is None:
        found = Section(
            kind=SpaceKind.PERSONAL,
            person_id=person_id,
            title="Mes documents",
            slug=f"personnel-{person_id}",
            services=[service.value for service in FIRST_SERVICES[SpaceKind.PERSONAL]],
            visible=False,
            restricted=True,
            created_at=now,
        )
        db.session.add(found)
        db.session.flush()
        record("section.added", by=by, now=now, subject=("section", found.id))
    return found


def add_files(
    section: Section,
    given: Iterable[Upload],
    *,
    folder: Folder | None,
    shared: bool,
    shows_pupils: bool,
    author_profile: Profile | None,
    by: Actor,
    now: datetime,
) -> tuple[list[MediaFile], list[FileRefused]]:
    """Take what somebody sends into a folder (None: the top): the files that were added, and why others were not.

    A refused one leaves nothing behind. A name that is there already is numbered.
    """
    taken = _names_in(section.id, folder.id if folder else None, shared)
    added, refused = [], []
    for upload in given:
        try:
            received = receive(upload.stream, upload.name, now=now, afford=lambda size: take_room(section.id, size))
        except FileRefused as problem:
            refused.append(problem)
            continue
        file = MediaFile(
            section_id=section.id,
            school_id=section.school_id,
            folder_id=folder.id if folder else None,
            shared=shared,
            sha256=received.sha256,
            name=numbered(received.name, taken),
            kind=received.kind,
            size=received.size,
            author_id=by.person_id,
            author_profile=author_profile,
            shows_pupils=shows_pupils,
            created_at=now,
        )
        db.session.add(file)
        added.append(file)
    db.session.flush()
    for file in added:
        _record("media.added", file, by=by, now=now, after={"size": file.size, "kind": file.kind})
    return added, refused


def change_file(
    file: MediaFile,
    *,
    name: str,
    folder: Folder | None,
    shows_pupils: bool,
    version: int,
    by: Actor,
    now: datetime,
) -> None:
    """Rename a file, move it within its library, say whether pupils show on it (CLASS-2).

    A name without an ending keeps the old one. Raises ``BadName``, ``OtherKind``, ``ChangedMeanwhile``.
    """
    demand_version(file.version, version)
    wanted = checked_name(name)
    if not ending(wanted) and ending(file.name):
        wanted = checked_name(f"{wanted}.{ending(file.name)}")
    if ending(wanted) != ending(file.name) and KINDS.get(ending(wanted), ("",))[0] != file.kind:
        raise OtherKind(ending=ending(file.name))
    folder_id = folder.id if folder else None
    if (wanted, folder_id) != (file.name, file.folder_id):
        wanted = numbered(wanted, _names_in(file.section_id, folder_id, file.shared, but=file.id))
    before = {"folder": file.folder_id, "shows_pupils": file.shows_pupils}
    renamed = wanted != file.name
    file.name, file.folder_id, file.shows_pupils = wanted, folder_id, shows_pupils
    after = {"folder": file.folder_id, "shows_pupils": file.shows_pupils}
    if renamed or before != after:
        _record("media.changed", file, by=by, now=now, before=before, after=after | {"renamed": renamed})


def replace_file(file: MediaFile, upload: Upload, *, version: int, by: Actor, now: datetime) -> None:
    """A new version of the file under its old name, which says what the content must be (DATA-5).

    Only the difference is counted. Raises ``FileRefused``'s kinds and ``ChangedMeanwhile``; then the old version stays.
    """
    demand_version(file.version, version)
    received = receive(
        upload.stream, file.name, now=now, afford=lambda size: take_room(file.section_id, size - file.size)
    )
    before = {"sha256": file.sha256, "size": file.size}
    if received.sha256 == file.sha256:
        return
    file.sha256, file.size, file.created_at = received.sha256, received.size, now
    _record("media.replaced", file, by=by, now=now, before=before, after={"sha256": file.sha256, "size": file.size})


def copy_to_own_space(files: Sequence[MediaFile], entered: Entered, *, by: Actor, now: datetime) -> int:
    """Copy chosen files into the visitor's personal space, in a folder with the section's name; how many were new (DATA-4).

    By reference: the bytes are kept once, and count in both quotas. What lies there already is not copied again. Raises
    ``QuotaReached``: then nothing is copied.
    """
    own = own_space(entered.person_id, by=by, now=now)
    if own.id == entered.section.id:
        return 0
    folder = _folder_called(own, safe_name(entered.section.title)[:120], by=by, now=now)
    here = (MediaFile.section_id == own.id, MediaFile.folder_id == folder.id, MediaFile.trashed_at.is_(None))
    present = set(db.session.scalars(select(MediaFile.sha256).where(*here)))
    new: dict[str, MediaFile] = {}
    for file in files:
        if file.sha256 not in present:
            new.setdefault(file.sha256, file)
    take_room(own.id, sum(file.size for file in new.values()))
    names = _names_in(own.id, folder.id, shared=False)
    for file in new.values():
        made = MediaFile(
            section_id=own.id,
            folder_id=folder.id,
            sha256=file.sha256,
            name=numbered(file.name, names),
            kind=file.kind,
            size=file.size,
            author_id=by.person_id,
            author_profile=entered.profile,
            shows_pupils=file.shows_pupils,
            created_at=now,
        )
        db.session.add(made)
    db.session.flush()
    if new:
        record(
            "media.copied",
            by=by,
            now=now,
            subject=("section", entered.section.id),
            school_id=entered.section.school_id,
            after={"files": sorted(file.id for file in new.values())},
        )
    return len(new)


def _folder_called(section: Section, name: str, *, by: Actor, now: datetime) -> Folder:
    query = select(Folder).where(
        Folder.section_id == section.id,
        Folder.parent_id.is_(None),
        Folder.shared.is_(False),
        Folder.trashed_at.is_(None),
        Folder.name == name,
    )
    found = db.session.scalar(query.limit(1))
    if found is None:
        found = Folder(section_id=section.id, name=name, author_id=by.person_id, created_at=now)
        db.session.add(found)
        db.session.flush()
    return found


def _names_in(section_id: int, folder_id: int | None, shared: bool, *, but: int | None = None) -> set[str]:
    """The names that a folder has, without regard to case."""
    query = select(MediaFile.name).where(
        MediaFile.section_id == section_id,
        MediaFile.folder_id.is_(None) if folder_id is None else MediaFile.folder_id == folder_id,
        MediaFile.shared == shared,
        MediaFile.trashed_at.is_(None),
    )
    if but is not None:
        query = query.where(MediaFile.id != but)
    return {name.casefold() for name in db.session.scalars(query)}


def _record(
    action: str,
    file: MediaFile,
    *,
    by: Actor,
    now: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    record(action, by=by, now=now, subject=("media", file.id), school_id=file.school_id, before=before, after=after)
