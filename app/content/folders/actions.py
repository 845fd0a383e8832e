"""Making, renaming and moving folders; the trash of folders and files. A folder goes and comes back with all that is in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from app.audit.actions import Actor, record
from app.content.actions import demand_version
from app.content.media.actions import take_room
from app.content.media.problems import TooDeep, TooManyFolders
from app.content.media.queries import folder_in, tree_of
from app.content.media.tree import DEEPEST, MOST_FOLDERS, Node, Tree
from app.content.models import Folder, MediaFile, Section
from app.db import db
from app.errors import NotFound
from app.files.names import checked_name


def add_folder(section: Section, name: str, *, parent: Folder | None, shared: bool, by: Actor, now: datetime) -> Folder:
    """A new folder in ``parent`` (None: the top). Raises ``BadName``, ``TooDeep``, ``TooManyFolders``."""
    tree = tree_of(section, shared)
    if len(tree) >= MOST_FOLDERS:
        raise TooManyFolders()
    if tree.depth(parent.id if parent else None) >= DEEPEST:
        raise TooDeep()
    folder = Folder(
        section_id=section.id,
        school_id=section.school_id,
        parent_id=parent.id if parent else None,
        name=checked_name(name)[:120],
        shared=shared,
        author_id=by.person_id,
        created_at=now,
    )
    db.session.add(folder)
    db.session.flush()
    _record("folder.added", folder, by=by, now=now)
    return folder


def change_folder(
    folder: Folder, section: Section, *, name: str, parent_id: int | None, version: int, by: Actor, now: datetime
) -> None:
    """Rename a folder or move it. Raises ``BadName``, ``TooDeep`` (also under itself), ``ChangedMeanwhile``, ``NotFound``."""
    demand_version(folder.version, version)
    wanted = checked_name(name)[:120]
    if parent_id != folder.parent_id:
        folder_in(section, parent_id, folder.shared)
        if not tree_of(section, folder.shared).may_move(folder.id, parent_id):
            raise TooDeep()
    if (wanted, parent_id) != (folder.name, folder.parent_id):
        before = {"parent": folder.parent_id}
        folder.name, folder.parent_id = wanted, parent_id
        _record("folder.changed", folder, by=by, now=now, before=before, after={"parent": parent_id})


def holds_others(folder: Folder, section: Section, person_id: int) -> bool:
    """Does anything in the folder, however deep, belong to somebody else?"""
    numbers = tree_of(section, folder.shared).beneath(folder.id)
    files = select(MediaFile.id).where(
        MediaFile.folder_id.in_(numbers),
        MediaFile.trashed_at.is_(None),
        MediaFile.author_id.is_distinct_from(person_id),
    )
    folders = select(Folder.id).where(Folder.id.in_(numbers), Folder.author_id.is_distinct_from(person_id))
    return any(db.session.scalar(query.limit(1)) is not None for query in (files, folders))


def throw_away(what: Folder | MediaFile, section: Section, *, by: Actor, now: datetime) -> None:
    """Into the trash, whence it can be fetched back; a folder with everything in it."""
    if isinstance(what, MediaFile):
        what.trashed_at, what.trashed_by_id = now, by.person_id
        _record("media.trashed", what, by=by, now=now)
        return
    numbers = tree_of(section, what.shared).beneath(what.id)
    for table, column in ((Folder, Folder.id), (MediaFile, MediaFile.folder_id)):
        db.session.execute(
            update(table)
            .where(column.in_(numbers), table.trashed_at.is_(None))
            .values(trashed_at=now, trashed_by_id=by.person_id, version=table.version + 1)
        )
    _record("folder.trashed", what, by=by, now=now, after={"folders": len(numbers)})


def restore(what: Folder | MediaFile, section: Section, *, by: Actor, now: datetime) -> None:
    """Out of the trash, into the folder where it was; to the top where that one is gone or in the trash itself."""
    if what.trashed_at is None:
        return
    if isinstance(what, MediaFile):
        if not _is_live(section, what.folder_id, what.shared):
            what.folder_id = None
        what.trashed_at = what.trashed_by_id = None
        _record("media.restored", what, by=by, now=now)
        return
    if not _is_live(section, what.parent_id, what.shared):
        what.parent_id = None
    thrown_at = what.trashed_at
    numbers = _trashed_tree(section, what.shared).beneath(what.id)
    for table, column in ((Folder, Folder.id), (MediaFile, MediaFile.folder_id)):
        db.session.execute(
            update(table)
            .where(column.in_(numbers), table.trashed_at == thrown_at)
            .values(trashed_at=None, trashed_by_id=None, version=table.version + 1)
        )
    _record("folder.restored", what, by=by, now=now)


def erase(what: Folder | MediaFile, section: Section, *, by: Actor, now: datetime) -> None:
    """Remove for good something that lies in the trash; its room is free again (PORTAL-14)."""
    if what.trashed_at is None:
        raise NotFound()
    if isinstance(what, MediaFile):
        _record("media.erased", what, by=by, now=now, before={"size": what.size})
        size = what.size
        db.session.delete(what)
        db.session.flush()
        take_room(section.id, -size)
        return
    numbers = _trashed_tree(section, what.shared).beneath(what.id)
    _record("folder.erased", what, by=by, now=now)
    _erase_rows(section, numbers)


def empty_trash(section: Section, *, shared: bool, by: Actor, now: datetime) -> int:
    """Remove for good everything that lies in the trash of the library; how many files went."""
    size, count = db.session.execute(
        select(func.coalesce(func.sum(MediaFile.size), 0), func.count()).where(*_trashed_files(section, shared))
    ).one()
    db.session.execute(delete(MediaFile).where(*_trashed_files(section, shared)))
    # Whatever is live and still lies in a folder of the trash comes to the top before that folder goes.
    trashed = select(Folder.id).where(
        Folder.section_id == section.id, Folder.shared == shared, Folder.trashed_at.is_not(None)
    )
    db.session.execute(
        update(MediaFile)
        .where(MediaFile.folder_id.in_(trashed))
        .values(folder_id=None)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(Folder)
        .where(Folder.parent_id.in_(trashed), Folder.trashed_at.is_(None))
        .values(parent_id=None)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        delete(Folder)
        .where(Folder.section_id == section.id, Folder.shared == shared, Folder.trashed_at.is_not(None))
        .execution_options(synchronize_session=False)
    )
    take_room(section.id, -int(size))
    record(
        "media.trash-emptied",
        by=by,
        now=now,
        subject=("section", section.id),
        school_id=section.school_id,
        before={"files": count, "size": int(size)},
    )
    return int(count)


def _trashed_files(section: Section, shared: bool) -> tuple[ColumnElement[bool], ...]:
    return (MediaFile.section_id == section.id, MediaFile.shared == shared, MediaFile.trashed_at.is_not(None))


def _erase_rows(section: Section, numbers: set[int]) -> None:
    mine = (MediaFile.folder_id.in_(numbers), MediaFile.trashed_at.is_not(None))
    size = db.session.scalar(select(func.coalesce(func.sum(MediaFile.size), 0)).where(*mine)) or 0
    db.session.execute(delete(MediaFile).where(*mine).execution_options(synchronize_session=False))
    db.session.execute(
        update(MediaFile)
        .where(MediaFile.folder_id.in_(numbers))
        .values(folder_id=None)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(delete(Folder).where(Folder.id.in_(numbers)).execution_options(synchronize_session=False))
    take_room(section.id, -int(size))


def _trashed_tree(section: Section, shared: bool) -> Tree:
    columns = select(Folder.id, Folder.parent_id, Folder.name).where(
        Folder.section_id == section.id, Folder.shared == shared, Folder.trashed_at.is_not(None)
    )
    return Tree(Node(id=row.id, parent_id=row.parent_id, name=row.name) for row in db.session.execute(columns))


def _is_live(section: Section, folder_id: int | None, shared: bool) -> bool:
    try:
        folder_in(section, folder_id, shared)
    except NotFound:
        return False
    return True


def _record(
    action: str,
    what: Folder | MediaFile,
    *,
    by: Actor,
    now: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    kind = "media" if isinstance(what, MediaFile) else "folder"
    record(action, by=by, now=now, subject=(kind, what.id), school_id=what.school_id, before=before, after=after)
