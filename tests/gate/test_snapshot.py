"""The gate's snapshot: kept while nothing changes, read again when something did; what is told of it to everybody."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, g

from app import create_app
from app.accounts.doors import PROFILES
from app.audit.actions import COMMAND
from app.db import db, reading_only
from app.errors import NotFound
from app.gate import actions, jobs, queries
from app.gate.announced import sentence
from app.gate.draft_fields import MOST_CHARACTERS, kept_fields
from app.gate.models import ClosingWindow
from app.profiles import Place, Profile, Role, Visitor
from app.pulse import DIRECTORY, PUBLIC, bump, pulse
from tests.gate.stage import OPENING, SUMMER, bound, families_window, maintenance, set_time
from tests.people import Cast, cast


@pytest.fixture
def people(app: Flask) -> Cast:
    made = cast(app)
    set_time(SUMMER)
    return made


def test_nothing_is_asked_while_nothing_changes(people: Cast, count_queries: Any) -> None:
    families_window()
    first = queries.closures()
    pulse().number(PUBLIC)
    with count_queries() as statements:
        for _time in range(20):
            assert queries.closures() is first
            queries.public_closures(SUMMER, people.college.id)
            queries.notices(people.college.id, SUMMER)
            queries.card_by_uai(people.college.uai.lower())
    assert [one for one in statements if "FROM revision" not in one] == []


def test_a_change_of_the_directory_alone_compiles_nothing_anew(people: Cast) -> None:
    families_window()
    first = queries.closures()
    bump(db.session(), DIRECTORY)
    db.session.commit()
    assert queries.closures() is first


def test_a_change_of_another_process_is_seen_although_our_own_transaction_is_older(app: Flask, people: Cast) -> None:
    families_window()
    before = queries.closures()
    with reading_only():
        db.session.scalar(db.select(ClosingWindow.id))  # our transaction begins to read
        other = create_app(app.extensions["settings"], testing=True)
        with other.app_context():
            row = queries.window_row(before.rules.windows[0].id)
            actions.change_window(row, {"end": bound(OPENING + timedelta(days=1))}, by=COMMAND, now=SUMMER)
            db.session.commit()
            db.session.remove()
            db.engine.dispose()
        pulse().forget()
        assert queries.closures().rules.windows[0].end == bound(OPENING + timedelta(days=1))


def test_threads_that_come_while_one_reads_are_answered_from_what_was_true(app: Flask, people: Cast) -> None:
    families_window()
    queries.closures()
    kept = app.extensions["gate"]
    answers = []

    def ask() -> None:
        with app.app_context():
            answers.append(queries.closures())

    bump(db.session(), DIRECTORY)
    db.session.commit()
    with kept.lock:
        asking = threading.Thread(target=ask)
        asking.start()
        asking.join(timeout=20)
    assert answers == [kept.snapshot.closures]


def test_before_setup_nothing_is_closed_and_nothing_of_any_year_is_new(app: Flask) -> None:
    known = queries.closures()
    assert known.rules.new_year == 0
    assert known.rules.windows == ()


def test_a_school_is_open_for_those_who_have_an_open_place_there(people: Cast) -> None:
    """GATE-15."""
    families_window(school_id=people.college.id)
    mover = Visitor(
        person_id=people.mover.id,
        places=(
            Place(school_id=people.college.id, profile=Profile.STUDENT),
            Place(school_id=people.primary.id, profile=Profile.STUDENT),
        ),
    )
    assert not queries.open_for(mover, people.college.id, SUMMER)
    assert queries.open_for(mover, people.primary.id, SUMMER)
    owner = Visitor(person_id=1, roles=frozenset({(Role.OWNER, None)}))
    assert queries.open_for(owner, people.college.id, SUMMER)
    maintenance(school_id=people.college.id)
    assert not queries.open_for(owner, people.college.id, SUMMER)
    assert queries.open_for(owner, people.primary.id, SUMMER)
    assert queries.open_for(Visitor(person_id=1, roles=frozenset({(Role.OPERATOR, None)})), people.college.id, SUMMER)


def test_a_closed_school_is_not_found_by_whoever_stands_there(app: Flask, people: Cast) -> None:
    families_window(school_id=people.college.id)
    with app.test_request_context():
        g.now = SUMMER
        g.visitor = Visitor(
            person_id=people.mover.id, places=(Place(school_id=people.college.id, profile=Profile.STUDENT),)
        )
        with pytest.raises(NotFound):
            queries.demand_open(people.college.id)
        queries.demand_open(people.primary.id)


def test_doors_are_the_same_for_the_gate_and_for_the_accounts() -> None:
    assert set(queries.DOORS) == set(PROFILES.values())


def test_what_runs_and_comes_is_told_in_order_and_what_is_over_is_not(people: Cast) -> None:
    """SITE-4."""
    families_window()
    maintenance(start=SUMMER + timedelta(days=1), end=SUMMER + timedelta(days=2))
    families_window(start=date(2026, 4, 1), end=date(2026, 4, 3))
    told = queries.public_closures(SUMMER)
    assert [(one.kind, one.scope, one.state) for one in told] == [
        ("profiles", "project", "partly"),
        ("maintenance", "project", "soon"),
    ]
    assert str(sentence(told[0])) == (
        "L’espace est fermé aux élèves et aux responsables. Il rouvre le mardi 1er septembre 2026 à 8\u00a0h."
    )
    assert (told[0].starts, told[0].ends) == (datetime(2026, 7, 4, 22, tzinfo=UTC), OPENING)
    assert queries.public_closures(SUMMER, people.college.id)[0].scope == "school"


def test_a_school_with_its_own_dates_is_told_beside_the_project(people: Cast) -> None:
    row = families_window()
    actions.amend_window(
        row, school_id=people.college.id, end=bound(date(2026, 9, 3)), by_operator=True, by=COMMAND, now=SUMMER
    )
    db.session.commit()
    told = queries.public_closures(SUMMER)
    assert [(one.scope, one.school_id) for one in told] == [("project", None), ("school", people.college.id)]
    assert told[1].ends == datetime(2026, 9, 3, 22, tzinfo=UTC)


def test_levels_are_told_and_classes_only_as_a_span(people: Cast) -> None:
    """GATE-13, GATE-16."""
    row = families_window()
    part = {"school_id": people.college.id, "by_operator": True, "by": COMMAND, "now": SUMMER}
    actions.amend_window(row, level="6e", end=bound(OPENING + timedelta(days=1)), **part)
    later = OPENING + timedelta(days=2)
    actions.amend_window(row, class_id=people.college.classes[2026]["6A"], end=bound(later), **part)
    db.session.commit()
    told = queries.public_closures(SUMMER, people.college.id)[0]
    assert told.ends_between == (OPENING, later)
    level = told.levels[0]
    assert (level.level, level.ends_between) == ("6e", (OPENING + timedelta(days=1), later))
    assert "6A" not in str(sentence(told))


def test_no_past_hour_is_told_of_a_maintenance_that_overruns(people: Cast) -> None:
    """GATE-14."""
    maintenance(end=SUMMER - timedelta(minutes=30), holds=True, next_news=SUMMER + timedelta(hours=1))
    told = queries.public_closures(SUMMER)[0]
    assert (told.state, told.overrun, told.ends) == ("late", True, None)
    assert "Prochaines nouvelles le jeudi 20 août 2026 à 10" in str(sentence(told))
    later = queries.public_closures(SUMMER + timedelta(hours=2))[0]
    assert later.next_news is None
    assert "sera annoncée ici" in str(sentence(later))


def test_public_pages_go_stale_once_at_each_boundary(people: Cast) -> None:
    families_window()
    jobs.window_boundaries(SUMMER)
    db.session.commit()

    def public() -> int:
        pulse().forget()
        return pulse().number(PUBLIC)

    before = public()
    for moment in (SUMMER, SUMMER + timedelta(hours=1), OPENING - timedelta(seconds=1)):
        assert jobs.window_boundaries(moment) == 0
        db.session.commit()
    assert public() == before
    assert jobs.window_boundaries(OPENING + timedelta(days=3)) == 1
    db.session.commit()
    assert public() == before + 1
    assert jobs.window_boundaries(OPENING + timedelta(days=3)) == 0


def test_the_boundaries_of_notices_count_and_the_demos_clock_may_go_back(people: Cast) -> None:
    jobs.window_boundaries(SUMMER)
    actions.publish_notice(
        people.college.id,
        "Gymnase",
        shown_from=SUMMER + timedelta(hours=1),
        shown_until=SUMMER + timedelta(hours=2),
        by=COMMAND,
        now=SUMMER,
    )
    db.session.commit()
    assert jobs.window_boundaries(SUMMER + timedelta(hours=3)) == 2
    assert jobs.window_boundaries(SUMMER - timedelta(days=3)) == 1


def test_secrets_are_never_kept_and_a_draft_has_a_size() -> None:
    kept = kept_fields(
        [
            ("title", ["Sortie"]),
            ("new_password", ["x"]),
            ("csrf_token", ["x"]),
            ("code", ["x"]),
            ("empty", [" "]),
            ("body", ["a" * (MOST_CHARACTERS + 5)]),
            ("after", ["b"]),
        ]
    )
    assert set(kept) == {"title", "body"}
    assert sum(len(value) for values in kept.values() for value in values) <= MOST_CHARACTERS
