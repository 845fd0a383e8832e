"""Who is led to the choice, the cards, choosing, sharing, other answers (CLASS-1, CLASS-4 to CLASS-8)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.actions import Actor
from app.classchoice import actions, queries
from app.classchoice.answers import State
from app.classchoice.models import ChosenClass
from app.classchoice.problems import ClassClosed, ClassGone, UnknownLevel
from app.content.access.queries import role_in
from app.content.actions import ChangedMeanwhile
from app.content.models import Section
from app.content.spaces import SpaceRole
from app.db import db
from app.directory.models import ClassMembership, SchoolClass
from app.errors import NotFound
from app.profiles import Place, Profile, Visitor
from tests import builders
from tests.classchoice.mornings import NOW, Morning, morning
from tests.people import cast


def me(number: int) -> Actor:
    return Actor(name="person", person_id=number)


@pytest.fixture
def day(app: Flask) -> Morning:
    return morning(app)


def begun(day: Morning, who: str = "odette") -> queries.ClassChoice:
    person = getattr(day, who)
    return actions.begin(person.id, day.school_id, by=me(person.id), now=NOW)


def links(class_id: int, person_id: int) -> list[tuple[str, str, bool]]:
    query = select(ClassMembership.role, ClassMembership.source, ClassMembership.unconfirmed).where(
        ClassMembership.class_id == class_id, ClassMembership.person_id == person_id
    )
    return [tuple(row) for row in db.session.execute(query, execution_options={"unconfirmed": True})]


def test_before_the_new_structures_have_arrived_nobody_is_led_to_a_choice(app: Flask) -> None:
    """CLASS-6: last year's class is in use until the school's own rollover is through."""
    people = cast(app)
    director = Visitor(
        person_id=people.primary_head.id, places=(Place(school_id=people.primary.id, profile=Profile.TEACHER),)
    )
    assert queries.standings(director, NOW) == []
    assert queries.must_choose(director, NOW) is None
    with pytest.raises(NotFound):
        actions.begin(people.primary_head.id, people.primary.id, by=me(people.primary_head.id), now=NOW)


def test_a_teacher_is_led_to_the_choice_after_the_rollover_and_can_postpone_it(day: Morning) -> None:
    """CLASS-1, CLASS-6."""
    visitor = day.visitor(day.odette)
    assert queries.must_choose(visitor, NOW) == day.school_id
    assert queries.standings(visitor, NOW)[0].state == State.OPEN
    actions.postpone(begun(day), by=me(day.odette.id), now=NOW)
    assert queries.must_choose(visitor, NOW + timedelta(hours=23)) is None
    assert queries.must_choose(visitor, NOW + timedelta(hours=24)) == day.school_id


def test_a_card_shows_three_pupils_by_first_name_and_initial_always_the_same(day: Morning) -> None:
    """CLASS-1: three to recognise the class by, no more; a class without pupils is none (S4-2)."""
    cards = queries.choosing(day.school_id, day.visitor(day.odette), NOW).cards
    # Chloé Moreau of the cast is in CM2 too.
    assert [(card.name, card.pupils, list(card.known_by)) for card in cards] == [
        ("CM1", 4, ["Ana B.", "Ben C.", "Cléo D."]),
        ("CM2", 2, ["Eve F.", "Chloé M."]),
        ("CE2", 2, ["Gil H.", "Ines J."]),
    ]
    assert [list(card.teachers) for card in cards] == [[], ["Denis Roche"], []]


def test_the_first_page_costs_the_same_number_of_queries_however_many_classes(
    day: Morning, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    visitor = day.visitor(day.odette)
    queries.choosing(day.school_id, visitor, NOW)
    with count_queries() as few:
        queries.choosing(day.school_id, visitor, NOW)
    year, school = (
        db.session.get_one(SchoolClass, day.classes["CM1"]),
        db.session.get_one(queries.School, day.school_id),
    )
    for number in range(20):
        room = builders.make_class(school, db.session.get_one(queries.SchoolYear, year.year_id), f"X{number}")
        for name in "abcd":
            builders.enrol(builders.make_person(f"P{name}{number}", "Long"), room)
    db.session.flush()
    with count_queries() as many:
        assert len(queries.choosing(day.school_id, visitor, NOW).cards) == 23
    assert len(many) == len(few)


def test_choosing_makes_the_teacher_manager_of_the_class_as_a_feeds_link_would(day: Morning) -> None:
    """CLASS-1: a link of source 'choice', and the space that is theirs; chosen again nothing changes."""
    choice, by = begun(day), me(day.odette.id)
    done = actions.choose(choice, [day.classes["CM1"]], version=choice.version, by=by, now=NOW)
    assert list(done.added) == [day.classes["CM1"]]
    assert links(day.classes["CM1"], day.odette.id) == [("teacher", "choice", False)]
    space = db.session.scalars(select(Section).where(Section.class_id == day.classes["CM1"])).one()
    assert role_in(space, day.visitor(day.odette), NOW) == SpaceRole.MANAGER
    again = actions.choose(choice, [day.classes["CM1"]], version=1, by=by, now=NOW)
    assert (list(again.added), list(again.dropped)) == ([], [])
    assert queries.standings(day.visitor(day.odette), NOW)[0].state == State.CHOSEN
    assert queries.must_choose(day.visitor(day.odette), NOW) is None


def test_two_tabs_with_different_answers_are_told(day: Morning) -> None:
    """CLASS-3: the second is told of the first."""
    choice, by = begun(day), me(day.odette.id)
    shown = choice.version
    actions.choose(choice, [day.classes["CM1"]], version=shown, by=by, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        actions.choose(choice, [day.classes["CM2"]], version=shown, by=by, now=NOW)


def test_a_class_may_be_shared_and_several_may_be_chosen(day: Morning) -> None:
    """CLASS-5: the second teacher sees who has it already."""
    for who, codes in (("odette", ["CM1", "CE2"]), ("basile", ["CM1"])):
        choice = begun(day, who)
        numbers = [day.classes[code] for code in codes]
        actions.choose(choice, numbers, version=choice.version, by=me(getattr(day, who).id), now=NOW)
    card = queries.choosing(day.school_id, day.visitor(day.basile), NOW).cards[0]
    assert (list(card.teachers), card.mine) == (["Odette Vidal"], True)
    assert [name for _number, name in queries.standings(day.visitor(day.odette), NOW)[0].classes] == ["CE2", "CM1"]


def test_nobody_comes_into_a_class_that_they_may_not_have(day: Morning) -> None:
    """CLASS-8: another school's, last year's, an empty one; and who does not teach there chooses nothing."""
    choice, by = begun(day), me(day.odette.id)
    others = day.cast.college.classes[2026]["6A"]
    empty = builders.make_class(
        db.session.get_one(queries.School, day.school_id),
        db.session.get_one(queries.SchoolYear, choice.year_id),
        "VIDE",
    ).id
    for class_id, problem in (
        (others, NotFound),
        (day.cast.primary.classes[2025]["CM1"], ClassGone),
        (empty, ClassGone),
    ):
        with pytest.raises(problem):
            actions.choose(choice, [class_id], version=choice.version, by=by, now=NOW)
    assert db.session.scalars(select(ChosenClass)).all() == []
    with pytest.raises(NotFound):
        actions.begin(day.cast.teacher.id, day.school_id, by=me(day.cast.teacher.id), now=NOW)


def test_a_class_closed_to_choice_stops_the_teacher_and_not_the_administrator(day: Morning) -> None:
    """CLASS-5."""
    admin, choice = me(day.cast.primary_head.id), begun(day)
    actions.close_class(day.classes["CM1"], day.school_id, True, by=admin, now=NOW)
    with pytest.raises(ClassClosed):
        actions.choose(choice, [day.classes["CM1"]], version=choice.version, by=me(day.odette.id), now=NOW)
    assert [card.closed for card in queries.choosing(day.school_id, day.visitor(day.odette), NOW).cards] == [
        True,
        False,
        False,
    ]
    actions.choose(choice, [day.classes["CM1"]], version=None, by=admin, now=NOW)
    assert links(day.classes["CM1"], day.odette.id) == [("teacher", "choice", False)]


def test_where_every_class_is_closed_nobody_is_led_to_the_choice(day: Morning) -> None:
    for number in day.classes.values():
        actions.close_class(number, day.school_id, True, by=me(day.cast.primary_head.id), now=NOW)
    assert queries.standings(day.visitor(day.odette), NOW)[0].state == State.CLOSED
    assert queries.must_choose(day.visitor(day.odette), NOW) is None


def test_no_class_yet_and_my_class_is_not_here_are_answers_and_asked_again(day: Morning) -> None:
    """CLASS-1: 'not yet' for a week; 'not here' sends one line to the administrator."""
    choice, by, visitor = begun(day), me(day.odette.id), day.visitor(day.odette)
    actions.say_missing(choice, "  La CM1 de\nMme Vidal ", by=by, now=NOW)
    standing = queries.standings(visitor, NOW)[0]
    assert (standing.state, standing.line, standing.asked) == (State.MISSING, "La CM1 de Mme Vidal", False)
    actions.say_none(choice, by=by, now=NOW)
    assert queries.standings(visitor, NOW)[0].state == State.NONE
    assert queries.must_choose(visitor, NOW + timedelta(days=6)) is None
    assert queries.must_choose(visitor, NOW + timedelta(days=7)) == day.school_id


def test_a_choice_undone_takes_the_teacher_out_of_the_class(day: Morning) -> None:
    """CLASS-5."""
    choice, by = begun(day), me(day.odette.id)
    actions.choose(choice, [day.classes["CM1"]], version=choice.version, by=by, now=NOW)
    done = actions.choose(choice, [day.classes["CE2"]], version=choice.version, by=by, now=NOW)
    assert (list(done.added), list(done.dropped)) == ([day.classes["CE2"]], [day.classes["CM1"]])
    assert links(day.classes["CM1"], day.odette.id) == []
    actions.choose(choice, [], version=choice.version, by=by, now=NOW)
    assert links(day.classes["CE2"], day.odette.id) == []
    assert queries.must_choose(day.visitor(day.odette), NOW) == day.school_id


def test_a_choice_confirms_last_years_link_and_its_undo_doubts_it_again(day: Morning) -> None:
    """S4-5: an unconfirmed link is shown without access until the teacher's choice confirms it."""
    db.session.add(
        ClassMembership(
            class_id=day.classes["CM2"], person_id=day.odette.id, role="teacher", source="aaf1d", unconfirmed=True
        )
    )
    db.session.flush()
    choice, by = begun(day), me(day.odette.id)
    card = queries.choosing(day.school_id, day.visitor(day.odette), NOW).cards[1]
    assert (card.unconfirmed, card.mine) == (True, False)
    actions.choose(choice, [day.classes["CM2"]], version=choice.version, by=by, now=NOW)
    assert links(day.classes["CM2"], day.odette.id) == [("teacher", "aaf1d", False)]
    actions.choose(choice, [], version=choice.version, by=by, now=NOW)
    assert links(day.classes["CM2"], day.odette.id) == [("teacher", "aaf1d", True)]


def test_in_secondary_only_whom_the_feed_has_not_placed_is_asked(day: Morning) -> None:
    """CLASS-7, S4-5: Thérèse is in classes of N+1, Thomas in none."""
    college = day.cast.college
    for number in college.classes[2025].values():
        db.session.get_one(SchoolClass, number).set_aside_by = 5
    db.session.flush()

    def by(number: int) -> Visitor:
        return Visitor(person_id=number, places=(Place(school_id=college.id, profile=Profile.TEACHER),))

    assert queries.standings(by(day.cast.teacher.id), NOW)[0].state == State.PLACED
    assert queries.must_choose(by(day.cast.teacher.id), NOW) is None
    assert queries.must_choose(by(day.cast.teacher_and_parent.id), NOW) == college.id


def test_in_primary_whom_the_feed_has_placed_is_asked_with_the_class_ticked(day: Morning) -> None:
    """CLASS-2: the offer follows from the choice. The director teaches the CM2 of the cast."""
    director = day.visitor(day.cast.primary_head)
    chosen = queries.choosing(day.school_id, director, NOW)
    assert chosen.standing.asked
    assert [card.mine for card in chosen.cards] == [False, True, False]


def test_levels_are_asked_for_until_they_are_set(day: Morning) -> None:
    """CLASS-4: a class of two levels has both; the younger one stands for it where no feed has told."""
    choice, by = begun(day), me(day.odette.id)
    actions.choose(choice, [day.classes["CE2"], day.classes["CM1"]], version=choice.version, by=by, now=NOW)
    assert [name for _n, name in queries.standings(day.visitor(day.odette), NOW)[0].unlevelled] == ["CE2"]
    with pytest.raises(UnknownLevel):
        actions.set_levels(day.classes["CE2"], ["12e"], by=by, now=NOW)
    actions.set_levels(day.classes["CE2"], ["CE2", "CE1"], by=by, now=NOW)
    assert queries.standings(day.visitor(day.odette), NOW)[0].unlevelled == []
    assert queries.levels_of([day.classes["CE2"]])[day.classes["CE2"]] == ("CE1", "CE2")
    assert db.session.get_one(SchoolClass, day.classes["CE2"]).level == "CE1"


def test_the_clock_is_each_teachers_own_and_ends_with_the_year(day: Morning) -> None:
    """CLASS-8: from the first sign-in, whenever it comes; to the end of N+1 at most."""
    early = begun(day)
    assert early.recoverable_until == NOW + timedelta(days=300)
    late = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
    other = actions.begin(day.celia.id, day.school_id, by=me(day.celia.id), now=late)
    assert other.recoverable_until == datetime(2027, 7, 3, 22, 0, tzinfo=UTC)
