"""Sections that step 2 has archived: whose role is what, what can still be read, where nothing shows any more (S2-1, S2-2, SITE-3)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from app import clock
from app.audit.actions import COMMAND
from app.content import queries, rollover
from app.content.access.queries import archived_sections, my_sections, role_in
from app.content.actions import make_class_spaces
from app.content.models import Section, SectionRole
from app.content.sections.actions import set_temporary
from app.content.spaces import SpaceKind, SpaceRole
from app.db import db
from app.directory.models import ClassMembership, SchoolClass
from app.fates import Scope, Space
from app.profiles import Profile
from app.pulse import PUBLIC, pulse
from tests import people
from tests.content import media_rows as media
from tests.content.archiving import GIVE, WITHDRAW, archive
from tests.content.rows import MADE, give_role, make_article, make_class_space, make_group, make_section
from tests.content.test_access import as_
from tests.people import Cast, Someone
from tests.signing import sign_in

CUTOFF = datetime(2026, 7, 10, 16, tzinfo=UTC)
AFTER = datetime(2026, 7, 12, 8, tzinfo=UTC)
#: Head and administrators of the school and of the project: managers by what they are.
ADMINISTER = dict.fromkeys(("head", "school_admin", "operator", "owner"), "manager")
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


def scope_of(cast: Cast) -> Scope:
    return Scope(year_id=cast.years[2025].id, begins=2025, cutoff=CUTOFF, now=CUTOFF + timedelta(hours=2))


def roles_of(section: Section, cast: Cast) -> dict[str, str]:
    """Who has which role in it, by the cast's names; nobody else has any."""
    everybody = {name: one for name, one in vars(cast).items() if isinstance(one, Someone) and one.login}
    held = {name: role_in(section, as_(one), AFTER) for name, one in everybody.items()}
    return {name: str(role) for name, role in held.items() if role is not None}


def given(section: Section) -> set[tuple[str, int | None, str | None]]:
    """The live roles given in a section: role, person, profile."""
    rows = db.session.scalars(select(SectionRole).where(SectionRole.section_id == section.id))
    return {(str(one.role), one.person_id, one.profile) for one in rows}


def with_every_role(section: Section, cast: Cast) -> None:
    """Somebody of each profile with each role, and a writing class."""
    give_role(section, SpaceRole.MANAGER, person_id=cast.staff.id)
    give_role(section, SpaceRole.MODERATOR, person_id=cast.guest.id)
    give_role(section, SpaceRole.PUBLISHER, profile=Profile.AUTHORITY)
    give_role(section, SpaceRole.WRITER, class_id=cast.college.classes[2025]["6A"], profile=Profile.STUDENT)
    give_role(section, SpaceRole.VISITOR)


def test_in_an_archived_class_section_teachers_read_and_administrators_manage(cast: Cast) -> None:
    """S2-2: administrators managers, all the school's teachers visitors, managers visitors, every other access withdrawn."""
    section = make_class_space(cast.college.id, cast.college.classes[2025]["6A"])
    with_every_role(section, cast)
    db.session.commit()
    before = roles_of(section, cast)
    assert (before["student"], before["guardian"], before["teacher"], before["staff"]) == (
        "writer", "visitor", "manager", "manager",
    )  # fmt: skip
    assert archive(scope_of(cast), cast.college.id) == 1
    assert roles_of(section, cast) == {
        **ADMINISTER,
        "teacher": "visitor",
        "teacher_and_parent": "visitor",
        "staff": "visitor",
    }
    assert given(section) == {("visitor", None, "teacher"), ("visitor", cast.staff.id, None)}
    assert role_in(section, as_(cast.teacher_and_parent, "families"), AFTER) is None, "a parent by the families' door"


def test_roles_stay_as_they_were_left_when_the_class_itself_has_gone(cast: Cast) -> None:
    """S3-5: step 3 takes the class and its members; who managed by their place in it, teacher or not, still reads."""
    class_id = cast.college.classes[2025]["6A"]
    db.session.add(ClassMembership(class_id=class_id, person_id=cast.staff.id, role="teacher", source="test"))
    section = make_class_space(cast.college.id, class_id)
    db.session.commit()
    archive(scope_of(cast), cast.college.id)
    assert given(section) == {("visitor", None, "teacher"), ("visitor", cast.staff.id, None)}
    db.session.execute(delete(ClassMembership).where(ClassMembership.class_id == class_id))
    db.session.commit()
    held = roles_of(section, cast)
    assert (held["teacher"], held["staff"], held["head"]) == ("visitor", "visitor", "manager")
    assert "student" not in held


def test_in_an_archived_temporary_section_managers_stay_and_nobody_else(cast: Cast) -> None:
    """S2-2: managers stay managers, administrators become managers, every other access is withdrawn."""
    section = make_section(cast.college.id, "Voyage", temporary=True)
    with_every_role(section, cast)
    db.session.commit()
    assert roles_of(section, cast)["teacher"] == "visitor", "an open section is the whole school's"
    archive(scope_of(cast), cast.college.id)
    assert roles_of(section, cast) == ADMINISTER | {"staff": "manager"}
    assert given(section) == {("manager", cast.staff.id, None)}


def test_the_managers_of_a_temporary_groups_section_keep_it_when_the_group_goes(cast: Cast) -> None:
    """S2-2, S3-2: they managed it as managers of a group that is limited to the year."""
    group = make_group(cast.college.id, cast.teacher.id, cast.student.id)
    section = make_section(
        cast.college.id, "Journal", kind=SpaceKind.GROUP, group_id=group.id, temporary=True, restricted=True
    )
    db.session.commit()
    assert roles_of(section, cast)["student"] == "writer"
    archive(scope_of(cast), cast.college.id)
    group.set_aside_by = 90
    db.session.commit()
    assert roles_of(section, cast) == ADMINISTER | {"teacher": "manager"}


def test_a_towns_archived_section_stays_the_towns(cast: Cast) -> None:
    section = make_section(cast.college.id, "Travaux", kind=SpaceKind.TOWN, temporary=True)
    db.session.commit()
    archive(scope_of(cast), cast.college.id)
    assert roles_of(section, cast) == ADMINISTER | {"authority": "manager"}


def test_sections_that_are_not_archived_keep_their_roles_untouched(cast: Cast) -> None:
    """S2-2; and no other school's are touched (G11)."""
    stays = make_section(cast.college.id, "Vie du collège")
    elsewhere = make_section(cast.primary.id, "Kermesse", temporary=True)
    for section in (stays, elsewhere):
        with_every_role(section, cast)
    db.session.commit()
    before = [(roles_of(one, cast), given(one)) for one in (stays, elsewhere)]
    assert archive(scope_of(cast), cast.college.id) == 0
    assert [(roles_of(one, cast), given(one)) for one in (stays, elsewhere)] == before


def test_giving_twice_gives_once(cast: Cast) -> None:
    """G4, G5: called again with the same sections, nothing more comes; a second passage changes nothing."""
    section = make_class_space(cast.college.id, cast.college.classes[2025]["6A"])
    give_role(section, SpaceRole.MANAGER, person_id=cast.staff.id)
    give_role(section, SpaceRole.MANAGER, person_id=cast.staff.id, profile=None)
    db.session.commit()
    scope = scope_of(cast)
    kind = "section-role-withdrawn"
    first = [row.id for row in db.session.execute(rollover.rows(kind, Space.CLASS, scope))]
    assert len(first) == 2
    db.session.execute(update(SectionRole).where(SectionRole.id.in_(first)).values(set_aside_by=WITHDRAW))
    assert rollover.make("section-role-given", [section.id], scope, GIVE) == 2
    assert rollover.make("section-role-given", [section.id], scope, GIVE) == 0
    assert rollover.make("section-role-given", [], scope, GIVE) == 0
    made = db.session.scalars(select(SectionRole)).all()
    assert {(one.made_by, one.given_at) for one in made} == {(GIVE, scope.now)}
    db.session.commit()
    again = rollover.rows(kind, Space.CLASS, scope).where(SectionRole.__table__.c.set_aside_by.is_(None))
    assert db.session.execute(again).all() == [], "what was just given is not withdrawn"
    archive(scope, cast.college.id)
    roles = given(section)
    assert archive(scope, cast.college.id) == 0
    assert given(section) == roles


def test_in_an_archived_section_everything_can_be_read_and_nothing_written(enter: Enter, cast: Cast) -> None:
    """S2-1, S2-2: a teacher who never had to do with the class reads its blog and fetches its files."""
    section = media.make_space(
        school_id=cast.college.id, class_id=cast.college.classes[2025]["6A"], title="La 6A", restricted=True
    )
    article = make_article(section, "Le musée", author_id=cast.teacher.id)
    file = media.make_file(section, author_id=cast.teacher.id)
    contest = media.make_contest(section, author_id=cast.teacher.id, closes_at=AFTER + timedelta(days=900))
    db.session.commit()
    archive(scope_of(cast), cast.college.id)
    here, reader = f"/espaces/{section.id}", enter(cast.teacher_and_parent)
    shelf = reader.get("/espaces/archives").text
    assert "La 6A" in shelf
    assert "rétablir" not in shelf
    assert "/espaces/archives" in reader.get("/espaces").text
    page = reader.get(here).text
    assert "est archivée" in page
    assert "Le musée" in page
    for path in (f"{here}/blog", f"{here}/blog/{article.id}", f"{here}/mediatheque", f"/concours/{contest.id}"):
        shown = reader.get(path)
        assert shown.status_code == 200, path
        assert "est archivée" in shown.text
        for word in ("Écrire", "Commenter", "Modifier", "Participer", "Ajouter"):
            assert f">{word}" not in shown.text, (path, word)
    assert reader.get(f"/fichiers/{file.id}").status_code == 200
    head = enter(cast.head)
    for client in (reader, head):
        for path in ("blog/ecrire", "reglages", "roles", "a-la-corbeille"):
            assert client.get(f"{here}/{path}").status_code == 404, path
    assert "rétablir" in head.get("/espaces/archives").text
    assert f"{here}/corbeille" in head.get(here).text
    assert reader.get(f"{here}/corbeille").status_code == 404
    for nobody in (cast.student, cast.guardian, cast.guest):
        client = enter(nobody)
        assert client.get(here).status_code == 404, nobody.name
        assert client.get(f"/fichiers/{file.id}").status_code == 404
        assert "La 6A" not in client.get("/espaces").text + client.get("/espaces/archives").text


def test_what_was_thrown_away_by_hand_is_not_read(enter: Enter, cast: Cast) -> None:
    """PORTAL-1: only what step 2 has archived can; the trash stays closed."""
    section = make_section(cast.college.id, trashed_at=MADE, trash_reason="hand")
    head = enter(cast.head)
    assert head.get(f"/espaces/{section.id}").status_code == 404
    assert head.get(f"/espaces/{section.id}/corbeille").status_code == 200
    assert "Vie du collège" not in head.get("/espaces/archives").text


def test_a_closed_school_does_not_disclose_its_archives(cast: Cast) -> None:
    """GATE-15: nor does another school's teacher see them."""
    from app.gate.actions import add_window
    from app.gate.windows import Bound, WindowKind

    section = make_class_space(cast.college.id, cast.college.classes[2025]["6A"])
    db.session.commit()
    archive(scope_of(cast), cast.college.id)
    assert [one.id for one, _role in archived_sections(as_(cast.teacher), AFTER)] == [section.id]
    assert archived_sections(as_(cast.primary_head), AFTER) == []
    add_window(
        kind=WindowKind.MAINTENANCE,
        start=Bound(instant=AFTER - timedelta(hours=1)),
        end=None,
        by=COMMAND,
        now=AFTER,
    )
    db.session.commit()
    pulse().forget()
    assert archived_sections(as_(cast.teacher), AFTER) == []


def test_publications_of_an_archived_temporary_section_leave_every_home(
    enter: Enter, cast: Cast, client: FlaskClient
) -> None:
    """SITE-3: public home, news, page and feed, and the signed-in home; one that was made permanent before stays."""
    goes = make_section(cast.college.id, "Semaine du goût", slug="gout", temporary=True)
    kept = make_section(cast.college.id, "Chorale", slug="chorale", temporary=True)
    leaving, staying = make_article(goes, "Un gâteau"), make_article(kept, "Un concert")
    set_temporary(kept, False, by=COMMAND, now=MADE)
    db.session.commit()
    school = f"/ecole/{cast.college.uai}"
    places = (f"{school}/", f"{school}/actualites")
    assert all("Un gâteau" in client.get(place).text for place in places)
    pulse().forget()
    revision = pulse().number(PUBLIC)
    assert archive(scope_of(cast), cast.college.id) == 1
    pulse().forget()
    assert pulse().number(PUBLIC) > revision, "kept pages and the snapshot are made anew"
    for place in places:
        shown = client.get(place).text
        assert "Un gâteau" not in shown
        assert "Un concert" in shown
    assert client.get(f"{school}/article/{leaving.id}").status_code == 404
    assert client.get(f"{school}/rubrique/gout").status_code == 404
    assert client.get(f"{school}/article/{staying.id}").status_code == 200
    assert [one.title for one in queries.public_news(cast.college.id, clock.portal_now())] == ["Un concert"]
    home = enter(cast.teacher).get("/").text + enter(cast.head).get("/espaces").text
    assert "Un gâteau" not in home
    assert "Semaine du goût" not in home
    assert not [one for one, _role in my_sections(as_(cast.head), AFTER) if one.id == goes.id]


def test_no_new_space_is_made_for_a_class_whose_space_or_self_a_rollover_has_taken(cast: Cast) -> None:
    """S2-1, S4-8: the nightly job finds nothing to do between two steps."""
    spaces = [
        make_class_space(cast.college.id, cast.college.classes[2025][code], f"Classe {code}") for code in ("6A", "5A")
    ]
    db.session.commit()
    archive(scope_of(cast), cast.college.id)
    spaces[1].set_aside_by = 8
    first, second = sorted(cast.primary.classes[2025].values())
    db.session.get_one(SchoolClass, first).set_aside_by = 9
    db.session.commit()
    assert make_class_spaces(cast.years[2025].id, by=COMMAND, now=AFTER) == 1
    db.session.commit()
    made = db.session.scalars(select(Section.class_id).where(Section.school_id == cast.primary.id)).all()
    assert made == [second]
    assert make_class_spaces(cast.years[2025].id, by=COMMAND, now=AFTER) == 0


def test_the_shelf_of_archives_asks_as_much_for_ten_as_for_one(
    cast: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    make_section(cast.college.id, "Un", temporary=True)
    db.session.commit()
    archive(scope_of(cast), cast.college.id)
    visitor, counts = as_(cast.head), []
    archived_sections(visitor, AFTER)  # the gate's snapshot is read once
    for more in (0, 10):
        for number in range(more):
            make_section(cast.college.id, f"N° {number}", trashed_at=CUTOFF, trash_reason="archived", temporary=True)
        db.session.commit()
        with count_queries() as asked:
            assert len(archived_sections(visitor, AFTER)) == 1 + more
        counts.append(len(asked))
    assert counts[0] == counts[1]
