"""What a line says, which rows are live, and what one school's export holds (G8, G11)."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import text

from app.content.models import Article, Comment, MediaFile, Section
from app.db import db
from app.directory.models import SchoolClass
from app.files.actions import store
from app.files.bundles import Bundle
from app.files.models import Archive, Blob
from app.files.queries import path_of
from app.maintenance.canonical import queries
from app.messaging.models import Message
from app.messaging.populations import Recipient, RecipientKind, spelled
from app.profiles import Profile
from tests.builders import MADE, affiliate, make_class, make_person, make_school, make_year
from tests.maintenance.worlds import fill

LATER = MADE + timedelta(days=3)


def rows_of(table: str, school_id: int | None = None) -> list[dict[str, Any]]:
    """The lines of one table, read."""
    found = [json.loads(line) for line in queries.lines(school_id)]
    return [line for line in found if line["table"] == table]


def keep(*rows: Any) -> None:
    db.session.add_all(rows)
    db.session.flush()


@pytest.fixture
def article(app: Flask) -> Article:
    """An article with a comment, in a class's section of a school."""
    school = make_school("Collège Bleu", "0380001A")
    of = make_class(school, make_year(2025), "6A")
    author = make_person("Anne", "Roy")
    author.source_key = "roy"
    section = Section(school_id=school.id, class_id=of.id, title="La 6A", slug="6a", created_at=MADE)
    keep(section)
    made = Article(
        section_id=section.id,
        school_id=school.id,
        title="Le musée",
        body="<p>É</p>",
        author_id=author.id,
        changed_at=MADE,
    )
    keep(made)
    keep(Comment(article_id=made.id, author_id=author.id, text="Bravo", written_at=MADE))
    return made


def test_a_row_is_told_by_natural_keys(article: Article) -> None:
    assert rows_of("article")[0]["row"] | {"body": ""} == {
        "author_id": ["hand", "roy"],
        "author_profile": None,
        "body": "",
        "category_id": None,
        "changed_at": "2026-06-01T08:00:00.000000+00:00",
        "comments_open": True,
        "published_at": None,
        "returned": "",
        "school_id": ["0380001A"],
        "section_id": [["0380001A"], None, "6a"],
        "source": "",
        "submitted_at": None,
        "summary": "",
        "title": "Le musée",
        "trashed_at": None,
        "trashed_by_id": None,
    }
    assert rows_of("section")[0]["row"]["class_id"] == [["0380001A"], [2025], "6A"]
    assert rows_of("comment")[0]["row"]["article_id"] == rows_of("article")[0]["key"]


def test_a_child_of_a_row_that_is_set_aside_is_not_live(article: Article) -> None:
    """DATA-7: the article and its comment go with the section; brought back, everything is as before."""
    before = list(queries.lines())
    section = db.session.get_one(Section, article.section_id)
    section.set_aside_by = 12
    assert not rows_of("article") + rows_of("comment") + rows_of("section")
    section.set_aside_by = None
    assert list(queries.lines()) == before


def test_a_reference_that_an_erasing_would_empty_says_nothing_of_a_row_set_aside(article: Article) -> None:
    """The section stays when its class goes, and tells the same before the class is erased and after."""
    of = db.session.scalars(db.select(SchoolClass)).one()
    of.set_aside_by = 12
    aside = list(queries.lines())
    assert rows_of("section")[0]["row"]["class_id"] is None
    db.session.delete(of)
    assert list(queries.lines()) == aside


def test_rows_that_nothing_tells_apart_are_counted(article: Article) -> None:
    """Two equal articles with a comment each are not two of which one has both comments."""
    twin = Article(
        section_id=article.section_id, school_id=article.school_id, title=article.title, body=article.body,
        author_id=article.author_id, changed_at=MADE,
    )  # fmt: skip
    keep(twin)
    said = Comment(article_id=twin.id, author_id=None, text="Oui", written_at=MADE)
    keep(said)
    apart = list(queries.lines())
    said.article_id = article.id
    assert list(queries.lines()) != apart


def test_instants_that_a_run_sets_are_left_out(article: Article) -> None:
    section = db.session.get_one(Section, article.section_id)
    section.trash_reason, section.trashed_at = "archived", MADE
    before = list(queries.lines())
    section.trashed_at = LATER
    assert list(queries.lines()) == before
    section.trash_reason = "hand"
    assert rows_of("section")[0]["row"]["trashed_at"] == "2026-06-04T08:00:00.000000+00:00"

    made = [
        Message(school_id=article.school_id, subject="Bienvenue", body="", written_at=at, sent_at=at, made_by=number)
        for number, at in ((1, MADE), (2, LATER))
    ]
    keep(*made)
    first, second = rows_of("message")
    assert first["row"] == second["row"]
    assert "sent_at" not in first["row"]
    # Only where a run has made the row.
    made[0].made_by = None
    assert [row["row"].get("sent_at") for row in rows_of("message")].count(None) == 1


def test_numbers_in_a_list_of_recipients_become_keys(article: Article) -> None:
    section = db.session.get_one(Section, article.section_id)
    to = [
        Recipient(kind=RecipientKind.CLASS, school_id=article.school_id, number=section.class_id, code="6A", year=2025),
        Recipient(kind=RecipientKind.PERSON, number=article.author_id),
    ]
    keep(Message(school_id=article.school_id, subject="Sortie", body="", written_at=MADE, recipients=spelled(to)))
    assert rows_of("message")[0]["row"]["recipients"] == [
        {"code": "6A", "kind": "class", "number": [["0380001A"], [2025], "6A"], "school": ["0380001A"], "year": 2025},
        {"kind": "person", "number": ["hand", "roy"]},
    ]


def test_bytes_are_told_by_their_hash_as_long_as_a_live_row_names_them(article: Article) -> None:
    """A run's archive that is taken back leaves its bytes for a day; a lost file shows."""
    blob = store(b"code;note\r\n", kind="text/csv", now=MADE)
    archive = Archive(
        campaign_id=1, begins=2025, school_id=article.school_id, kind="roll-calls", unit_id=0, title="Appels",
        sha256=blob.sha256, size=blob.size, covers={"roll-call": [3, 12]}, made_at=MADE,
    )  # fmt: skip
    keep(archive)
    assert [row["row"] for row in rows_of("blob")] == [
        {"bytes": 11, "kind": "text/csv", "sha256": blob.sha256, "size": 11}
    ]
    assert rows_of("archive")[0]["row"]["covers"] == {"roll-call": 3}
    path_of(blob.sha256).unlink()
    assert rows_of("blob")[0]["row"]["bytes"] is None
    archive.set_aside_by = 5
    assert rows_of("blob") == []
    assert db.session.get(Blob, blob.sha256) is not None


def test_a_bundle_is_told_by_what_it_holds_not_by_when_it_was_made(article: Article) -> None:
    """A run that was resumed has made the same archives as one that was not, at another hour; the section weighs the same."""

    def exported(made_at: datetime, text: bytes) -> list[str]:
        with db.session.begin_nested() as change:
            stream = io.BytesIO()
            with Bundle(stream, title="6A", made_at=made_at) as bundle:
                bundle.add("index.html", text)
                bundle.cover("lesson", [3, 4])
            blob = store(stream.getvalue(), kind="application/zip", now=made_at)
            keep(
                Archive(
                    campaign_id=1, begins=2025, school_id=article.school_id, kind="diary", unit_id=1, title="6A",
                    sha256=blob.sha256, size=blob.size, covers={"lesson": [2, 7]}, made_at=made_at, made_by=1,
                ),
                MediaFile(
                    section_id=article.section_id, school_id=article.school_id, sha256=blob.sha256, name="6A.zip",
                    kind="application/zip", size=blob.size, created_at=made_at, made_by=1,
                ),
            )  # fmt: skip
            section = db.session.get_one(Section, article.section_id)
            section.used += blob.size
            found = list(queries.lines())
            change.rollback()
        return found

    first = exported(MADE, b"<p>Sciences</p>")
    assert exported(LATER + timedelta(microseconds=123_456), b"<p>Sciences</p>") == first
    assert exported(MADE, b"<p>Histoires</p>") != first


def test_one_school_s_export_knows_nothing_of_another(article: Article) -> None:
    """G11: people stand there by their affiliations, what is their own by their home school."""
    other = make_school("Collège Vert", "0380002B")
    mover = make_person("Luc", "Pin")
    affiliate(mover, other, Profile.STUDENT)
    affiliate(mover, db.session.get_one(type(other), article.school_id), Profile.STUDENT)
    mover.home_school_id = article.school_id
    keep(Section(person_id=mover.id, title="À moi", slug="moi", kind="personal", created_at=MADE))
    before = list(queries.lines(other.id))
    assert [row["row"]["source_key"] for row in rows_of("person", other.id)] == [mover.source_key]
    assert rows_of("section", other.id) == []
    assert [row["row"]["slug"] for row in rows_of("section", article.school_id)] == ["6a", "moi"]
    article.title = "Un autre"
    assert list(queries.lines(other.id)) == before
    mover.first_name = "Lucien"
    assert list(queries.lines(other.id)) != before


def test_more_lines_than_fit_go_through_sorted_files(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        make_person("É" * (number % 5 + 1), f"Nom {number}")
    whole = list(queries.lines())
    monkeypatch.setattr(queries, "IN_MEMORY", 4)
    assert list(queries.lines()) == whole
    assert [line.encode() for line in whole] == sorted(line.encode() for line in whole)


def test_the_command_prints_the_same_lines(sqlite_app: Flask) -> None:
    fill()
    db.session.execute(text("UPDATE school SET uai = '0380001A' WHERE id = 1"))
    db.session.commit()
    runner: FlaskCliRunner = sqlite_app.test_cli_runner()
    printed = runner.invoke(args=["export", "canonical"])
    assert printed.exit_code == 0, printed.output
    assert printed.stdout.splitlines() == list(queries.lines())
    school = runner.invoke(args=["export", "canonical", "--school", "0380001A"])
    assert school.stdout.splitlines() == list(queries.lines(1))
    assert len(school.stdout) < len(printed.stdout)
    refused = runner.invoke(args=["export", "canonical", "--school", "0000000Z"])
    assert refused.exit_code == 3


def test_what_is_asked_of_the_database_does_not_grow_with_its_rows(app: Flask, count_queries: Any) -> None:
    make_school("Collège Bleu", "0380001A")
    with count_queries() as one:
        list(queries.lines())
    for number in range(20):
        make_person("Anne", f"Roy {number}")
    db.session.flush()
    with count_queries() as many:
        list(queries.lines())
    assert len(many) == len(one)
