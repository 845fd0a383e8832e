"""Reading media libraries: a page of a folder, the tree, one file, the trash, what an archive would hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.content.media.problems import TooMuchAtOnce
from app.content.media.tree import MOST_FOLDERS, Node, Tree

# The rows that views handle are handed on with their names: views import no tables.
from app.content.models import Folder as Folder
from app.content.models import MediaFile as MediaFile
from app.content.models import Section as Section
from app.content.services.queries import Entered, enter
from app.content.spaces import Service, SpaceKind, SpaceVerb
from app.db import db
from app.errors import NotFound
from app.profiles import Visitor
from app.weights import weight

FILES_A_PAGE = 50
#: One archive holds at most this many files and bytes.
MOST_ZIPPED, MOST_ZIPPED_BYTES = 5_000, 2_000_000_000


class Order(StrEnum):
    """How a folder's files are sorted."""

    NAME = "nom"
    DATE = "date"


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A page of a folder: its sub-folders, its files, and the file after which the next page begins (None at the end)."""

    folders: Sequence[Folder]
    files: Sequence[MediaFile]
    next_after: int | None


def service_of(shared: bool) -> Service:
    """The service to which shared files, or the library's, belong."""
    return Service.SHARED if shared else Service.MEDIA


def file_for(
    file_id: int, visitor: Visitor, now: datetime, verb: SpaceVerb = SpaceVerb.READ, *, trashed: bool = False
) -> tuple[MediaFile, Entered]:
    """The file, if ``visitor`` may do ``verb`` where it lies. Raises ``NotFound``; so it does for the trash unless ``trashed``."""
    found = db.session.get(MediaFile, file_id)
    if found is None or found.set_aside_by is not None or (found.trashed_at is not None) != trashed:
        raise NotFound()
    return found, enter(found.section_id, visitor, service_of(found.shared), now, verb=verb)


def folder_for(
    folder_id: int, visitor: Visitor, now: datetime, verb: SpaceVerb = SpaceVerb.READ, *, trashed: bool = False
) -> tuple[Folder, Entered]:
    """As ``file_for``, for a folder."""
    found = db.session.get(Folder, folder_id)
    if found is None or found.set_aside_by is not None or (found.trashed_at is not None) != trashed:
        raise NotFound()
    return found, enter(found.section_id, visitor, service_of(found.shared), now, verb=verb)


def folder_in(section: Section, folder_id: int | None, shared: bool) -> Folder | None:
    """The folder of that section's library (or shared folder); None for the top. Raises ``NotFound`` for any other."""
    if folder_id is None:
        return None
    query = select(Folder).where(Folder.id == folder_id, *_folders(section, shared))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def tree_of(section: Section, shared: bool) -> Tree:
    """Every folder of the library, at most a thousand."""
    columns = select(Folder.id, Folder.parent_id, Folder.name).where(*_folders(section, shared))
    rows = db.session.execute(columns.order_by(Folder.id).limit(MOST_FOLDERS))
    return Tree(Node(id=row.id, parent_id=row.parent_id, name=row.name) for row in rows)


def listing(
    section: Section, folder: Folder | None, *, shared: bool, order: Order = Order.NAME, after: int | None = None
) -> Listing:
    """The folder's sub-folders (on its first page) and a page of its files. ``after``: the last file of the page before."""
    here = _files(section, shared, folder)
    query = select(MediaFile).where(*here)
    last = None
    if after is not None:
        last = db.session.scalar(query.where(MediaFile.id == after))
    if order == Order.NAME:
        query = query.order_by(MediaFile.name, MediaFile.id)
        if last is not None:
            query = query.where(
                or_(MediaFile.name > last.name, and_(MediaFile.name == last.name, MediaFile.id > last.id))
            )
    else:
        query = query.order_by(MediaFile.created_at.desc(), MediaFile.id.desc())
        if last is not None:
            query = query.where(
                or_(
                    MediaFile.created_at < last.created_at,
                    and_(MediaFile.created_at == last.created_at, MediaFile.id < last.id),
                )
            )
    files = db.session.scalars(query.limit(FILES_A_PAGE + 1)).all()
    folders: Sequence[Folder] = ()
    if last is None:
        parent = Folder.parent_id.is_(None) if folder is None else Folder.parent_id == folder.id
        inside = select(Folder).where(*_folders(section, shared), parent).order_by(Folder.name, Folder.id)
        folders = db.session.scalars(inside.limit(MOST_FOLDERS)).all()
    more = len(files) > FILES_A_PAGE
    shown = files[:FILES_A_PAGE]
    return Listing(folders=folders, files=shown, next_after=shown[-1].id if more else None)


def chosen_files(section: Section, numbers: Collection[int]) -> Sequence[MediaFile]:
    """Those of ``numbers`` that are live files of the section, whichever of its services they belong to."""
    if not numbers:
        return ()
    query = select(MediaFile).where(
        MediaFile.section_id == section.id, MediaFile.id.in_(list(numbers)[:500]), MediaFile.trashed_at.is_(None)
    )
    return db.session.scalars(query.order_by(MediaFile.name, MediaFile.id)).all()


def all_files(section: Section, services: Collection[Service], *, after: int | None = None) -> Listing:
    """A page of the section's files whatever their folder, newest first, to choose some from (DATA-4)."""
    places = [MediaFile.shared == (service == Service.SHARED) for service in services]
    query = select(MediaFile).where(MediaFile.section_id == section.id, MediaFile.trashed_at.is_(None), or_(*places))
    if after is not None:
        query = query.where(MediaFile.id < after)
    files = db.session.scalars(query.order_by(MediaFile.id.desc()).limit(FILES_A_PAGE + 1)).all()
    shown = files[:FILES_A_PAGE]
    return Listing(folders=(), files=shown, next_after=shown[-1].id if len(files) > FILES_A_PAGE else None)


def in_trash(section: Section, shared: bool, *, author_id: int | None) -> tuple[Sequence[Folder], Sequence[MediaFile]]:
    """What lies in the trash, the newest first, at most 200 of each; only ``author_id``'s own unless None.

    A folder stands for what was thrown away with it.
    """
    folder_is_trashed = (
        select(Folder.id).where(Folder.id == MediaFile.folder_id, Folder.trashed_at == MediaFile.trashed_at).exists()
    )
    files = select(MediaFile).where(
        MediaFile.section_id == section.id,
        MediaFile.shared == shared,
        MediaFile.trashed_at.is_not(None),
        ~folder_is_trashed,
    )
    above = Folder.__table__.alias("above")
    under_trashed = (
        select(above.c.id).where(above.c.id == Folder.parent_id, above.c.trashed_at == Folder.trashed_at).exists()
    )
    folders = select(Folder).where(
        Folder.section_id == section.id, Folder.shared == shared, Folder.trashed_at.is_not(None), ~under_trashed
    )
    if author_id is not None:
        files = files.where(MediaFile.author_id == author_id)
        folders = folders.where(Folder.author_id == author_id)
    return (
        db.session.scalars(folders.order_by(Folder.trashed_at.desc(), Folder.id).limit(200)).all(),
        db.session.scalars(files.order_by(MediaFile.trashed_at.desc(), MediaFile.id).limit(200)).all(),
    )


def contents(section: Section, folder: Folder | None, shared: bool) -> list[tuple[list[str], MediaFile]]:
    """Every file beneath the folder (None: the top) with the steps of its path there ('Photos', 'Sortie', 'lac.jpg'); for an archive.

    Raises ``TooMuchAtOnce`` beyond ``MOST_ZIPPED`` files or ``MOST_ZIPPED_BYTES``.
    """
    tree = tree_of(section, shared)
    numbers = None if folder is None else tree.beneath(folder.id)
    query = select(MediaFile).where(
        MediaFile.section_id == section.id, MediaFile.shared == shared, MediaFile.trashed_at.is_(None)
    )
    if numbers is not None:
        query = query.where(MediaFile.folder_id.in_(numbers))
    files = db.session.scalars(query.order_by(MediaFile.folder_id, MediaFile.name).limit(MOST_ZIPPED + 1)).all()
    if len(files) > MOST_ZIPPED or sum(file.size for file in files) > MOST_ZIPPED_BYTES:
        raise TooMuchAtOnce(most=weight(MOST_ZIPPED_BYTES))
    above = tree.depth(folder.id) if folder is not None else 0
    found = []
    for file in files:
        steps = [node.name for node in tree.path(file.folder_id)][above:]
        found.append(([*steps, file.name], file))
    return found


def personal_section(person_id: int) -> Section | None:
    """Somebody's personal space, if it was made already."""
    query = select(Section).where(Section.person_id == person_id, Section.kind == SpaceKind.PERSONAL)
    return db.session.scalar(query.where(Section.trashed_at.is_(None)).order_by(Section.id).limit(1))


def fullest(school_id: int, text: str = "", limit: int = 50) -> Sequence[Section]:
    """A school's sections by what they occupy, the fullest first; those whose title holds ``text`` (PORTAL-14)."""
    query = select(Section).where(Section.school_id == school_id, Section.trashed_at.is_(None))
    if text:
        query = query.where(func.lower(Section.title).contains(text.lower(), autoescape=True))
    return db.session.scalars(query.order_by(Section.used.desc(), Section.title, Section.id).limit(limit)).all()


def _folders(section: Section, shared: bool) -> tuple[ColumnElement[bool], ...]:
    return (Folder.section_id == section.id, Folder.shared == shared, Folder.trashed_at.is_(None))


def _files(section: Section, shared: bool, folder: Folder | None) -> tuple[ColumnElement[bool], ...]:
    return (
        MediaFile.section_id == section.id,
        MediaFile.folder_id.is_(None) if folder is None else MediaFile.folder_id == folder.id,
        MediaFile.shared == shared,
        MediaFile.trashed_at.is_(None),
    )
