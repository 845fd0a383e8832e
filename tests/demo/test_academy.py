"""The fictional academy: the same from the same seed, as large as asked, and with everything that directories find hard."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from xml.sax.saxutils import escape

import pytest

from app.demo import names
from app.demo.aaf_files import delivery
from app.demo.academy import Academy, make_academy
from app.demo.cast import cast, demo_academy
from app.demo.people import CONTACTS_LEGAL, Family, StaffMember
from app.demo.schools import TRAININGS, uai_of
from app.demo.tally import Tally
from app.feeds.levels import level_of

DAY = date(2026, 6, 29)


def digest(academy: Academy) -> str:
    whole = hashlib.sha256()
    for degree, name, piece in delivery(academy, DAY, Tally()):
        whole.update(f"{degree}/{name}:".encode() + piece)
    return whole.hexdigest()


@pytest.fixture(scope="module")
def families() -> list[Family]:
    return list(make_academy(11, 12, 6000).families())


@pytest.fixture(scope="module")
def staff() -> list[StaffMember]:
    return list(make_academy(11, 12, 6000).staff())


def test_the_same_seed_makes_the_same_files_byte_for_byte() -> None:
    assert digest(make_academy(5, 3, 400)) == digest(make_academy(5, 3, 400))
    assert digest(make_academy(5, 3, 400)) != digest(make_academy(6, 3, 400))


@pytest.mark.parametrize(
    ("schools", "people"), [(1, 60), (1, 61), (2, 137), (3, 1500), (5, 301), (13, 2600), (40, 4001)]
)
def test_an_academy_has_exactly_as_many_people_as_asked(schools: int, people: int) -> None:
    academy = make_academy(3, schools, people)
    made = sum(family.size for family in academy.families()) + sum(1 for _ in academy.staff())
    assert made == people
    assert len(academy.schools) == schools


def test_an_academy_too_small_for_its_schools_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 180"):
        make_academy(1, 3, 100)


def test_every_class_and_group_has_a_pupil(families: list[Family]) -> None:
    academy = make_academy(11, 12, 6000)
    seated = {(pupil.school.key, pupil.school_class.code) for family in families for pupil in family.pupils}
    assert seated == {(plan.key, room.code) for plan in academy.schools for room in plan.classes}
    grouped = {(p.school.key, p.group) for family in families for p in family.pupils if p.group}
    assert grouped == {(plan.key, code) for plan in academy.schools for code, _label, _classes in plan.groups}


def test_a_class_teaches_the_level_of_its_pupils_age(families: list[Family]) -> None:
    for family in families:
        for pupil in family.pupils:
            assert pupil.training in pupil.school_class.trainings
            assert 2025 - int(pupil.birth[-4:]) - pupil.training.age in (0, 1)


def test_trainings_carry_the_statistics_code_of_their_level() -> None:
    assert {training.stat: level_of(training.stat) for training in TRAININGS.values()} == {
        training.stat: training.level for training in TRAININGS.values()
    }


def test_keys_are_unique_and_relations_name_people_who_are_there(
    families: list[Family], staff: list[StaffMember]
) -> None:
    keys = [person.key for family in families for person in (*family.pupils, *family.adults, *family.strays)]
    keys += [member.key for member in staff]
    assert len(keys) == len(set(keys))
    inside = [pupil.ine for family in families for pupil in family.pupils]
    assert len(inside) == len(set(inside))
    assert all(len(ine) == 11 for ine in inside)
    for family in families:
        known = {adult.key for adult in family.adults}
        assert {link.adult for pupil in family.pupils for link in pupil.links if link.adult != pupil.key} == known


def test_families_are_as_varied_as_real_ones(families: list[Family]) -> None:
    pupils = [pupil for family in families for pupil in family.pupils]
    assert sum(len({pupil.school.key for pupil in family.pupils}) > 1 for family in families) > 100
    assert sum(len({(a.street, a.town) for a in family.adults}) > 1 for family in families) > 300  # apart
    codes = Counter(link.code for pupil in pupils for link in pupil.links)
    assert {"10", "20", "38", "42", "51", "70"} <= set(codes)
    assert any(link.legal == "2" for pupil in pupils for link in pupil.links)  # person in charge (KIN-1)
    assert all(link.legal == CONTACTS_LEGAL for pupil in pupils for link in pupil.links if link.code == "38")
    bodies = [adult for family in families for adult in family.adults if not adult.first_name]
    assert bodies
    assert all(not body.title for body in bodies)
    assert any(not pupil.links for pupil in pupils)
    fathers = [{link.adult for p in family.pupils for link in p.links if link.code == "20"} for family in families]
    assert any(len(found) > 1 for found in fathers)  # half-siblings
    assert any(family.strays for family in families)


def test_namesakes_exist_among_pupils_and_among_adults(families: list[Family]) -> None:
    pupils = Counter((p.first_name, p.last_name) for family in families for p in family.pupils)
    adults = Counter((a.first_name, a.last_name) for family in families for a in family.adults)
    assert max(pupils.values()) > 1
    assert max(adults.values()) > 1


def test_staff_teach_head_and_move_as_real_ones(staff: list[StaffMember]) -> None:
    academy = make_academy(11, 12, 6000)
    directors = [m for m in staff if m.home.kind == "primary" and m.functions[0].code == "DIR"]
    assert len(directors) == 8
    assert all(member.classes and member.teaches for member in directors)
    assert any(len({function.school.key for function in member.functions}) == 2 for member in staff)
    assert len(staff) == academy.staff_count()
    assert len(staff) < sum(len(posts) for posts in academy.posts.values())  # vacancies
    taught = {(plan.key, room.code) for member in staff for plan, room, _subject in member.classes}
    assert taught == {(plan.key, room.code) for plan in academy.schools for room in plan.classes}


def test_names_need_no_escaping_and_fit_the_feeds_encoding() -> None:
    lists = (names.GIRLS, names.BOYS, names.WOMEN, names.MEN, names.SURNAMES, names.STREETS, names.COLOURS)
    texts = [text for one in lists for text in one] + [text for town in names.TOWNS for text in town]
    texts += [patron for patrons in names.PATRONS.values() for patron in patrons]
    for text in texts:
        assert escape(text) == text
        assert text.encode("iso-8859-15")
        assert "$" not in text


@pytest.mark.parametrize("number", [1, 2, 24, 9999])
def test_uais_have_their_check_letter(number: int) -> None:
    uai = uai_of(number)
    assert uai[-1] == "ABCDEFGHJKLMNPRSTUVWXYZ"[int(uai[:7]) % 23]
    assert len(uai) == 8


def test_the_cast_stands_where_the_bar_says() -> None:
    academy = demo_academy()
    families = list(academy.families())
    people = {str(p.key): (p.first_name, p.last_name) for f in families for p in (*f.pupils, *f.adults)}
    people |= {str(member.key): (member.first_name, member.last_name) for member in academy.staff()}
    for member in cast(academy):
        if not member.by_hand:
            assert people[member.key] == (member.first_name, member.last_name)
    assert len({member.number for member in cast(academy)}) == len(cast(academy)) == 14


def test_the_demos_own_families_hold_what_the_demo_shows() -> None:
    families = list(demo_academy().families())[:6]
    nadias = families[0]
    assert {pupil.school.kind for pupil in nadias.pupils} == {"primary", "college"}
    assert len({adult.street for adult in nadias.adults}) == 2
    assert {pupil.school.kind for pupil in families[1].pupils} == {"primary", "college", "lycee"}
    leas = [p for family in families for p in family.pupils if (p.first_name, p.last_name) == ("Léa", "Martin")]
    assert len(leas) == 2
