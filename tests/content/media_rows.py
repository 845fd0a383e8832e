"""Rows of media libraries, contests, maps, minisites and links for tests, and files of every kind; rows flush, never commit."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import UTC, datetime, timedelta

from PIL import Image

from app.content.models import Contest, ContestEntry, Folder, MapPoint, MediaFile, MinisitePage, SearchLink, Section
from app.content.spaces import Service, SpaceKind
from app.db import db
from app.files.actions import store
from tests.builders import MADE


def make_space(
    *,
    kind: SpaceKind = SpaceKind.CLASS,
    school_id: int | None = None,
    class_id: int | None = None,
    person_id: int | None = None,
    title: str = "Espace de la 6A",
    services: tuple[Service, ...] = tuple(Service),
    **more: object,
) -> Section:
    """A section that offers every service."""
    made = Section(
        kind=kind,
        school_id=school_id,
        class_id=class_id,
        person_id=person_id,
        title=title,
        slug=f"{title.lower().replace(' ', '-')}-{class_id or person_id or ''}",
        services=[service.value for service in services],
        created_at=MADE,
        **more,
    )
    db.session.add(made)
    db.session.flush()
    return made


def make_file(
    section: Section,
    name: str = "notes.txt",
    data: bytes = b"quelques notes",
    *,
    kind: str = "text/plain",
    author_id: int | None = None,
    folder: Folder | None = None,
    shared: bool = False,
    shows_pupils: bool = False,
) -> MediaFile:
    """A file with its bytes; counted in the section."""
    blob = store(data, kind=kind, now=MADE)
    made = MediaFile(
        section_id=section.id,
        school_id=section.school_id,
        folder_id=folder.id if folder else None,
        shared=shared,
        sha256=blob.sha256,
        name=name,
        kind=kind,
        size=blob.size,
        author_id=author_id,
        shows_pupils=shows_pupils,
        created_at=MADE,
    )
    db.session.add(made)
    section.used += blob.size
    db.session.flush()
    return made


def make_files(section: Section, count: int, *, author_id: int | None = None) -> None:
    """Many files of one and the same content, at once."""
    blob = store(b"the same for all", kind="text/plain", now=MADE)
    db.session.execute(
        MediaFile.__table__.insert(),
        [
            {
                "section_id": section.id,
                "school_id": section.school_id,
                "shared": False,
                "sha256": blob.sha256,
                "name": f"fichier {number:05}.txt",
                "kind": "text/plain",
                "size": blob.size,
                "author_id": author_id,
                "shows_pupils": False,
                "created_at": MADE + timedelta(minutes=number),
                "version": 1,
            }
            for number in range(count)
        ],
    )


def make_folder(
    section: Section,
    name: str = "Photos",
    *,
    parent: Folder | None = None,
    author_id: int | None = None,
    shared: bool = False,
) -> Folder:
    """A folder of the library."""
    made = Folder(
        section_id=section.id,
        school_id=section.school_id,
        parent_id=parent.id if parent else None,
        name=name,
        shared=shared,
        author_id=author_id,
        created_at=MADE,
    )
    db.session.add(made)
    db.session.flush()
    return made


def make_contest(
    section: Section,
    *,
    opens_at: datetime = datetime(2026, 5, 1, tzinfo=UTC),
    closes_at: datetime = datetime(2026, 6, 20, tzinfo=UTC),
    author_id: int | None = None,
    title: str = "Concours de nouvelles",
) -> Contest:
    """A contest, open in May and June."""
    made = Contest(
        section_id=section.id,
        school_id=section.school_id,
        title=title,
        source="Deux pages au plus.",
        body="<p>Deux pages au plus.</p>",
        opens_at=opens_at,
        closes_at=closes_at,
        author_id=author_id,
        created_at=MADE,
    )
    db.session.add(made)
    db.session.flush()
    return made


def make_entry(contest: Contest, author_id: int, text: str = "Il était une fois…") -> ContestEntry:
    """What somebody has handed in."""
    made = ContestEntry(contest_id=contest.id, author_id=author_id, text=text, handed_in_at=MADE)
    db.session.add(made)
    db.session.flush()
    return made


def make_point(section: Section, title: str = "Le lac", *, author_id: int | None = None) -> MapPoint:
    """A place on the map."""
    made = MapPoint(
        section_id=section.id,
        school_id=section.school_id,
        title=title,
        text="Sortie de mai.",
        latitude=45_899_000,
        longitude=6_129_000,
        author_id=author_id,
        created_at=MADE,
    )
    db.session.add(made)
    db.session.flush()
    return made


def make_page(
    section: Section, title: str = "Notre classe", *, published: bool = True, author_id: int | None = None
) -> MinisitePage:
    """A page of the minisite."""
    made = MinisitePage(
        section_id=section.id,
        school_id=section.school_id,
        title=title,
        source="Bonjour.",
        body="<p>Bonjour.</p>",
        position=1,
        published=published,
        author_id=author_id,
        changed_at=MADE,
    )
    db.session.add(made)
    db.session.flush()
    return made


def make_link(section: Section, title: str = "Vikidia", words: str = "encyclopédie, exposé") -> SearchLink:
    """A site of the class's search tool."""
    made = SearchLink(section_id=section.id, title=title, address="https://fr.vikidia.org/", words=words, position=1)
    db.session.add(made)
    db.session.flush()
    return made


def jpeg(width: int = 640, height: int = 480, *, exif: bool = False, colour: str = "teal") -> bytes:
    """A photo; ``exif``: with a place and a device noted in it."""
    written = io.BytesIO()
    picture = Image.new("RGB", (width, height), colour)
    noted = Image.Exif()
    if exif:
        noted[0x010F] = "A telephone of somebody"
        noted[0x8825] = {1: "N", 2: (45.0, 53.0, 56.0)}
    picture.save(written, "JPEG", exif=noted)
    return written.getvalue()


def pdf(text: str = "Bonjour") -> bytes:
    """A small PDF that readers open."""
    stream = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode("latin-1")
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + part + b"endobj\n"
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + table + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)


def archive(entries: dict[str, bytes], *, level: int = 9) -> bytes:
    """A ZIP."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as made:
        for name, data in entries.items():
            made.writestr(name, data)
    return written.getvalue()


def docx() -> bytes:
    """The least that is a text document."""
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml'
        '.document.main+xml"/></Types>'
    )
    return archive({"[Content_Types].xml": types.encode(), "word/document.xml": b"<w:document/>"})


def odt() -> bytes:
    """The least that is an OpenDocument text."""
    return archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office/>"})


def sha256(data: bytes) -> str:
    """The name of the blob of these bytes."""
    return hashlib.sha256(data).hexdigest()
