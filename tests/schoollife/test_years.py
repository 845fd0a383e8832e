"""A school's periods, rotations, lists and settings (DATA-8): kept apart from the year's data, changed by its head and administrators."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.audit.models import AuditLine
from app.db import db
from app.fates import Fate, Preset, kind_called
from app.schoollife.years.models import Period, SchoolLifeSettings, SchoolParameter, WeekRotation
from app.schoollife.years.parameters import DEFAULT_COUNTERPARTS, DEFAULTS, LIST_NAMES, ParameterList, Settings
from app.schoollife.years.queries import parameters, period_at, settings_of
from app.schoollife.years.rotations import alternated, monday_of
from tests.people import Cast, cast
from tests.signing import send, sign_in


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast(app)


def base(people: Cast) -> str:
    return f"/administration/ecole/{people.college.uai}/vie-scolaire"


# Plain ------------------------------------------------------------------------------------------------------------------


def test_every_list_has_a_name_and_something_to_begin_with() -> None:
    assert set(LIST_NAMES) == set(DEFAULTS) == set(ParameterList)
    assert all(labels and len(set(labels)) == len(labels) for labels in DEFAULTS.values())
    assert set(DEFAULT_COUNTERPARTS) <= set(DEFAULTS[ParameterList.NON_ASSESSMENT])
    assert set(DEFAULT_COUNTERPARTS.values()) <= set(DEFAULTS[ParameterList.ABSENCE_REASON])


def test_lists_and_settings_survive_the_year_and_periods_do_not() -> None:
    """DATA-8, S3-1."""
    for preset in Preset:
        assert kind_called("parameter").fate(preset).fate == Fate.KEPT
        assert kind_called("school-life-settings").fate(preset).fate == Fate.KEPT
        assert kind_called("period").fate(preset).fate == Fate.DELETED


def test_settings_come_back_as_they_were_stored_and_survive_older_and_newer_rows() -> None:
    settings = Settings(late_minutes=9, extremes_shown=True)
    assert Settings.read(settings.stored()) == settings
    odd = {"late_minutes": "9", "unknown": 1, "extremes_shown": 1, "marks_out_of": 10}
    assert Settings.read(odd) == Settings(marks_out_of=10)


@given(
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    st.integers(0, 400),
    st.lists(st.sampled_from("ABCD"), min_size=1, max_size=4),
)
def test_weeks_get_their_letters_in_turn(first: date, days: int, letters: list[str]) -> None:
    last = date.fromordinal(first.toordinal() + days)
    weeks = list(alternated(first, last, letters))
    assert weeks[0] == (monday_of(first), letters[0])
    assert all(monday.weekday() == 0 for monday, _letter in weeks)
    assert weeks[-1][0] == monday_of(last)
    assert [letter for _monday, letter in weeks] == [letters[n % len(letters)] for n in range(len(weeks))]
    without = list(alternated(first, last, letters, leave_out={weeks[0][0]}))
    assert [letter for _monday, letter in without] == [letter for _monday, letter in weeks][: len(without)]


# Pages ------------------------------------------------------------------------------------------------------------------


def test_the_usual_lists_are_made_once_and_only_where_there_is_none(app: Flask, people: Cast) -> None:
    client = app.test_client()
    sign_in(client, people.school_admin)
    page = f"{base(people)}/motifs/absence-reason"
    assert send(client, page, {"label": "Grève", "counterpart_id": "0"}).status_code == 303
    overview = f"{base(people)}/"
    for _twice in range(2):
        assert (
            send(client, f"{base(people)}/motifs/habituels", page=f"{base(people)}/motifs/absence-reason").status_code
            == 303
        )
    assert client.get(overview).status_code == 200
    school = people.college.id
    assert [row.label for row in parameters(school, ParameterList.ABSENCE_REASON)] == ["Grève"]
    assert [row.label for row in parameters(school, ParameterList.SANCTION_TYPE)] == list(
        DEFAULTS[ParameterList.SANCTION_TYPE]
    )
    assert db.session.scalars(select(SchoolParameter).where(SchoolParameter.school_id != school)).all() == []


def test_an_entry_is_named_once_retired_and_offered_again(app: Flask, people: Cast) -> None:
    client = app.test_client()
    sign_in(client, people.head)
    page = f"{base(people)}/motifs/punishment-type"
    assert send(client, page, {"label": "Retenue", "counterpart_id": "0"}).status_code == 303
    twice = send(client, page, {"label": "retenue", "counterpart_id": "0"})
    assert twice.status_code == 422
    assert "est déjà dans cette liste" in twice.text
    row = db.session.scalars(select(SchoolParameter)).one()
    assert send(client, f"{base(people)}/motifs/intitule/{row.id}/retirer", page=page).status_code == 303
    assert parameters(people.college.id, ParameterList.PUNISHMENT_TYPE) == []
    assert send(client, page, {"label": "Retenue", "counterpart_id": "0"}).status_code == 303
    assert len(parameters(people.college.id, ParameterList.PUNISHMENT_TYPE)) == 1
    assert client.get(f"{base(people)}/motifs/anything").status_code == 404
    # Another school's entry does not exist here.
    other = SchoolParameter(school_id=people.primary.id, list="punishment-type", label="Retenue")
    db.session.add(other)
    db.session.commit()
    assert client.get(f"{base(people)}/motifs/intitule/{other.id}").status_code == 404
    told = select(AuditLine.action).where(AuditLine.action.like("parameter.%")).order_by(AuditLine.number)
    actions = db.session.scalars(told).all()
    assert actions == ["parameter.added", "parameter.retired", "parameter.offered"]


def test_a_reason_for_non_assessment_goes_with_an_absence_reason(app: Flask, people: Cast) -> None:
    client = app.test_client()
    sign_in(client, people.head)
    page = f"{base(people)}/motifs/non-assessment"
    send(client, f"{base(people)}/motifs/habituels", page=page)
    rows = {row.label: row for row in parameters(people.college.id, ParameterList.NON_ASSESSMENT)}
    reasons = {row.label: row.id for row in parameters(people.college.id, ParameterList.ABSENCE_REASON)}
    assert rows["Absent"].counterpart_id == reasons["Maladie"]
    change = f"{base(people)}/motifs/intitule/{rows['Absent'].id}"
    assert send(client, change, {"label": "Absent excusé", "counterpart_id": reasons["Stage"]}).status_code == 303
    db.session.expire_all()
    assert rows["Absent"].counterpart_id == reasons["Stage"]


def test_periods_share_no_day_and_tell_whose_turn_it_is(app: Flask, people: Cast) -> None:
    client = app.test_client()
    sign_in(client, people.head)
    page, year = f"{base(people)}/periodes", people.years[2026].id
    fields = {"year_id": year, "name": "Trimestre 1", "first_day": "2026-09-01", "last_day": "2026-11-30"}
    assert send(client, page, fields).status_code == 303
    shared = {**fields, "name": "Trimestre 2", "first_day": "2026-11-30", "last_day": "2027-03-01"}
    told = send(client, page, shared)
    assert told.status_code == 422
    assert "Trimestre 1" in told.text
    assert send(client, page, {**shared, "last_day": "2026-11-01", "first_day": "2026-12-01"}).status_code == 422
    assert send(client, page, {**shared, "first_day": "2026-12-01"}).status_code == 303
    first, second = db.session.scalars(select(Period).order_by(Period.position)).all()
    school = people.college.id
    for day, expected in ((date(2026, 10, 1), first), (date(2026, 12, 1), second), (date(2027, 8, 1), second)):
        assert period_at(school, year, day) is expected
    assert send(client, f"{page}/{first.id}/supprimer").status_code == 303
    assert len(db.session.scalars(select(Period)).all()) == 1


def test_weeks_are_filled_again_and_corrected_one_by_one(app: Flask, people: Cast) -> None:
    client = app.test_client()
    sign_in(client, people.head)
    page = f"{base(people)}/alternances"
    fields = {"year_id": people.years[2026].id, "first": "2026-09-01", "last": "2026-09-30", "letters": "A, B"}
    for _twice in range(2):
        assert send(client, page, fields).status_code == 303
    weeks = db.session.scalars(select(WeekRotation).order_by(WeekRotation.monday)).all()
    assert [week.letter for week in weeks] == ["A", "B", "A", "B", "A"]
    assert weeks[0].monday == date(2026, 8, 31)
    assert send(client, page, {"week": weeks[1].id, "letter": "A"}).status_code == 303
    assert send(client, page, {"week": weeks[2].id, "letter": ""}).status_code == 303
    assert send(client, page, {"week": "999999", "letter": "A"}).status_code == 404
    db.session.expire_all()
    letters = db.session.scalars(select(WeekRotation.letter).order_by(WeekRotation.monday)).all()
    assert letters == ["A", "A", "B", "A"]
    assert send(client, page, {**fields, "letters": "A;B;C;D;E;F;G;H"}).status_code == 422


def test_settings_are_kept_and_out_of_range_ones_refused(app: Flask, people: Cast) -> None:
    client = app.test_client()
    sign_in(client, people.school_admin)
    page = f"{base(people)}/reglages"
    fields = {
        "calls_asked_days": "7",
        "late_minutes": "10",
        "reason_due_days": "3",
        "marks_out_of": "10",
        "distinctions": "y",
    }
    assert send(client, page, {**fields, "late_minutes": "0"}).status_code == 422
    assert db.session.get(SchoolLifeSettings, people.college.id) is None
    assert send(client, page, fields).status_code == 303
    found = settings_of(people.college.id)
    assert (found.late_minutes, found.marks_out_of, found.class_average_shown, found.distinctions) == (
        10,
        10,
        False,
        True,
    )
    assert settings_of(people.primary.id) == Settings()
