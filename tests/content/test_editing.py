"""A school's sections and articles, through its screens (SITE-2), with and without htmx, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.audit.models import AuditLine
from app.content.models import Article, Section
from app.db import db
from app.pulse import set_clock
from tests import people
from tests.people import Cast
from tests.signing import form_token, send, sign_in


@pytest.fixture
def cast(app: Flask) -> Cast:
    return people.cast(app)


@pytest.fixture
def editor(client: FlaskClient, cast: Cast) -> FlaskClient:
    sign_in(client, cast.school_admin)
    return client


@pytest.fixture
def site(cast: Cast) -> str:
    return f"/administration/ecole/{cast.college.uai}/site"


def _section(editor: FlaskClient, site: str, title: str = "Vie du collège", **fields: str) -> int:
    fields = {"visible": "y"} | fields
    assert send(editor, f"{site}/rubriques/nouvelle", {"title": title, **fields}).status_code == 303
    return db.session.query(Section).filter_by(title=title).one().id


def _article(editor: FlaskClient, site: str, section: int, do: str = "publish", **fields: str) -> int:
    values = {"title": "Le musée", "section": str(section), "source": "Nous y **étions**.", "do": do} | fields
    answer = send(editor, f"{site}/rubriques/{section}/articles/nouveau", values)
    assert answer.status_code == 303, answer.text
    return db.session.query(Article).order_by(Article.id.desc()).first().id


@pytest.mark.both_databases
def test_a_published_article_is_on_the_public_site_and_a_draft_is_not(
    editor: FlaskClient, site: str, cast: Cast
) -> None:
    section = _section(editor, site)
    number = _article(editor, site, section, do="save")
    public = f"/ecole/{cast.college.uai}/article/{number}"
    assert editor.get(public).status_code == 404
    send(editor, f"{site}/articles/{number}", _values(number, do="publish"))
    page = editor.get(public)
    assert page.status_code == 200
    assert "<strong>étions</strong>" in page.text
    assert "Le musée" in editor.get(f"/ecole/{cast.college.uai}/").text
    send(editor, f"{site}/articles/{number}", _values(number, do="withdraw"))
    assert editor.get(public).status_code == 404


@pytest.mark.parametrize("closed", [{"restricted": "y", "visible": "y"}, {"visible": ""}])
def test_articles_of_a_hidden_or_restricted_section_are_nowhere_public(
    editor: FlaskClient, site: str, cast: Cast, closed: dict[str, str]
) -> None:
    section = _section(editor, site)
    number = _article(editor, site, section)
    home, uai = f"/ecole/{cast.college.uai}/", cast.college.uai
    assert "Le musée" in editor.get(home).text
    fields = {"title": "Vie du collège", "version": "1"} | {name: value for name, value in closed.items() if value}
    assert send(editor, f"{site}/rubriques/{section}", fields).status_code == 303
    assert "Le musée" not in editor.get(home).text
    assert "Le musée" not in editor.get(f"/ecole/{uai}/actualites").text
    for path in (f"article/{number}", "rubrique/vie-du-college"):
        assert editor.get(f"/ecole/{uai}/{path}").status_code == 404


def test_what_is_typed_is_sanitised_when_it_is_written(editor: FlaskClient, site: str, cast: Cast) -> None:
    section = _section(editor, site)
    number = _article(editor, site, section, source='<p data-x="1" onclick="a()">Bonjour</p><script>a()</script>')
    assert db.session.get_one(Article, number).body == "<p>Bonjour</p>"
    assert "<p>Bonjour</p>" in editor.get(f"/ecole/{cast.college.uai}/article/{number}").text


def test_the_second_of_two_writers_is_told_and_loses_nothing(editor: FlaskClient, site: str) -> None:
    section = _section(editor, site)
    number = _article(editor, site, section)
    seen = _values(number)
    assert send(editor, f"{site}/articles/{number}", seen | {"source": "Texte du premier."}).status_code == 303
    late = send(editor, f"{site}/articles/{number}", seen | {"source": "Texte du second."})
    assert late.status_code == 409
    assert "Texte du second." in late.text
    assert "Texte du premier." in late.text
    assert "Quelqu’un d’autre" in late.text
    assert db.session.get_one(Article, number).source == "Texte du premier."
    again = send(editor, f"{site}/articles/{number}", _values(number) | {"source": "Texte du second."})
    assert again.status_code == 303


def test_a_mistake_in_the_form_does_not_hide_that_somebody_else_was_quicker(editor: FlaskClient, site: str) -> None:
    section = _section(editor, site)
    number = _article(editor, site, section)
    seen = _values(number)
    send(editor, f"{site}/articles/{number}", seen | {"source": "Texte du premier."})
    wrong = send(editor, f"{site}/articles/{number}", seen | {"title": ""})
    assert wrong.status_code == 422
    assert f'name="version" type="hidden" value="{seen["version"]}"' in wrong.text


def test_the_preview_writes_nothing_with_and_without_javascript(editor: FlaskClient, site: str) -> None:
    section = _section(editor, site)
    path = f"{site}/rubriques/{section}/articles/nouveau"
    token = form_token(editor.get(path).text)
    fields = {"csrf_token": token, "do": "preview", "title": "T", "section": str(section), "source": "**gras**"}
    whole = editor.post(path, data=fields)
    assert "<strong>gras</strong>" in whole.text
    assert "<html" in whole.text
    part = editor.post(path, data=fields, headers={"HX-Request": "true"})
    assert "<strong>gras</strong>" in part.text
    assert "<html" not in part.text
    assert db.session.query(Article).count() == 0


@pytest.mark.both_databases
def test_sections_change_places(editor: FlaskClient, site: str, cast: Cast) -> None:
    first, second = _section(editor, site, "Aaa"), _section(editor, site, "Bbb")
    send(editor, f"{site}/rubriques/{second}/place", {"to": "up"}, page=f"{site}/rubriques")
    order = [one.id for one in db.session.query(Section).order_by(Section.position)]
    assert order == [second, first]
    send(editor, f"{site}/rubriques/{second}/place", {"to": "up"}, page=f"{site}/rubriques")
    assert [one.id for one in db.session.query(Section).order_by(Section.position)] == [second, first]
    menu = editor.get(f"/ecole/{cast.college.uai}/").text
    assert menu.index("Bbb") < menu.index("Aaa")


def test_removal_needs_the_typed_word_and_an_empty_section(editor: FlaskClient, site: str) -> None:
    section = _section(editor, site)
    number = _article(editor, site, section)
    assert send(editor, f"{site}/rubriques/{section}/supprimer", {"word": "supprimer"}).status_code == 409
    assert send(editor, f"{site}/articles/{number}/supprimer", {"word": "oui"}).status_code == 422
    assert send(editor, f"{site}/articles/{number}/supprimer", {"word": "Supprimer"}).status_code == 303
    assert send(editor, f"{site}/rubriques/{section}/supprimer", {"word": "supprimer"}).status_code == 303
    assert editor.get(f"{site}/rubriques/{section}").status_code == 404
    assert db.session.get_one(Section, section).trash_reason == "hand"


def test_an_article_dated_ahead_appears_at_its_hour(editor: FlaskClient, site: str, cast: Cast) -> None:
    section = _section(editor, site)
    number = _article(editor, site, section)
    db.session.get_one(Article, number).published_at = clock.portal_now() + timedelta(hours=1)
    db.session.commit()
    path = f"/ecole/{cast.college.uai}/article/{number}"
    assert editor.get(path).status_code == 404
    set_clock(db.session(), timedelta(hours=2))
    db.session.commit()
    assert editor.get(path).status_code == 200


def test_nobody_writes_in_another_school(editor: FlaskClient, cast: Cast, site: str) -> None:
    section = _section(editor, site)
    other = f"/administration/ecole/{cast.primary.uai}/site"
    for path in ("/rubriques", "/rubriques/nouvelle", f"/rubriques/{section}", f"/rubriques/{section}/articles"):
        assert editor.get(other + path).status_code == 404
    fields = {"title": "x", "section": str(section), "source": "x"}
    token = form_token(editor.get(f"{site}/rubriques/nouvelle").text)
    answer = editor.post(f"{other}/rubriques/{section}/articles/nouveau", data=fields | {"csrf_token": token})
    assert answer.status_code == 404


def test_an_article_is_not_moved_to_another_schools_section(
    app: Flask, editor: FlaskClient, cast: Cast, site: str
) -> None:
    section = _section(editor, site)
    number = _article(editor, site, section)
    foreign = Section(
        school_id=cast.primary.id, title="Ailleurs", slug="ailleurs", created_at=datetime(2026, 6, 1, tzinfo=UTC)
    )
    db.session.add(foreign)
    db.session.commit()
    answer = send(editor, f"{site}/articles/{number}", _values(number) | {"section": str(foreign.id)})
    assert answer.status_code == 422
    assert db.session.get_one(Article, number).section_id == section


def test_teachers_and_families_have_no_such_screens(app: Flask, cast: Cast, site: str) -> None:
    for person in (cast.teacher, cast.guardian, cast.student, cast.staff):
        client = app.test_client()
        sign_in(client, person)
        assert client.get(f"{site}/rubriques").status_code == 404, person.name


def test_every_change_leaves_an_audit_line(editor: FlaskClient, site: str, cast: Cast) -> None:
    section = _section(editor, site)
    number = _article(editor, site, section)
    send(editor, f"{site}/articles/{number}/supprimer", {"word": "supprimer"})
    lines = db.session.query(AuditLine).filter_by(school_id=cast.college.id, actor_id=cast.school_admin.id)
    assert {line.action for line in lines} >= {
        "section.added", "article.written", "article.published", "article.trashed",
    }  # fmt: skip


def _values(number: int, **more: str) -> dict[str, str]:
    """What an article's form holds, as it stands now."""
    db.session.expire_all()
    row = db.session.get_one(Article, number)
    return {
        "title": row.title,
        "section": str(row.section_id),
        "summary": row.summary,
        "source": row.source,
        "version": str(row.version),
        "do": "save",
        **more,
    }
