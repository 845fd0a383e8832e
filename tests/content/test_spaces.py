"""Spaces on screens: tree, settings, categories, temporary and permanent, class spaces, groups, partnerships, trash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.audit.actions import COMMAND
from app.content import jobs, queries
from app.content.actions import make_class_spaces
from app.content.models import Article, Category, Comment, PartnershipClass, Section, SectionRole
from app.content.spaces import Service, SpaceKind, SpaceRole
from app.db import db
from app.profiles import Profile
from tests import people
from tests.content.rows import (
    MADE,
    give_role,
    make_article,
    make_category,
    make_class_space,
    make_group,
    make_section,
)
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


def settings_of(section: Section, **more: object) -> dict[str, object]:
    return {
        "title": section.title,
        "introduction": section.introduction,
        "services": list(section.services),
        "parent": str(section.parent_id or 0),
        "visible": "y",
        "version": str(section.version),
        **more,
    }


def fresh(section_id: int) -> Section:
    db.session.expire_all()
    return db.session.get_one(Section, section_id)


# What everybody may read -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "columns",
    [
        {"restricted": True},
        {"visible": False},
        {"trashed_at": MADE},
        {"set_aside_by": 7},
        *({"kind": kind} for kind in SpaceKind if kind != SpaceKind.SCHOOL),
    ],
)
def test_nothing_but_an_open_section_of_the_school_is_ever_public(
    enter: Enter, cast: Cast, client: FlaskClient, columns: dict[str, object]
) -> None:
    """SITE-2, SITE-3: no class's, group's or person's space, whatever its boxes say, and nothing from the trash."""
    public = make_article(make_section(cast.college.id, "Ouverte", slug="ouverte"), "Public")
    section = make_section(cast.college.id, "Fermée", slug="fermee", **columns)
    article = make_article(section, "Interne")
    make_article(section, "Daté", published_at=clock.portal_now() + timedelta(days=1))
    now = clock.portal_now()
    assert [one.title for one in queries.public_news(cast.college.id, now)] == ["Public"]
    assert [one.title for one in queries.public_sections(cast.college.id)] == ["Ouverte"]
    assert queries.next_publication(now, cast.college.id) is None
    school = f"/ecole/{cast.college.uai}"
    assert client.get(f"{school}/article/{public.id}").status_code == 200
    assert client.get(f"{school}/article/{article.id}").status_code == 404
    assert client.get(f"{school}/rubrique/fermee").status_code == 404
    assert "Interne" not in client.get(f"{school}/").text + client.get(f"{school}/actualites").text


def test_an_article_in_the_trash_is_nowhere_public(cast: Cast, client: FlaskClient) -> None:
    section = make_section(cast.college.id)
    article = make_article(section, trashed_at=MADE)
    assert queries.public_news(cast.college.id, clock.portal_now()) == []
    assert client.get(f"/ecole/{cast.college.uai}/article/{article.id}").status_code == 404


# The tree and the page of a space --------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_the_tree_shows_what_each_may_read_and_in_which_order(enter: Enter, cast: Cast) -> None:
    top = make_section(cast.college.id, "Vie du collège", position=1)
    make_section(cast.college.id, "Restauration", parent_id=top.id, position=2)
    make_section(cast.college.id, "Conseil", restricted=True, position=3)
    make_section(cast.primary.id, "Ailleurs")
    make_class_space(cast.college.id, cast.college.classes[2026]["5A"], "5A")
    path = f"/etablissements/{cast.college.uai}/rubriques"
    pupil, head = enter(cast.student).get(path).text, enter(cast.head).get(path).text
    assert "Conseil" not in pupil
    assert "Ailleurs" not in pupil + head
    assert head.index("Vie du collège") < head.index("Restauration") < head.index("Conseil")
    assert "5A" in pupil
    assert enter(cast.pupil).get(path).status_code == 404
    assert "5A</a>" not in enter(cast.staff).get(path).text


def test_the_page_of_a_class_shows_its_people_news_and_services(enter: Enter, cast: Cast) -> None:
    space = make_class_space(cast.college.id, cast.college.classes[2026]["5A"], "5A")
    make_article(space, "Sortie au musée")
    pupil = enter(cast.student).get(f"/espaces/{space.id}").text
    for word in ("Sortie au musée", "Thérèse Marchand", "Blog", "Écrire un article"):
        assert word in pupil, word
    parent = enter(cast.guardian).get(f"/espaces/{space.id}").text
    assert "Écrire un article" not in parent
    assert "Réglages" not in parent
    teacher = enter(cast.teacher).get(f"/espaces/{space.id}").text
    assert "Réglages" in teacher
    assert "Qui peut quoi" in teacher
    assert "5A" in enter(cast.student).get("/espaces").text


def test_a_service_that_is_not_offered_has_no_page(enter: Enter, cast: Cast) -> None:
    section = make_section(cast.college.id, services=[str(Service.MEDIA)])
    make_article(section)
    head = enter(cast.head)
    assert head.get(f"/espaces/{section.id}/blog").status_code == 404
    assert f"/espaces/{section.id}/blog" not in head.get(f"/espaces/{section.id}").text


# Settings --------------------------------------------------------------------------------------------------------------


def test_settings_change_services_place_and_duration(enter: Enter, cast: Cast) -> None:
    """DATA-3: made permanent in time, a section is not archived with the year (SITE-3)."""
    top = make_section(cast.college.id, "En haut")
    section = make_section(cast.college.id, temporary=True)
    head, path = enter(cast.head), f"/espaces/{section.id}/reglages"
    assert "checked" in head.get(path).text
    wanted = settings_of(section, title="Nouveau", services=["blog", "media"], parent=str(top.id))
    assert send(head, path, wanted).status_code == 303
    changed = fresh(section.id)
    assert (changed.title, changed.parent_id, changed.temporary) == ("Nouveau", top.id, False)
    assert changed.services == ["blog", "media"]
    assert send(head, path, settings_of(changed, temporary="y")).status_code == 303
    assert fresh(section.id).temporary


def test_the_second_who_settles_is_told(enter: Enter, cast: Cast) -> None:
    section = make_section(cast.college.id)
    head, path, seen = enter(cast.head), f"/espaces/{section.id}/reglages", settings_of(section)
    assert send(head, path, seen | {"title": "Premier"}).status_code == 303
    late = send(enter(cast.school_admin), path, seen | {"title": "Second"})
    assert late.status_code == 409
    assert "Second" in late.text
    assert fresh(section.id).title == "Premier"


def test_what_stands_below_is_never_more_open(enter: Enter, cast: Cast) -> None:
    """SITE-2: restricting a section restricts its sub-sections; one made below a restricted one is restricted."""
    top = make_section(cast.college.id, "En haut")
    below = make_section(cast.college.id, "Dessous", parent_id=top.id)
    head = enter(cast.head)
    assert send(head, f"/espaces/{top.id}/reglages", settings_of(top, restricted="y")).status_code == 303
    assert fresh(below.id).restricted
    made = send(head, f"/espaces/{top.id}/sous-rubrique", {"title": "Neuve", "parent": str(top.id)})
    assert made.status_code == 303
    new = db.session.query(Section).filter_by(title="Neuve").one()
    assert (new.restricted, new.parent_id) == (True, top.id)


def test_a_section_never_stands_below_itself(enter: Enter, cast: Cast) -> None:
    top = make_section(cast.college.id, "En haut")
    below = make_section(cast.college.id, "Dessous", parent_id=top.id)
    foreign = make_section(cast.primary.id, "Ailleurs")
    for parent in (top, below, foreign):
        answer = send(enter(cast.head), f"/espaces/{top.id}/reglages", settings_of(top, parent=str(parent.id)))
        assert answer.status_code == 422
    assert fresh(top.id).parent_id is None


def test_categories_are_added_once_and_taken_away_without_their_articles(enter: Enter, cast: Cast) -> None:
    section = make_section(cast.college.id)
    head, page = enter(cast.head), f"/espaces/{section.id}/reglages"
    add = f"/espaces/{section.id}/categories"
    assert send(head, add, {"category-name": "Sorties"}, page=page).status_code == 303
    assert send(head, add, {"category-name": "sorties"}, page=page).status_code == 422
    category = db.session.query(Category).one()
    article = make_article(section, category_id=category.id)
    assert send(head, f"{add}/{category.id}", {}, page=page).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Article, article.id).category_id is None
    foreign = make_category(make_section(cast.primary.id), "Autre")
    assert send(head, f"{add}/{foreign.id}", {}, page=page).status_code == 404


def test_only_managers_settle_and_only_adults_give_roles(enter: Enter, cast: Cast) -> None:
    section = make_section(cast.college.id)
    give_role(section, SpaceRole.MODERATOR, person_id=cast.staff.id)
    give_role(section, SpaceRole.MANAGER, person_id=cast.student.id)
    staff, pupil = enter(cast.staff), enter(cast.student)
    for page in ("reglages", "roles", "corbeille", "sous-rubrique", "a-la-corbeille"):
        assert staff.get(f"/espaces/{section.id}/{page}").status_code == 404, page
    assert pupil.get(f"/espaces/{section.id}/reglages").status_code == 200
    assert pupil.get(f"/espaces/{section.id}/roles").status_code == 404


def test_an_administrator_adds_sections_and_a_towns_space(enter: Enter, cast: Cast) -> None:
    path = f"/etablissements/{cast.college.uai}/rubriques/nouvelle"
    head = enter(cast.head)
    assert send(head, path, {"title": "Mairie", "parent": "0", "town": "y"}).status_code == 303
    town = db.session.query(Section).one()
    assert town.kind == SpaceKind.TOWN
    assert enter(cast.authority).get(f"/espaces/{town.id}/reglages").status_code == 200
    assert enter(cast.teacher).get(path).status_code == 404
    assert head.get(path.replace(cast.college.uai, cast.primary.uai)).status_code == 404


# Roles -----------------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_roles_are_given_listed_and_withdrawn(enter: Enter, cast: Cast) -> None:
    """PORTAL-2: to a class's guardians, to a person found by name; nothing to people of another school."""
    section = make_section(cast.college.id, restricted=True)
    head, path = enter(cast.head), f"/espaces/{section.id}/roles"
    class_id = cast.college.classes[2026]["5A"]
    given = {"subject": f"class-{class_id}", "profile": "guardian", "role": "writer"}
    assert send(head, path, given).status_code == 303
    assert send(head, path, given).status_code == 422, "twice is once"
    row = db.session.query(SectionRole).one()
    assert (row.class_id, row.profile, row.role) == (class_id, Profile.GUARDIAN, SpaceRole.WRITER)
    assert "classe 5A" in head.get(path).text
    assert enter(cast.guardian).get(f"/espaces/{section.id}").status_code == 200
    wrong = [{"subject": ""}, {"subject": f"class-{class_id}", "profile": "staff"}, {"subject": "class-999"}]
    for fields in wrong:
        answer = send(head, path, {"profile": "", "role": "writer", **fields})
        assert answer.status_code == 422, fields
    assert "Sonia Leroux" in head.get(f"{path}?q=leroux").text
    assert "Chloé" not in head.get(f"{path}?q=chloe").text
    person = f"{path}/personne"
    assert send(head, person, {"person": str(cast.staff.id), "role": "publisher"}, page=path).status_code == 303
    assert send(head, person, {"person": str(cast.pupil.id), "role": "publisher"}, page=path).status_code == 404
    assert send(head, f"{path}/{row.id}/retirer", {}, page=path).status_code == 303
    assert enter(cast.guardian).get(f"/espaces/{section.id}").status_code == 404


# Opening spaces --------------------------------------------------------------------------------------------------------


def test_every_class_of_the_year_gets_one_space_and_never_two(cast: Cast) -> None:
    now = clock.portal_now()
    college, old = cast.college, cast.years[2025].id
    gone = make_class_space(college.id, college.classes[2025]["6A"])
    gone.trashed_at = MADE
    db.session.flush()
    assert make_class_spaces(old, college.id, by=COMMAND, now=now) == 1, "one in the trash is not made again"
    assert make_class_spaces(old, by=COMMAND, now=now) == len(cast.primary.classes[2025])
    assert jobs.make_spaces(now) == 0
    made = db.session.query(Section).filter_by(class_id=college.classes[2025]["5A"]).one()
    assert (made.kind, made.title, made.restricted, made.school_id) == (SpaceKind.CLASS, "5A", True, college.id)
    assert set(made.services) == {"blog", "media", "contests", "map"}
    assert made.created_at == now


def test_an_administrator_makes_the_missing_class_spaces_at_once(enter: Enter, cast: Cast) -> None:
    page = f"/etablissements/{cast.college.uai}/rubriques"
    head = enter(cast.head)
    for expected in ("Espaces de classe créés", "Chaque classe a déjà son espace"):
        send(head, f"/etablissements/{cast.college.uai}/espaces-de-classe", {}, page=page)
        assert expected in head.get(page).text
    assert {one.school_id for one in db.session.query(Section)} == {cast.college.id}


def test_a_group_gets_a_space_from_its_manager_and_it_lasts_as_the_group(enter: Enter, cast: Cast) -> None:
    """S3-2, S3-3: a group of the year has a temporary space."""
    group = make_group(cast.college.id, cast.teacher.id, cast.student.id)
    path = f"/groupes/{group.id}/espace"
    assert enter(cast.student).get(path).status_code == 404
    teacher = enter(cast.teacher)
    assert send(teacher, path, {}).status_code == 303
    space = db.session.query(Section).one()
    assert (space.kind, space.temporary, space.group_id) == (SpaceKind.GROUP, True, group.id)
    assert teacher.get(path).status_code == 303, "led to the one that is there"
    assert "Journal du collège" in enter(cast.student).get("/espaces").text
    assert enter(cast.other_student).get(f"/espaces/{space.id}").status_code == 404


@pytest.mark.both_databases
def test_a_partnership_is_founded_joined_by_code_and_left(enter: Enter, cast: Cast) -> None:
    """DATA-6: another school's class joins with the code; its pupils come in, and leave with it."""
    teacher, director = enter(cast.teacher), enter(cast.primary_head)
    fields = {"title": "CM2 et 6e", "school_class": str(cast.college.classes[2026]["6A"])}
    assert send(teacher, "/partenariats/nouveau", fields).status_code == 303
    space = db.session.query(Section).one()
    assert space.code is not None
    own = str(cast.primary.classes[2026]["CM2"])
    wrong = send(director, "/partenariats/rejoindre", {"code": "ZZZZ", "school_class": own})
    assert wrong.status_code == 422
    code = f"{space.code[:4].lower()} {space.code[4:]}"
    assert send(director, "/partenariats/rejoindre", {"code": code, "school_class": own}).status_code == 303
    again = send(director, "/partenariats/rejoindre", {"code": code, "school_class": own})
    assert again.status_code == 422
    pupil = enter(cast.pupil)
    assert "CM2 et 6e" in pupil.get("/espaces").text
    foreign = {"title": "x", "school_class": own}
    assert send(teacher, "/partenariats/nouveau", foreign).status_code == 422, "only one's own classes"
    page = f"/espaces/{space.id}/reglages"
    assert send(director, f"/espaces/{space.id}/quitter", {}, page=page).status_code == 303
    assert db.session.query(PartnershipClass).count() == 1
    assert pupil.get(f"/espaces/{space.id}").status_code == 404
    assert enter(cast.staff).get("/partenariats/nouveau").status_code == 404


def test_a_personal_space_is_made_once(enter: Enter, cast: Cast) -> None:
    pupil = enter(cast.student)
    token = form_token(pupil.get("/espaces").text)
    for _click in range(2):
        assert pupil.post("/espaces/personnel", data={"csrf_token": token}).status_code == 303
    space = db.session.query(Section).one()
    assert (space.kind, space.school_id, space.person_id) == (SpaceKind.PERSONAL, None, cast.student.id)
    assert pupil.get(f"/espaces/{space.id}").status_code == 200
    for other in (cast.guardian, cast.teacher, cast.head, cast.operator):
        assert enter(other).get(f"/espaces/{space.id}").status_code == 404, other.name


# Trash -----------------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_an_article_goes_to_the_trash_comes_back_and_is_erased(enter: Enter, cast: Cast) -> None:
    section = make_section(cast.college.id)
    article = make_article(section, "Le musée")
    db.session.add(Comment(article_id=article.id, text="Bravo", written_at=MADE))
    head, blog = enter(cast.head), f"/espaces/{section.id}/blog"
    trash = f"/espaces/{section.id}/corbeille"
    for back in (True, False):
        assert send(head, f"{blog}/{article.id}/corbeille", {}).status_code == 303
        assert head.get(f"{blog}/{article.id}").status_code == 404
        assert "Le musée" in head.get(trash).text
        if back:
            assert send(head, f"{trash}/articles/{article.id}", {}, page=trash).status_code == 303
            assert "Le musée" in head.get(blog).text
    erase = f"{trash}/articles/{article.id}/effacer"
    assert send(head, erase, {"word": "oui"}).status_code == 422
    assert send(head, erase, {"word": "supprimer"}).status_code == 303
    assert db.session.query(Article).count() == db.session.query(Comment).count() == 0


@pytest.mark.both_databases
def test_a_section_goes_to_the_trash_with_what_stands_below_and_comes_back_with_it(enter: Enter, cast: Cast) -> None:
    """S1-2: administrators see it in the school's trash, with a warning while it is only days old."""
    top = make_section(cast.college.id, "En haut")
    below = make_section(cast.college.id, "Dessous", parent_id=top.id)
    make_article(below, "Le musée")
    old = make_section(cast.college.id, "Vieille", trashed_at=MADE, trash_reason="archived")
    head = enter(cast.head)
    assert send(head, f"/espaces/{top.id}/a-la-corbeille", {"word": "supprimer"}).status_code == 303
    assert enter(cast.teacher).get(f"/espaces/{below.id}").status_code == 404
    page = f"/administration/ecole/{cast.college.uai}/corbeille"
    shown = head.get(page).text
    for word in ("En haut", "Dessous", "Vieille", "depuis quelques jours", "Récent"):
        assert word in shown, word
    assert send(head, f"{page}/{top.id}", {}, page=page).status_code == 303
    assert [fresh(one.id).trashed_at for one in (top, below)] == [None, None]
    assert fresh(old.id).trashed_at == MADE
    assert enter(cast.teacher).get(page).status_code == 404
    assert head.get(page.replace(cast.college.uai, cast.primary.uai)).status_code == 404
    foreign = make_section(cast.primary.id, trashed_at=MADE)
    assert send(head, f"{page}/{foreign.id}", {}, page=page).status_code == 404


def test_a_class_space_is_not_thrown_away_by_hand(enter: Enter, cast: Cast) -> None:
    space = make_class_space(cast.college.id, cast.college.classes[2026]["5A"])
    assert enter(cast.teacher).get(f"/espaces/{space.id}/a-la-corbeille").status_code == 404
