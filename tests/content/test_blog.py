"""A blog: written, proposed, approved, sent back, published, commented, edited by two (PORTAL-2, PORTAL-14, PORTAL-16)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from app import clock
from app.audit.models import AuditDetail, AuditLine
from app.content.models import Article, ArticleAttachment, Comment, Section
from app.content.spaces import SpaceRole
from app.db import db
from app.files.models import Blob
from app.profiles import Profile
from tests import people
from tests.content.rows import give_role, make_article, make_category, make_class_space, make_section
from tests.people import Cast, Someone
from tests.signing import form_token, send, sign_in

Enter = Callable[[Someone], FlaskClient]


@pytest.fixture
def cast(app: Flask) -> Cast:
    return people.cast(app)


@pytest.fixture
def enter(app: Flask, cast: Cast) -> Enter:
    def signed_in(person: Someone) -> FlaskClient:
        db.session.commit()
        client = app.test_client()
        sign_in(client, person)
        return client

    return signed_in


@pytest.fixture
def space(cast: Cast) -> Section:
    """The space of Hugo's class."""
    return make_class_space(cast.college.id, cast.college.classes[2026]["5A"], "5A")


def newest() -> Article:
    db.session.expire_all()
    found = db.session.query(Article).order_by(Article.id.desc()).first()
    assert found is not None
    return found


def write(client: FlaskClient, space: Section, do: str, **fields: object) -> Article:
    values = {"title": "Le musée", "source": "Nous y **étions**.", "category": "0", "do": do, **fields}
    answer = send(client, f"/espaces/{space.id}/blog/ecrire", values)
    assert answer.status_code == 303, answer.text
    return newest()


def values_of(article: Article, **more: str) -> dict[str, str]:
    kept = {"title": article.title, "source": article.source, "category": "0", "version": str(article.version)}
    return kept | {"do": "save", **more}


def test_a_pupils_article_is_read_by_others_once_a_teacher_has_approved_it(
    enter: Enter, cast: Cast, space: Section
) -> None:
    pupil, teacher, parent = enter(cast.student), enter(cast.teacher), enter(cast.guardian)
    article = write(pupil, space, "publish")
    path = f"/espaces/{space.id}/blog/{article.id}"
    assert article.published_at is None
    assert article.submitted_at is not None, "a writer proposes, whatever button is forged"
    assert (article.author_profile, article.school_id) == (Profile.STUDENT, cast.college.id)
    assert parent.get(path).status_code == 404
    assert "À valider" in teacher.get(f"/espaces/{space.id}/blog").text
    assert send(pupil, f"{path}/etat", {"do": "publish"}, page=path).status_code == 404
    assert send(teacher, f"{path}/etat", {"do": "publish"}, page=path).status_code == 303
    assert "<strong>étions</strong>" in parent.get(path).text
    assert "Hugo Moreau" in parent.get(f"/espaces/{space.id}/blog").text


def test_an_article_goes_back_to_its_author_with_a_word(enter: Enter, cast: Cast, space: Section) -> None:
    pupil, teacher = enter(cast.student), enter(cast.teacher)
    path = f"/espaces/{space.id}/blog/{write(pupil, space, 'submit').id}"
    empty = send(teacher, f"{path}/etat", {"do": "return", "back-words": ""}, page=path)
    assert empty.status_code == 422
    back = send(teacher, f"{path}/etat", {"do": "return", "back-words": "Relis la fin."}, page=path)
    assert back.status_code == 303
    assert "Relis la fin." in pupil.get(path).text
    assert teacher.get(path).status_code == 404, "a draft is its author's alone"
    send(pupil, f"{path}/etat", {"do": "submit"}, page=path)
    assert newest().returned == ""


def test_a_writer_who_changes_an_approved_article_waits_for_approval_again(
    enter: Enter, cast: Cast, space: Section
) -> None:
    article = make_article(space, author_id=cast.student.id)
    path = f"/espaces/{space.id}/blog/{article.id}/modifier"
    pupil = enter(cast.student)
    assert send(pupil, path, values_of(article, source="Autre chose.")).status_code == 303
    changed = newest()
    assert (changed.published_at, changed.submitted_at is not None) == (None, True)


def test_readers_neither_write_nor_change_nor_moderate(enter: Enter, cast: Cast, space: Section) -> None:
    article = make_article(space, author_id=cast.student.id)
    said = Comment(article_id=article.id, author_id=cast.student.id, text="Bravo", written_at=clock.portal_now())
    db.session.add(said)
    parent, path = enter(cast.guardian), f"/espaces/{space.id}/blog/{article.id}"
    token = form_token(parent.get(path).text)
    for page in (f"/espaces/{space.id}/blog/ecrire", f"{path}/modifier", f"{path}/corbeille"):
        assert parent.get(page).status_code == 404, page
    for action in ("etat", "corbeille", f"commentaires/{said.id}"):
        answer = parent.post(f"{path}/{action}", data={"csrf_token": token, "do": "withdraw"})
        assert answer.status_code == 404, action


@pytest.mark.postgresql_for("staff")
@pytest.mark.parametrize("stranger", ["pupil", "movers_guardian", "staff", "guest", "authority", "primary_head"])
def test_a_blog_does_not_exist_for_strangers(enter: Enter, cast: Cast, space: Section, stranger: str) -> None:
    article, client = make_article(space), enter(getattr(cast, stranger))
    for page in ("", "/blog", f"/blog/{article.id}", "/blog/ecrire", "/blog/pdf", "/reglages", "/roles", "/corbeille"):
        assert client.get(f"/espaces/{space.id}{page}").status_code == 404, page


def test_an_article_is_found_under_its_own_section_only(enter: Enter, cast: Cast, space: Section) -> None:
    other = make_section(cast.college.id, "Secrète", restricted=True)
    article = make_article(other)
    assert enter(cast.teacher).get(f"/espaces/{space.id}/blog/{article.id}").status_code == 404


def test_the_second_of_two_writers_is_told_and_loses_nothing(enter: Enter, cast: Cast, space: Section) -> None:
    article = make_article(space, author_id=cast.student.id)
    path, seen = f"/espaces/{space.id}/blog/{article.id}/modifier", values_of(article)
    teacher, pupil = enter(cast.teacher), enter(cast.student)
    assert send(teacher, path, seen | {"source": "Texte du premier."}).status_code == 303
    late = send(pupil, path, seen | {"source": "Texte du second."})
    assert late.status_code == 409
    assert "Texte du second." in late.text
    assert "Texte du premier." in late.text
    assert newest().source == "Texte du premier."
    again = send(pupil, path, values_of(newest(), source="Texte du second."))
    assert again.status_code == 303
    assert newest().source == "Texte du second."


def test_what_is_typed_is_sanitised_before_it_is_kept(enter: Enter, cast: Cast, space: Section) -> None:
    hostile = (
        '<p data-hx-get="/x" hx-on:click="a()" class="b" style="c" onclick="d()">Bonjour</p>'
        '<script>e()</script><img src="https://t.example/p.gif"><a href="javascript:f()">g</a>'
    )
    article = write(enter(cast.teacher), space, "publish", source=hostile)
    for word in ("hx-", "onclick", "style", "class=", "script", "img", "javascript", "t.example"):
        assert word not in article.body, word
    assert "<p>Bonjour</p>" in article.body


def test_an_article_dated_ahead_waits_for_its_hour(enter: Enter, cast: Cast, space: Section) -> None:
    ahead = (clock.portal_now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    teacher, parent = enter(cast.teacher), enter(cast.guardian)
    article = write(teacher, space, "publish", publish_at=ahead)
    path = f"/espaces/{space.id}/blog/{article.id}"
    assert article.published_at is not None
    assert teacher.get(path).status_code == 200
    assert parent.get(path).status_code == 404
    assert article.title not in parent.get(f"/espaces/{space.id}").text


@pytest.mark.both_databases
def test_files_come_along_and_count_and_over_the_quota_nothing_is_kept(
    enter: Enter, cast: Cast, space: Section
) -> None:
    """PORTAL-14: the refusal says what is left; no row, no blob, no article remains."""
    teacher = enter(cast.teacher)
    picture = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
    files = [(BytesIO(picture.getvalue()), "photo.png"), (BytesIO("Compte rendu à lire.".encode()), "notes.txt")]
    article = write(teacher, space, "publish", files=files)
    kept = db.session.query(ArticleAttachment).order_by(ArticleAttachment.id).all()
    assert [one.name for one in kept] == ["photo.png", "notes.txt"]
    assert db.session.get_one(Section, space.id).used == sum(one.size for one in kept)
    got = teacher.get(f"/espaces/{space.id}/blog/{article.id}/pieces/{kept[0].id}")
    assert got.data == picture.getvalue()
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    got.close()

    db.session.get_one(Section, space.id).quota = db.session.get_one(Section, space.id).used + 5
    db.session.commit()
    rows, blobs = db.session.query(Article).count(), db.session.query(Blob).count()
    fields = {"title": "Trop", "source": "x", "category": "0", "do": "publish"}
    heavy = send(
        teacher, f"/espaces/{space.id}/blog/ecrire", fields | {"files": [(BytesIO(b"beaucoup trop"), "trop.txt")]}
    )
    assert heavy.status_code == 422
    assert "5" in heavy.text
    assert 'value="Trop"' in heavy.text
    assert (db.session.query(Article).count(), db.session.query(Blob).count()) == (rows, blobs)

    remove = values_of(newest(), remove=str(kept[0].id))
    assert send(teacher, f"/espaces/{space.id}/blog/{article.id}/modifier", remove).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Section, space.id).used == kept[1].size


def test_comments_are_hidden_by_a_moderator_and_closed_by_the_writer(enter: Enter, cast: Cast, space: Section) -> None:
    article = make_article(space)
    path = f"/espaces/{space.id}/blog/{article.id}"
    parent, teacher = enter(cast.guardian), enter(cast.teacher)
    assert send(parent, f"{path}/commentaires", {"text": ""}, page=path).status_code == 422
    assert send(parent, f"{path}/commentaires", {"text": "<b>Bravo</b>"}, page=path).status_code == 303
    assert "&lt;b&gt;Bravo&lt;/b&gt;" in parent.get(path).text
    said = db.session.query(Comment).one()
    send(teacher, f"{path}/commentaires/{said.id}", {"do": "hide"}, page=path)
    assert "Bravo" not in parent.get(path).text
    assert "Bravo" in teacher.get(path).text
    db.session.get_one(Article, article.id).comments_open = False
    token = form_token(parent.get(path).text)
    closed = parent.post(f"{path}/commentaires", data={"csrf_token": token, "text": "Encore"})
    assert closed.status_code == 409
    assert db.session.query(Comment).count() == 1


@pytest.mark.both_databases
def test_the_blog_is_read_by_category_month_and_page(enter: Enter, cast: Cast, space: Section) -> None:
    trips = make_category(space)
    at = datetime.fromisoformat("2026-03-02T08:00+00:00")
    for number in range(25):
        make_article(space, f"Mars {number:02d}", published_at=at + timedelta(minutes=number))
    make_article(space, "Avril", published_at=at + timedelta(days=35), category_id=trips.id)
    pupil, path = enter(cast.student), f"/espaces/{space.id}/blog"
    seen, url = [], path
    for _page in range(3):
        html = pupil.get(url).text
        seen += [n for n in range(24, -1, -1) if f"Mars {n:02d}" in html]
        older = re.search(r'href="([^"]+)">(?:(?!</a>).)*Articles plus anciens', html, re.DOTALL)
        url = older[1] if older else ""
    assert seen == list(range(24, -1, -1))
    assert url == ""
    assert "Mars 01" not in pupil.get(f"{path}?category={trips.id}").text
    assert "Avril" in pupil.get(f"{path}?month=2026-04").text
    assert "Avril" not in pupil.get(f"{path}?month=2026-03").text
    assert pupil.get(f"{path}?after=99999999999999999999-x&month=2026-99&category=a").status_code == 200
    part = pupil.get(path, headers={"HX-Request": "true"}).text
    assert "Avril" in part
    assert "<html" not in part


def test_the_pages_of_a_blog_take_as_many_queries_for_a_thousand_articles_as_for_ten(
    enter: Enter, cast: Cast, space: Section, count_queries: Callable[..., object]
) -> None:
    teacher = enter(cast.teacher)
    for number in range(11):
        make_article(space, f"A{number}", author_id=cast.student.id)
    pages = (f"/espaces/{space.id}", f"/espaces/{space.id}/blog", "/espaces")
    counts = []
    for round_ in range(2):
        for page in pages:
            teacher.get(page)
            with count_queries() as queries:  # type: ignore[attr-defined]
                assert teacher.get(page).status_code == 200
            # Revisions are looked at once a second, whoever asks.
            counts.append((page, len([one for one in queries if "FROM revision" not in one])))
        if round_ == 0:
            rows = [
                {
                    "section_id": space.id, "school_id": space.school_id, "title": f"B{n}", "summary": "", "source": "",
                    "body": "<p>x</p>", "author_id": cast.student.id, "comments_open": True, "returned": "", "version": 1,
                    "published_at": clock.portal_now() - timedelta(minutes=n + 1), "changed_at": clock.portal_now(),
                }
                for n in range(1000)
            ]  # fmt: skip
            db.session.execute(Article.__table__.insert(), rows)
    assert counts[: len(pages)] == counts[len(pages) :]
    assert max(count for _page, count in counts) <= 25


def test_a_video_is_a_card_until_it_is_opened_and_only_that_page_speaks_to_its_host(
    enter: Enter, cast: Cast, space: Section
) -> None:
    """PORTAL-16: nothing is asked of another site before somebody opens it; a host that is not listed stays text."""
    source = "Voici :\n\nhttps://podeduc.apps.education.fr/video/12-eau/\n\nhttps://traqueur.example/v/1\n\nFin."
    article = write(enter(cast.teacher), space, "publish", source=source)
    pupil, path = enter(cast.student), f"/espaces/{space.id}/blog/{article.id}"
    page = pupil.get(path)
    assert "iframe" not in page.text
    assert "frame-src" not in page.headers["Content-Security-Policy"]
    assert f"{path}/contenu/0" in page.text
    opened = pupil.get(f"{path}/contenu/0")
    assert "frame-src https://podeduc.apps.education.fr" in opened.headers["Content-Security-Policy"]
    assert 'src="https://podeduc.apps.education.fr/video/12-eau/?is_iframe=true"' in opened.text
    assert "traqueur" not in opened.headers["Content-Security-Policy"]
    assert pupil.get(f"{path}/contenu/1").status_code == 404


def test_every_change_leaves_an_audit_line_without_the_text(enter: Enter, cast: Cast, space: Section) -> None:
    teacher = enter(cast.teacher)
    article = write(teacher, space, "publish", source="Entre nous")
    path = f"/espaces/{space.id}/blog/{article.id}"
    send(teacher, f"{path}/etat", {"do": "withdraw"}, page=path)
    send(teacher, f"{path}/corbeille", {})
    lines = {line.action for line in db.session.query(AuditLine).filter_by(subject_id=article.id)}
    assert lines >= {"article.written", "article.published", "article.withdrawn", "article.trashed"}
    assert [str(one.values) for one in db.session.query(AuditDetail) if "Entre nous" in str(one.values)] == []


def test_a_publisher_publishes_their_own_and_leaves_others_alone(enter: Enter, cast: Cast) -> None:
    section = make_section(cast.college.id, restricted=True)
    give_role(section, SpaceRole.PUBLISHER, person_id=cast.staff.id)
    give_role(section, SpaceRole.WRITER, person_id=cast.student.id)
    staff = enter(cast.staff)
    assert write(staff, section, "publish").published_at is not None
    proposed = write(enter(cast.student), section, "submit")
    assert staff.get(f"/espaces/{section.id}/blog/{proposed.id}").status_code == 404
