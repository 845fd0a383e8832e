"""How fast a teacher's carry-over is, beside the bare INSERT ... SELECT of the same rows.

    python -m benchmarks.carryover [--articles 2000] [--files 10000] [--gigabytes 20] [--database sqlite postgresql]

A class space of last year, set aside, with articles (every tenth links to a file), attachments, folders and files by reference is taken
into a new class: through ``take`` and its commit, and then, on a copy of the same space, by plain INSERT ... SELECT of the same rows, one
a table, in one transaction (claim: at most 2 x). Every opening of a file of the blobs' folder is noted (claim: none). Judged in processor
time, of the process and its backend together, the best of ``--rounds`` in alternation; the clock's seconds stand beside.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.import_aaf import Stopwatch, settings_for

CLAIM = 2.0
NOW = datetime(2026, 8, 31, 6, 40, tzinfo=UTC)
_OPENED: list[str] = []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--gigabytes", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    chosen = parser.parse_args()
    from tests.databases import Databases

    sys.addaudithook(_note)
    databases = Databases(Path(tempfile.mkdtemp(prefix="bascule-carryover-server-")))
    try:
        for kind in chosen.database:
            with tempfile.TemporaryDirectory(prefix="bascule-carryover-") as folder:
                for line in measure(kind, databases, Path(folder), chosen):
                    print(line, flush=True)
    finally:
        databases.stop()


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    """Python tells of every file that is opened."""
    if event == "open" and "/blobs/" in str(arguments[0]):
        _OPENED.append(str(arguments[0]))


def measure(kind: str, databases: Any, folder: Path, chosen: Any) -> Iterator[str]:
    """The lines of one database."""
    from sqlalchemy import text

    from app import create_app
    from app.db import Base, db
    from tests.classchoice.mornings import morning

    url = (
        databases.create(databases.postgresql_address(), "carryover")
        if kind == "postgresql"
        else f"sqlite:///{folder}/bascule.sqlite3"
    )
    app = create_app(settings_for(url, folder), testing=True)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        day = morning(app)
        section = day.old["CM1"]
        _fill(section, day, chosen)
        ours, bare, rows = [], [], 0
        backend = db.session.scalar(text("SELECT pg_backend_pid()")) if kind == "postgresql" else None
        for _round in range(chosen.rounds):
            seconds, rows = _take(day, section, backend)
            ours.append(seconds)
            bare.append(_floor(section, backend))
        ratio = min(ours)[0] / min(bare)[0]
        yield (
            f"{kind:10} {chosen.articles} articles and {chosen.files} files ({chosen.gigabytes} GB by reference), {rows} rows:"
            f" taken in {min(ours)[0]:.2f} s of processor ({min(ours)[1]:.2f} s by the clock), one transaction; the bare INSERT ... SELECT"
            f" {min(bare)[0]:.2f} s ({min(bare)[1]:.2f}): {ratio:.2f} x"
            f" {'ok' if ratio <= CLAIM else 'NOT MET'} (claim: at most {CLAIM} x)"
        )
        yield f"{kind:10} files of the blobs' folder opened meanwhile: {len(_OPENED)} {'ok' if not _OPENED else 'NOT MET'}"
        db.session.remove()
        db.engine.dispose()


def _fill(section: int, day: Any, chosen: Any) -> None:
    """Content as a year leaves it: twelve categories, a hundred folders, an attachment with every second article."""
    from sqlalchemy import func, insert, select

    from app.content.models import Article, ArticleAttachment, Category, Folder, MediaFile, Section
    from app.db import db
    from tests.classchoice.mornings import TASK, WRITTEN, blob

    inside = {
        "section_id": section,
        "school_id": day.school_id,
        "author_id": day.odette.id,
        "set_aside_by": TASK,
        "version": 1,
    }
    more = {"created_at": WRITTEN, "shared": False}
    shas = [blob(f"b{number}") for number in range(500)]
    size = chosen.gigabytes * 10**9 // max(chosen.files, 1)
    run = db.session.execute

    def made(model: Any, **values: Any) -> int:
        return int(run(insert(model).values(**values, set_aside_by=TASK).returning(model.id)).scalar_one())

    categories = [made(Category, section_id=section, name=f"Rubrique {n}", position=n) for n in range(12)]
    own = {key: value for key, value in inside.items() if key != "set_aside_by"}
    tops = [made(Folder, **own, **more, name=f"Dossier {n}") for n in range(10)]
    folders = [made(Folder, **own, **more, name=f"Album {n}", parent_id=tops[n % 10]) for n in range(90)]
    run(
        insert(MediaFile),
        [
            {**inside, **more, "name": f"image {n}.jpg", "folder_id": folders[n % 90], "sha256": shas[n % 500], "kind": "image/jpeg",
             "size": size, "shows_pupils": False, "author_profile": "teacher"}
            for n in range(chosen.files)
        ],
    )  # fmt: skip
    whole = {"set_aside": True}
    first = (
        db.session.scalar(
            select(func.max(MediaFile.id)).where(MediaFile.section_id == section), execution_options=whole
        )
        or 0
    )
    text = "<p>" + "Nous avons visité le musée et dessiné ce que nous y avons vu. " * 30 + "</p>"
    run(
        insert(Article),
        [
            {**inside, "category_id": categories[n % 12], "title": f"Article {n}", "summary": "", "returned": "", "comments_open": True,
             "source": text, "body": text + (f'<a href="/fichiers/{first - n}">image</a>' if n % 10 == 0 else ""),
             "author_profile": "teacher", "published_at": WRITTEN, "changed_at": WRITTEN}
            for n in range(chosen.articles)
        ],
    )  # fmt: skip
    own_articles = select(Article.id).where(Article.section_id == section).order_by(Article.id)
    numbers = db.session.scalars(own_articles, execution_options=whole).all()
    run(
        insert(ArticleAttachment),
        [
            {"article_id": n, "sha256": shas[0], "name": "piece.jpg", "size": 1000, "set_aside_by": TASK}
            for n in numbers[::2]
        ],
    )
    db.session.execute(Section.__table__.update().values(quota=10**13))  # type: ignore[attr-defined]
    db.session.commit()


def _take(day: Any, section: int, backend: int | None) -> tuple[tuple[float, float], int]:
    """One carry-over, committed; then everything is put back."""
    from app.audit.actions import Actor
    from app.classchoice import actions
    from app.classchoice.carrying.actions import take
    from app.classchoice.models import ClassCarry
    from app.classchoice.selection import EVERYTHING, Edited
    from app.content.models import Section
    from app.db import db

    by = Actor(name="person", person_id=day.odette.id)
    choice = actions.begin(day.odette.id, day.school_id, by=by, now=NOW)
    actions.choose(choice, [day.classes["CM1"]], version=None, by=by, now=NOW)
    db.session.execute(Section.__table__.update().values(quota=10**13))  # type: ignore[attr-defined]
    db.session.commit()
    _OPENED.clear()
    watch = Stopwatch(backend)
    take(choice, section, EVERYTHING, [day.classes["CM1"]], by=by, now=NOW)
    db.session.commit()
    seconds = watch.spent()
    rows = sum(db.session.query(ClassCarry).order_by(ClassCarry.id.desc()).first().counts.values())  # type: ignore[union-attr]
    actions.choose(choice, [], version=None, by=by, now=NOW, edited=Edited.TRASH)
    db.session.commit()
    return seconds, rows


def _floor(section: int, backend: int | None) -> tuple[float, float]:
    """The same rows by hand: one INSERT ... SELECT a table, in one transaction; then everything is put back."""
    from sqlalchemy import text

    from app.content.models import Article, ArticleAttachment, Category, Contest, Folder, MapPoint, MediaFile, Section
    from app.db import db

    target = db.session.query(Section.id).filter(Section.class_id.is_not(None)).first()[0]  # type: ignore[index]
    db.session.rollback()
    watch = Stopwatch(backend)
    for model in (Category, Folder, MediaFile, Article, Contest, MapPoint):
        names = [
            column.name for column in model.__table__.columns if column.name not in ("id", "section_id", "set_aside_by")
        ]  # type: ignore[attr-defined]
        if "carried_from" in names:
            names.remove("carried_from")
        columns = ", ".join(names)
        more, origin = (", carried_from", ", id") if model is not Category else ("", "")
        own = "" if model is not MediaFile else " AND NOT shows_pupils"
        own = " AND (author_profile IS NULL OR author_profile <> 'student')" if model is Article else own
        statement = (
            f"INSERT INTO {model.__tablename__} (section_id, {columns}{more}) SELECT :target, {columns}{origin}"
            f" FROM {model.__tablename__} WHERE section_id = :section{own}"
        )
        db.session.execute(text(statement), {"target": target, "section": section})
    db.session.execute(
        text(
            "INSERT INTO article_attachment (article_id, sha256, name, size, carried_from) SELECT a.id, t.sha256, t.name, t.size, t.id"
            " FROM article_attachment t JOIN article a ON a.carried_from = t.article_id WHERE a.section_id = :target"
        ),
        {"target": target},
    )
    db.session.commit()
    seconds = watch.spent()
    db.session.execute(
        ArticleAttachment.__table__.delete().where(ArticleAttachment.__table__.c.carried_from.is_not(None))  # type: ignore[attr-defined]
    )
    for model in (Article, MediaFile, Contest, MapPoint):
        db.session.execute(model.__table__.delete().where(model.__table__.c.section_id == target))  # type: ignore[attr-defined]
    db.session.execute(text("UPDATE folder SET parent_id = NULL WHERE section_id = :target"), {"target": target})
    for model in (Folder, Category):
        db.session.execute(model.__table__.delete().where(model.__table__.c.section_id == target))  # type: ignore[attr-defined]
    db.session.commit()
    return seconds


if __name__ == "__main__":
    main()
