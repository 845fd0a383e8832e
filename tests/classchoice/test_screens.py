"""The teacher's morning over HTTP: three short pages, a way back, a way to later; nothing of it needs a script (CLASS-1 to CLASS-6)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.classchoice.models import ClassChoice
from app.content.models import Article, MediaFile, Section
from app.db import db
from app.directory.models import ClassMembership
from tests.builders import enrol, make_class, make_person
from tests.classchoice.mornings import Morning, morning
from tests.people import cast
from tests.signing import form_token, send, sign_in, without_tokens

HTML = {"Accept": "text/html"}
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(app: Flask) -> Morning:
    return morning(app)


@pytest.fixture
def client(app: Flask, world: Morning) -> FlaskClient:
    client = app.test_client()
    sign_in(client, world.odette)
    return client


def page_of(world: Morning, end: str = "") -> str:
    return f"/choix-de-classe/{world.cast.primary.uai}{end}"


def choose(client: FlaskClient, world: Morning, *codes: str, **more: str) -> object:
    fields = {"class": [str(world.classes[code]) for code in codes], "version": version(client, world), **more}
    return send(client, page_of(world), fields)


def version(client: FlaskClient, world: Morning) -> str:
    text = client.get(page_of(world)).text
    return text.split('name="version" value="')[1].split('"')[0]


def space_of(class_id: int) -> Section:
    db.session.rollback()
    return db.session.scalars(select(Section).where(Section.class_id == class_id)).one()


def titles_in(class_id: int) -> set[str]:
    section_id = space_of(class_id).id
    query = select(Article.title).where(Article.section_id == section_id, Article.trashed_at.is_(None))
    return set(db.session.scalars(query))


def files_in(class_id: int) -> set[str]:
    section_id = space_of(class_id).id
    return set(db.session.scalars(select(MediaFile.name).where(MediaFile.section_id == section_id)))


def test_who_signs_in_is_led_to_the_cards_each_with_three_pupils(client: FlaskClient, world: Morning) -> None:
    """CLASS-1: never more than a first name and an initial."""
    led = client.get("/espace", headers=HTML)
    assert led.status_code == 303
    assert led.headers["Location"].endswith(page_of(world))
    page = without_tokens(client.get(page_of(world), headers=HTML).text)
    assert "CM1" in page
    assert "Ana B., Ben C., Cléo D." in page
    assert "Brun" not in page
    assert "Dan" not in page, "three of four"


def test_one_class_and_everything_is_three_clicks_and_done(client: FlaskClient, world: Morning) -> None:
    """CLASS-1 to CLASS-3: the usual case. Tick and continue, take all; the third page says what was taken, with links."""
    answer = choose(client, world, "CM1")
    assert answer.headers["Location"].endswith(page_of(world, "/reprise"))
    offered = client.get(page_of(world, "/reprise"), headers=HTML).text
    assert "« CM1 de l’an dernier »" in offered
    assert "3 articles, 2 fichiers" in offered, "what one click takes"
    assert "À part : 1 article d’élève, 1 fichier qui montre des élèves." in offered.replace("\u00a0", " ")
    done = send(client, page_of(world, "/reprise"), {"do": "all", "into": str(world.classes["CM1"])})
    assert done.headers["Location"].endswith(page_of(world, "/bilan"))
    page = client.get(page_of(world, "/bilan"), headers=HTML).text
    assert "Votre classe : CM1" in page
    assert f'href="/espaces/{space_of(world.classes["CM1"]).id}"' in page
    assert titles_in(world.classes["CM1"]) == {"Le musée", "Le jardin", "Sans rubrique"}
    assert files_in(world.classes["CM1"]) == {"arbre.jpg", "plan.jpg"}
    assert client.get("/espace", headers=HTML).status_code == 200, "nobody is led again"


def test_taking_twice_brings_nothing_twice(client: FlaskClient, world: Morning) -> None:
    """CLASS-3: two clicks, two tabs."""
    choose(client, world, "CM1")
    for _click in range(2):
        send(client, page_of(world, "/reprise"), {"do": "all", "into": str(world.classes["CM1"])})
    section_id = space_of(world.classes["CM1"]).id
    titles = db.session.scalars(select(Article.title).where(Article.section_id == section_id)).all()
    assert len(titles) == len(set(titles)) == 3


def test_what_comes_from_pupils_is_unticked_with_the_reason_and_may_be_ticked(
    client: FlaskClient, world: Morning
) -> None:
    """CLASS-2."""
    choose(client, world, "CM1")
    page = client.get(page_of(world, "/reprise"), headers=HTML).text
    assert "dont 1 d’élève" in page
    assert "Décoché d’office" in page
    found = next(line for line in page.splitlines() if 'name="pupils-' in line)
    assert "checked" not in found
    name = found.split('name="')[1].split('"')[0]
    number = name.removeprefix("pupils-")
    sent = {
        "do": "some",
        "into": str(world.classes["CM1"]),
        f"c-{number}": str(world.things["outings"]),
        name: "1",
        "sure": "1",
    }
    assert send(client, page_of(world, "/reprise"), sent).status_code == 303
    assert titles_in(world.classes["CM1"]) == {"Le musée", "Mon poème"}


def test_some_of_it_by_category_and_folder(client: FlaskClient, world: Morning) -> None:
    """CLASS-2: a sub-folder that is unticked under a ticked one stays behind, as the page shows it."""
    choose(client, world, "CM1")
    page = client.get(page_of(world, "/reprise"), headers=HTML).text
    number = page.split('name="f-')[1].split('"')[0]
    values = [part.split('"')[0] for part in page.split(f'name="f-{number}" value="')[1:]]
    top, photos, _may = values
    assert top == "0"
    send(
        client,
        page_of(world, "/reprise"),
        {"do": "some", "into": str(world.classes["CM1"]), f"f-{number}": photos, "sure": "1"},
    )
    assert files_in(world.classes["CM1"]) == set(), "the only file of the folder shows pupils"
    send(
        client,
        page_of(world, "/reprise"),
        {"do": "some", "into": str(world.classes["CM1"]), f"f-{number}": values[1:], "sure": "1"},
    )
    assert files_in(world.classes["CM1"]) == {"arbre.jpg"}
    assert titles_in(world.classes["CM1"]) == set()


def test_one_article_may_be_taken_alone_and_nothing_ticked_is_said(client: FlaskClient, world: Morning) -> None:
    choose(client, world, "CM1")
    page = client.get(page_of(world, "/reprise"), headers=HTML).text
    alone = next(part for part in page.split('href="')[1:] if "/reprise/" in part.split('"')[0]).split('"')[0]
    listed = client.get(alone, headers=HTML).text
    assert "Le musée" in listed
    empty = send(client, alone, {"into": str(world.classes["CM1"])})
    assert empty.status_code == 422
    assert "Cochez ce que vous emportez" in empty.text
    number = listed.split('id="one-')[1].split('"')[0]
    assert send(client, alone, {"into": str(world.classes["CM1"]), "one": number}).status_code == 303
    assert len(titles_in(world.classes["CM1"])) == 1
    assert "déjà repris" in client.get(alone, headers=HTML).text


def test_nothing_now_and_the_rest_later_from_the_class_page(client: FlaskClient, world: Morning) -> None:
    """CLASS-3: what is not taken stays recoverable until the date."""
    choose(client, world, "CM1")
    send(client, page_of(world, "/reprise"), {"do": "nothing"})
    assert titles_in(world.classes["CM1"]) == set()
    page = client.get(f"/espaces/{space_of(world.classes['CM1']).id}", headers=HTML).text
    assert page_of(world, "/reprise") in page
    assert page_of(world, "/bilan") in page
    assert client.get(page_of(world, "/reprise"), headers=HTML).status_code == 200


def test_later_is_remembered_and_the_link_stays_on_the_home(client: FlaskClient, world: Morning) -> None:
    """CLASS-6."""
    assert send(client, page_of(world, "/plus-tard"), page=page_of(world)).status_code == 303
    home = client.get("/espace", headers=HTML)
    assert home.status_code == 200
    assert "Vous n’avez pas encore choisi votre classe" in home.text
    assert page_of(world) in home.text


def test_no_class_yet_and_my_class_is_not_here_are_answers(client: FlaskClient, world: Morning) -> None:
    """CLASS-1: the line goes to the administrator."""
    empty = send(client, page_of(world, "/absente"), {"line": " "}, page=page_of(world))
    assert empty.status_code == 422
    assert "Écrivez quelle classe est la vôtre" in empty.text
    assert send(client, page_of(world, "/absente"), {"line": "CE2 de Mme Roux"}, page=page_of(world)).status_code == 303
    row = db.session.scalars(select(ClassChoice)).one()
    assert (row.answer, row.line) == ("missing", "CE2 de Mme Roux")
    assert send(client, page_of(world, "/pas-encore"), page=page_of(world)).status_code == 303
    db.session.expire_all()
    assert row.answer == "none"
    assert client.get("/espace", headers=HTML).status_code == 200


def test_no_card_ticked_is_told_with_the_cards_still_there(client: FlaskClient, world: Morning) -> None:
    answer = choose(client, world)
    assert answer.status_code == 422
    assert "Cochez au moins une classe" in answer.text
    assert "Ana B." in answer.text


def test_two_teachers_share_a_class_and_each_is_told_of_the_other(
    app: Flask, client: FlaskClient, world: Morning
) -> None:
    """CLASS-5."""
    choose(client, world, "CM1")
    other = app.test_client()
    sign_in(other, world.basile)
    assert f"Déjà avec {world.odette.name}" in other.get(page_of(world), headers=HTML).text
    assert choose(other, world, "CM1").status_code == 303
    teachers = select(ClassMembership.person_id).where(
        ClassMembership.class_id == world.classes["CM1"], ClassMembership.role == "teacher"
    )
    assert set(db.session.scalars(teachers)) == {world.odette.id, world.basile.id}


def test_the_wrong_class_is_put_right_and_what_was_taken_goes_back(client: FlaskClient, world: Morning) -> None:
    """CLASS-5: said before, with figures; then taken again into the right one."""
    choose(client, world, "CM1")
    send(client, page_of(world, "/reprise"), {"do": "all", "into": str(world.classes["CM1"])})
    asked = choose(client, world, "CE2")
    assert asked.status_code == 200
    assert "3 articles" in asked.text
    assert titles_in(world.classes["CM1"]), "nothing has happened yet"
    assert choose(client, world, "CE2", sure="1").status_code == 303
    assert titles_in(world.classes["CM1"]) == set()
    send(client, page_of(world, "/reprise"), {"do": "all", "into": str(world.classes["CE2"])})
    assert len(titles_in(world.classes["CE2"])) == 3


def test_what_was_edited_since_is_listed_and_asked_about(client: FlaskClient, world: Morning) -> None:
    """CLASS-5."""
    choose(client, world, "CM1")
    send(client, page_of(world, "/reprise"), {"do": "all", "into": str(world.classes["CM1"])})
    section_id = space_of(world.classes["CM1"]).id
    where = (Article.section_id == section_id, Article.title == "Le musée")
    article = db.session.scalars(select(Article).where(*where)).one()
    article.title = "Le musée, corrigé"
    db.session.commit()
    asked = choose(client, world, "CE2")
    assert "Le musée, corrigé" in asked.text
    assert "Qu’en faire" in asked.text
    assert choose(client, world, "CE2", sure="1", edited="keep").status_code == 303
    assert titles_in(world.classes["CM1"]) == {"Le musée, corrigé"}


def test_everything_may_be_given_back_without_leaving_the_class(client: FlaskClient, world: Morning) -> None:
    choose(client, world, "CM1")
    send(client, page_of(world, "/reprise"), {"do": "all", "into": str(world.classes["CM1"])})
    back = page_of(world, f"/rendre/{world.classes['CM1']}")
    assert "3 articles" in client.get(back, headers=HTML).text
    assert send(client, back).status_code == 303
    assert titles_in(world.classes["CM1"]) == set()
    assert "Votre classe : CM1" in client.get(page_of(world, "/bilan"), headers=HTML).text


def test_the_level_is_asked_where_nobody_has_said_it_and_the_home_reminds(client: FlaskClient, world: Morning) -> None:
    """CLASS-4."""
    choose(client, world, "CE2")
    assert "Le niveau de CE2 reste à dire" in client.get("/espace", headers=HTML).text
    none = send(client, page_of(world, "/bilan"), {})
    assert none.status_code == 422
    number = world.classes["CE2"]
    assert (
        send(client, page_of(world, "/bilan"), {"of": str(number), f"level-{number}": ["CP", "CE2"]}).status_code == 303
    )
    assert "reste à dire" not in client.get("/espace", headers=HTML).text


def test_somebody_elses_choice_school_or_class_does_not_exist(app: Flask, world: Morning) -> None:
    """Isolation: another school's teacher, a parent, a class that is not mine."""
    for person in (world.cast.teacher, world.cast.guardian, world.cast.staff):
        client = app.test_client()
        sign_in(client, person)
        for end in ("", "/reprise", "/bilan", f"/rendre/{world.classes['CM1']}"):
            assert client.get(page_of(world, end), headers=HTML).status_code == 404
    client = app.test_client()
    sign_in(client, world.odette)
    foreign = world.cast.college.classes[2026]["6A"]
    sent = {"class": str(foreign), "version": version(client, world)}
    assert send(client, page_of(world), sent).status_code == 404
    assert client.get(f"/classes/{foreign}/choix", headers=HTML).status_code == 404


def test_before_the_new_classes_last_years_is_kept_and_said_in_one_sentence(app: Flask) -> None:
    """CLASS-6: nobody is led anywhere; the page of the choice says why."""
    people = cast(app)
    made = ClassMembership(
        class_id=people.primary.classes[2025]["CM2"], person_id=people.primary_head.id, role="teacher", source="hand"
    )
    db.session.add(made)
    db.session.commit()
    client = app.test_client()
    sign_in(client, people.primary_head)
    home = client.get("/espace", headers=HTML)
    assert home.status_code == 200
    assert "vous gardez CM2, pour lire et pour écrire comme avant" in home.text
    assert "Il n’y a encore rien à choisir" in client.get("/choix-de-classe", headers=HTML).text


def test_the_pages_cost_the_same_in_a_school_of_any_size(
    client: FlaskClient, world: Morning, count_queries: Counting
) -> None:
    def cost(end: str) -> int:
        client.get(page_of(world, end))
        with count_queries() as statements:
            assert client.get(page_of(world, end)).status_code == 200
        return len(statements)

    choose(client, world, "CM1")
    before = [cost(end) for end in ("", "/reprise", "/bilan")]
    from app.directory.models import School, SchoolYear

    school = db.session.get_one(School, world.cast.primary.id)
    year = db.session.get_one(SchoolYear, world.cast.years[2026].id)
    for number in range(30):
        made = make_class(school, year, f"X{number}", level="CP")
        for pupil in range(3):
            enrol(make_person(f"Élève{number}", f"Nom{pupil}"), made)
        enrol(make_person("Prof", f"Numéro{number}"), made, "teacher")
    db.session.commit()
    assert [cost(end) for end in ("", "/reprise", "/bilan")] == before


def test_a_form_needs_its_token(client: FlaskClient, world: Morning) -> None:
    assert client.post(page_of(world), data={"class": "1"}).status_code in (400, 403)
    assert form_token(client.get(page_of(world)).text)
