"""The gate's verbs: what they write, refuse, and tell the audit (GATE-4, 13, 14, 17, SITE-8, G10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.actions import COMMAND
from app.audit.queries import history, verify
from app.db import db
from app.gate import actions, queries
from app.gate.drafts.actions import MOST_DRAFTS, save_draft
from app.gate.models import Draft
from app.gate.problems import Unacceptable
from app.profiles import Place, Profile, Visitor
from tests.gate.stage import OPENING, SUMMER, bound, families_window, maintenance, set_time
from tests.people import Cast, cast

BY = {"by": COMMAND, "now": SUMMER}


@pytest.fixture
def people(app: Flask) -> Cast:
    made = cast(app)
    set_time(SUMMER)
    return made


def reopening(
    school: int, *, level: str | None = None, class_id: int | None = None, profile: Profile = Profile.STUDENT
) -> datetime | None:
    """When a pupil of that school comes back, as of 20 August."""
    place = Place(school_id=school, profile=profile, level=level, class_id=class_id)
    return queries.closures().at_place(place, SUMMER).reopens_at


def test_a_school_may_move_its_end_within_the_limits(people: Cast) -> None:
    row = families_window()
    actions.amend_window(row, school_id=people.college.id, end=bound(date(2026, 9, 3)), by_operator=False, **BY)
    db.session.commit()
    assert reopening(people.college.id) == datetime(2026, 9, 3, 22, tzinfo=UTC)
    assert reopening(people.primary.id) == OPENING


@pytest.mark.parametrize(
    ("end", "named"),
    [(date(2026, 9, 5), "vendredi 4 septembre 2026"), (date(2026, 8, 30), "lundi 31 août 2026")],
)
def test_a_school_is_refused_what_lies_outside_the_limits_and_told_which(people: Cast, end: date, named: str) -> None:
    row = families_window()
    with pytest.raises(Unacceptable) as refused:
        actions.amend_window(row, school_id=people.college.id, end=bound(end), by_operator=False, **BY)
    assert refused.value.problems[0].field == "end"
    assert named in str(refused.value.words)
    db.session.rollback()
    assert reopening(people.college.id) == OPENING


def test_the_operator_is_bound_by_no_limit(people: Cast) -> None:
    row = families_window()
    actions.amend_window(row, school_id=people.college.id, end=bound(date(2026, 9, 20)), by_operator=True, **BY)
    db.session.commit()
    assert reopening(people.college.id) == datetime(2026, 9, 20, 22, tzinfo=UTC)


def test_narrower_limits_clip_what_a_school_asked_for_and_keep_it(people: Cast) -> None:
    """GATE-4: the project narrows the limits after the school has chosen."""
    row = families_window()
    actions.amend_window(row, school_id=people.college.id, end=bound(date(2026, 9, 4)), by_operator=False, **BY)
    db.session.commit()
    limits = queries.facts_of_row(row).limits
    narrower = type(limits)(earliest_end=date(2026, 8, 31), latest_end=date(2026, 9, 2))
    actions.change_window(row, {"limits": narrower}, **BY)
    db.session.commit()
    assert reopening(people.college.id) == datetime(2026, 9, 2, 22, tzinfo=UTC)
    actions.change_window(row, {"limits": limits}, **BY)
    db.session.commit()
    assert reopening(people.college.id) == datetime(2026, 9, 4, 22, tzinfo=UTC)


def test_an_authorisation_withdrawn_keeps_what_the_school_wrote(people: Cast) -> None:
    """GATE-4."""
    row = families_window()
    actions.amend_window(row, school_id=people.college.id, end=bound(date(2026, 9, 3)), by_operator=False, **BY)
    db.session.commit()
    actions.authorise_schools(False, **BY)
    db.session.commit()
    assert reopening(people.college.id) == OPENING
    assert len(queries.window_row(row.id).amendments) == 1
    with pytest.raises(Unacceptable, match="n’autorise pas"):
        actions.amend_window(row, school_id=people.college.id, end=bound(date(2026, 9, 2)), by_operator=False, **BY)
    db.session.rollback()
    actions.authorise_schools(True, **BY)
    db.session.commit()
    assert reopening(people.college.id) == datetime(2026, 9, 3, 22, tzinfo=UTC)


def test_no_school_amends_the_window_of_another_or_a_maintenance(people: Cast) -> None:
    other = families_window(school_id=people.primary.id)
    with pytest.raises(Unacceptable, match="autre établissement"):
        actions.amend_window(other, school_id=people.college.id, end=bound(date(2026, 9, 2)), by_operator=True, **BY)
    row = maintenance(end=SUMMER + timedelta(days=1))
    with pytest.raises(Unacceptable, match="niveau du projet"):
        actions.amend_window(row, school_id=people.college.id, end=bound(date(2026, 8, 25)), by_operator=False, **BY)


def test_writing_again_for_the_same_part_replaces_what_the_same_hand_wrote(people: Cast) -> None:
    row = families_window()
    for day in (2, 3):
        actions.amend_window(row, school_id=people.college.id, end=bound(date(2026, 9, day)), by_operator=False, **BY)
    actions.amend_window(row, school_id=people.college.id, message="Travaux", by_operator=True, **BY)
    db.session.commit()
    assert len(queries.window_row(row.id).amendments) == 2
    assert reopening(people.college.id) == datetime(2026, 9, 3, 22, tzinfo=UTC)


def test_every_problem_is_told_at_once(people: Cast) -> None:
    with pytest.raises(Unacceptable) as refused:
        actions.add_window(
            kind="profiles",
            start=bound(date(2026, 9, 2)),
            end=bound(date(2026, 8, 2)),
            profiles=["pupil"],
            message="<script>",
            **BY,
        )
    assert {problem.field for problem in refused.value.problems} == {"profiles", "end", "message"}


def test_moving_a_first_day_moves_every_end_by_as_many_days_and_keeps_the_hours(people: Cast) -> None:
    """GATE-17: beyond the limits; levels and classes follow; other schools do not move."""
    row = families_window()
    college = people.college.id
    actions.amend_window(
        row, school_id=college, level="6e", end=bound(datetime(2026, 9, 1, 12, tzinfo=UTC)), by_operator=False, **BY
    )
    actions.amend_window(
        row,
        school_id=college,
        class_id=people.college.classes[2026]["5A"],
        end=bound(date(2026, 9, 1)),
        by_operator=False,
        **BY,
    )
    actions.amend_window(row, school_id=college, message="Inondation", by_operator=True, **BY)
    db.session.commit()
    moved = actions.move_first_day([college], date(2026, 9, 15), **BY)
    db.session.commit()
    assert (moved.schools, moved.ends, moved.over) == (1, 3, ())
    assert reopening(college) == OPENING + timedelta(days=14)
    assert reopening(college, level="6e") == datetime(2026, 9, 15, 12, tzinfo=UTC)
    fifth = reopening(college, level="5e", class_id=people.college.classes[2026]["5A"])
    assert fifth == datetime(2026, 9, 15, 22, tzinfo=UTC)
    assert reopening(people.primary.id) == OPENING
    rules = queries.closures().rules
    assert (rules.first_days[college], rules.first_days[people.primary.id]) == (date(2026, 9, 15), date(2026, 9, 1))
    place = Place(school_id=college, profile=Profile.STUDENT)
    assert queries.closures().at_place(place, SUMMER).message == "Inondation"
    again = actions.move_first_day([college], date(2026, 9, 15), **BY)
    assert (again.schools, again.ends) == (0, 0)


def test_several_schools_move_at_once_and_back(people: Cast) -> None:
    families_window()
    both = [people.college.id, people.primary.id]
    actions.move_first_day(both, date(2026, 9, 3), **BY)
    db.session.commit()
    assert {reopening(school) for school in both} == {OPENING + timedelta(days=2)}
    actions.move_first_day(both, date(2026, 9, 1), **BY)
    db.session.commit()
    assert {reopening(school) for school in both} == {OPENING}


def test_a_window_that_is_over_is_not_closed_again_by_a_late_move(people: Cast) -> None:
    families_window()
    now = set_time(OPENING + timedelta(hours=1))
    moved = actions.move_first_day([people.college.id], date(2026, 9, 3), by=COMMAND, now=now)
    db.session.commit()
    assert moved.over == (people.college.id,)
    place = Place(school_id=people.college.id, profile=Profile.STUDENT)
    assert queries.closures().at_place(place, now).allowed


def test_a_winter_move_keeps_the_hour_of_the_wall(people: Cast) -> None:
    families_window()
    actions.move_first_day([people.college.id], date(2026, 11, 3), **BY)
    db.session.commit()
    assert reopening(people.college.id) == datetime(2026, 11, 3, 7, tzinfo=UTC)


def test_opening_releases_a_held_maintenance_everywhere_and_a_school_alone(people: Cast) -> None:
    """GATE-14: finished schools reopen one by one."""
    row = maintenance(end=SUMMER - timedelta(minutes=10), holds=True)
    teacher = Profile.TEACHER
    assert reopening(people.college.id, profile=teacher) is None
    assert actions.open_(school_id=people.college.id, by=COMMAND, now=SUMMER) == [row.id]
    db.session.commit()
    known = queries.closures()
    assert known.at_place(Place(school_id=people.college.id, profile=teacher), SUMMER).allowed
    assert not known.at_place(Place(school_id=people.primary.id, profile=teacher), SUMMER).allowed
    assert actions.open_(reason="contrôles verts", by=COMMAND, now=SUMMER) == [row.id]
    db.session.commit()
    assert queries.closures().at_place(Place(school_id=people.primary.id, profile=teacher), SUMMER).allowed
    assert actions.open_(by=COMMAND, now=SUMMER) == []
    line = history("window", row.id, action="window.opened")[0]
    assert line.detail is not None
    assert line.detail.values["after"]["reason"] == "contrôles verts"


def test_a_maintenance_prolonged_for_one_school_is_opened_too(people: Cast) -> None:
    row = maintenance(end=SUMMER - timedelta(minutes=10))
    actions.amend_window(
        row, school_id=people.college.id, end=bound(SUMMER + timedelta(days=1)), by_operator=True, **BY
    )
    db.session.commit()
    assert reopening(people.college.id, profile=Profile.STAFF) == SUMMER + timedelta(days=1)
    assert actions.open_(by=COMMAND, now=SUMMER) == [row.id]
    db.session.commit()
    place = Place(school_id=people.college.id, profile=Profile.STAFF)
    assert queries.closures().at_place(place, SUMMER).allowed


def test_opening_touches_no_window_of_profiles_and_none_that_comes(people: Cast) -> None:
    families_window()
    maintenance(start=SUMMER + timedelta(days=2), end=SUMMER + timedelta(days=3))
    assert actions.open_(by=COMMAND, now=SUMMER) == []
    assert reopening(people.college.id) == OPENING


def test_a_removed_window_closes_nothing_and_stays_in_the_history(people: Cast) -> None:
    row = families_window()
    actions.remove_window(row, **BY)
    db.session.commit()
    assert reopening(people.college.id) is None
    assert [line.action for line in history("window", row.id)] == ["window.removed", "window.added"]
    assert verify().holds


def test_every_change_is_audited_with_before_and_after(people: Cast) -> None:
    """G10."""
    row = families_window()
    actions.change_window(row, {"end": bound(date(2026, 9, 2)), "message": "Bonne rentrée"}, **BY)
    db.session.commit()
    line = history("window", row.id, action="window.changed")[0]
    assert line.detail is not None
    values = line.detail.values
    assert (values["before"]["end"], values["after"]["end"]) == ("2026-09-01T06:00:00+00:00", "2026-09-02")
    assert values["after"]["message"] == "Bonne rentrée"


def test_a_notice_that_names_a_class_is_refused_with_the_reason(people: Cast) -> None:
    """SITE-8."""
    for text in ("Les 6A entrent par le gymnase.", "rentrée des 6a", "CLASSE «5A» : salle 12"):
        with pytest.raises(Unacceptable, match="nomme la classe"):
            actions.publish_notice(people.college.id, text, **BY)
    with pytest.raises(Unacceptable, match="HTML"):
        actions.publish_notice(people.college.id, "<p>Gymnase</p>", **BY)
    with pytest.raises(Unacceptable, match="avant d’être affiché"):
        actions.publish_notice(people.college.id, "Gymnase", shown_until=SUMMER, **BY)
    notice = actions.publish_notice(people.college.id, "Accueil à 14 h, bâtiment 16A.", send=True, **BY)
    db.session.commit()
    assert (notice.send_wanted, notice.sent_at) == (True, None)
    assert [one.text for one in queries.notices(people.college.id, SUMMER)] == ["Accueil à 14 h, bâtiment 16A."]
    assert queries.notices(people.primary.id, SUMMER) == []
    actions.withdraw_notice(notice, by=COMMAND, now=SUMMER + timedelta(hours=1))
    db.session.commit()
    assert queries.notices(people.college.id, SUMMER + timedelta(hours=1)) == []


def test_a_text_of_a_school_stands_before_the_projects_while_schools_are_authorised(people: Cast) -> None:
    """GATE-7, GATE-4."""
    pupil = Profile.STUDENT
    actions.set_text("{portail} dort.", profile=pupil, school_id=None, **BY)
    actions.set_text("Le collège dort.", profile=pupil, school_id=people.college.id, **BY)
    db.session.commit()
    known = queries.snapshot()
    assert known.own_text(people.college.id, pupil, "fr") == "Le collège dort."
    assert known.own_text(people.primary.id, pupil, "fr") == "{portail} dort."
    assert known.own_text(people.primary.id, pupil, "en") is None
    actions.authorise_schools(False, **BY)
    db.session.commit()
    assert queries.snapshot().own_text(people.college.id, pupil, "fr") == "{portail} dort."
    actions.set_text("", profile=pupil, school_id=None, **BY)
    db.session.commit()
    assert queries.snapshot().own_text(people.primary.id, pupil, "fr") is None


@pytest.mark.parametrize("words", ["<b>gras</b>", "{inconnu}", "une { accolade", "x" * 4001])
def test_a_text_with_html_or_unknown_places_is_refused(people: Cast, words: str) -> None:
    with pytest.raises(Unacceptable):
        actions.set_text(words, profile=Profile.STUDENT, school_id=None, **BY)


def test_one_person_keeps_twenty_drafts_at_most(people: Cast) -> None:
    visitor = Visitor(person_id=people.teacher.id)
    for number in range(MOST_DRAFTS + 5):
        save_draft(visitor, "/essai", [("text", [f"note {number}"])], now=SUMMER)
    db.session.commit()
    kept = db.session.scalars(select(Draft).order_by(Draft.id)).all()
    assert [draft.fields["text"] for draft in kept] == [[f"note {n}"] for n in range(5, MOST_DRAFTS + 5)]
    assert save_draft(visitor, "/essai", [("text", ["  "]), ("csrf_token", ["x"])], now=SUMMER) is None
