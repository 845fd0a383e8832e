"""What is somebody's own in spaces: counted by fate, taken away, printed as PDF (DATA-2, DATA-3, DATA-4, LAW-4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from pypdf import PdfReader

from app import clock
from app.content import queries, rollover
from app.content.models import ArticleAttachment, Comment
from app.content.spaces import SpaceKind
from app.db import db
from app.fates import Preset, Space, kind_called
from app.files.actions import store
from app.files.paper import Paper
from app.profiles import Profile, Visitor
from tests import people
from tests.content.rows import MADE, make_article, make_category, make_class_space, make_section
from tests.people import Cast, Someone
from tests.signing import sign_in

FRENCH = "L’œuvre « à 12 € » – Noël, garçon, où ?"


@pytest.fixture
def cast(app: Flask) -> Cast:
    return people.cast(app)


@pytest.fixture
def enter(app: Flask, cast: Cast) -> Callable[[Someone], FlaskClient]:
    def signed_in(person: Someone) -> FlaskClient:
        db.session.commit()
        client = app.test_client()
        sign_in(client, person)
        return client

    return signed_in


def picture() -> bytes:
    data = BytesIO()
    Image.new("RGBA", (300, 200), (20, 120, 90, 160)).save(data, "PNG")
    return data.getvalue()


def text_of(data: bytes) -> str:
    reader = PdfReader(BytesIO(data))
    assert reader.pages
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def test_a_document_prints_french_its_contents_and_pictures() -> None:
    paper = Paper("Le blog", ["Collège"], contents="Sommaire")
    html = '<p>Du <strong>gras</strong>, un <a href="https://e.org">lien</a>.</p><h2>Partie</h2><ul><li>un</li></ul>'
    for number in range(40):
        paper.chapter(f"{FRENCH} {number}", "Hugo Moreau", html, [(picture(), "Une photo")] if number == 1 else [])
    paper.chapter("Ce qui ne s’ouvre pas", pictures=[(b"no picture", "x")])
    paper.table(["Nom", "Note"], [["Éloïse", "15"]])
    data = paper.finish()
    reader, text = PdfReader(BytesIO(data)), text_of(data).replace("\u00a0", " ")
    for words in (
        "Le blog",
        "Sommaire",
        f"{FRENCH} 0",
        f"{FRENCH} 39",
        "gras",
        "lien",
        "Partie",
        "Hugo Moreau",
        "Éloïse",
    ):
        assert words.replace("\u00a0", " ") in text, words
    assert len(reader.outline) == 41, "a heading inside a text is no chapter"
    assert sum(len(page.images) for page in reader.pages) == 1


def test_a_blog_is_exported_whole_or_by_category_with_authors_and_pictures(
    enter: Callable[[Someone], FlaskClient], cast: Cast
) -> None:
    """DATA-4."""
    space = make_class_space(cast.college.id, cast.college.classes[2026]["5A"], "Classe de 5A")
    trips = make_category(space)
    article = make_article(space, FRENCH, author_id=cast.student.id, category_id=trips.id)
    make_article(space, "La dictée", author_id=cast.teacher.id)
    make_article(space, "Un brouillon", published=False, author_id=cast.teacher.id)
    make_article(space, "Demain", published_at=clock.portal_now() + timedelta(days=1))
    blob = store(picture(), kind="image/png", now=MADE)
    db.session.add(ArticleAttachment(article_id=article.id, sha256=blob.sha256, name="musée.png", size=blob.size))
    pupil = enter(cast.student)
    whole = pupil.get(f"/espaces/{space.id}/blog/pdf")
    assert whole.mimetype == "application/pdf"
    assert 'filename="classe-de-5a.pdf"' in whole.headers["Content-Disposition"]
    text = text_of(whole.data)
    for words in (
        "Classe de 5A",
        "œuvre",
        "La dictée",
        "Thérèse Marchand",
        "Hugo Moreau",
        "Nous y étions.",
        "musée.png",
    ):
        assert words in text, words
    assert "brouillon" not in text
    assert "Demain" not in text
    assert sum(len(page.images) for page in PdfReader(BytesIO(whole.data)).pages) == 1
    part = text_of(pupil.get(f"/espaces/{space.id}/blog/pdf?category={trips.id}").data)
    assert "œuvre" in part
    assert "Sorties" in part
    assert "La dictée" not in part
    own = text_of(pupil.get("/mes-articles.pdf").data)
    assert "œuvre" in own
    assert "La dictée" not in own
    assert "pas encore d’article" in text_of(enter(cast.staff).get("/mes-articles.pdf").data)


def test_own_articles_and_comments_are_counted_by_where_they_lie(
    cast: Cast, count_queries: Callable[..., object]
) -> None:
    me, now, school = cast.student.id, clock.portal_now(), cast.college.id
    class_id = cast.college.classes[2025]["6A"]
    sections = {
        Space.CLASS: make_class_space(school, class_id),
        Space.SCHOOL: make_section(school),
        Space.TEMPORARY: make_section(school, temporary=True),
        Space.GROUP: make_section(school, kind=SpaceKind.GROUP),
        Space.PARTNERSHIP: make_section(school, kind=SpaceKind.PARTNERSHIP),
        Space.DEPARTMENTAL: make_section(school, kind=SpaceKind.PARTNERSHIP, departmental=True),
        Space.TOWN: make_section(school, kind=SpaceKind.TOWN),
        Space.TRASH: make_section(school, trashed_at=MADE),
    }
    for section in sections.values():
        make_article(section, author_id=me)
        make_article(section, author_id=cast.teacher.id)
    make_article(sections[Space.CLASS], author_id=me, trashed_at=MADE)
    make_article(sections[Space.CLASS], author_id=me, set_aside_by=3)
    said = make_article(sections[Space.CLASS], author_id=cast.teacher.id)
    db.session.add(Comment(article_id=said.id, author_id=me, text="Bravo", written_at=MADE))
    db.session.flush()
    with count_queries() as asked:  # type: ignore[attr-defined]
        found = rollover.owned(me, now)
    assert len(asked) == 2
    expected = {("article", space): 2 if space == Space.TRASH else 1 for space in sections}
    assert found == expected | {("comment", Space.CLASS): 1}
    for kind, space in found:
        for preset in Preset:
            kind_called(kind).fate(preset, space)


def test_own_articles_are_taken_away_as_pages_with_their_files(cast: Cast) -> None:
    space = make_class_space(cast.college.id, cast.college.classes[2025]["6A"], "6A/..")
    blob = store(picture(), kind="image/png", now=MADE)
    for _twice in range(2):
        article = make_article(space, "../Le <musée>", author_id=cast.student.id)
    db.session.add(ArticleAttachment(article_id=article.id, sha256=blob.sha256, name="photo.png", size=blob.size))
    make_article(space, "D’un autre", author_id=cast.teacher.id)
    db.session.flush()
    taken = list(rollover.takeaway(cast.student.id, clock.portal_now()))
    names = [name for name, _data in taken]
    assert len(set(names)) == len(names) == 3
    assert not [name for name in names if ".." in name.split("/") or name.startswith("/") or "\\" in name]
    pages = [data for name, data in taken if name.endswith(".html")]
    assert all(isinstance(data, bytes) and "&lt;musée&gt;" in data.decode() for data in pages)
    files = [data for name, data in taken if name.endswith("photo.png")]
    assert isinstance(files[0], Path)
    assert files[0].read_bytes() == picture()


def test_the_newest_of_some_spaces_is_one_query_whatever_there_is(
    cast: Cast, count_queries: Callable[..., object]
) -> None:
    space = make_class_space(cast.college.id, cast.college.classes[2025]["6A"])
    visitor, now = Visitor(person_id=cast.student.id), clock.portal_now()
    for number in range(8):
        make_article(space, f"A{number}", author_id=cast.teacher.id, author_profile=Profile.TEACHER)
    make_article(space, "Demain", published_at=now + timedelta(days=1))
    make_article(space, "Jeté", trashed_at=MADE)
    with count_queries() as asked:  # type: ignore[attr-defined]
        lines = queries.newest_for(visitor, [space], now, 5)
    assert [one.title for one in lines] == ["A7", "A6", "A5", "A4", "A3"]
    assert (lines[0].author, len(asked)) == ("Thérèse Marchand", 1)
    assert queries.newest_for(visitor, [], now, 5) == []
