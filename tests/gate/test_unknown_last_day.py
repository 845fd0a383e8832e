"""A project set up without the last day of year N still discloses the new year on its first day (GATE-8)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import Flask

from app.db import db
from app.gate.disclosure import may_know
from app.gate.queries import closures
from app.profiles import Place, Profile
from app.pulse import GATE, bump
from tests import builders

#: Midnight in Paris.
FIRST_DAY = datetime(2026, 8, 31, 22, tzinfo=UTC)


def test_families_know_the_new_year_from_its_first_day_on(app: Flask) -> None:
    builders.make_project()
    builders.make_year(2025)
    builders.make_year(2026, first_day=date(2026, 9, 1))
    school = builders.make_school("Collège Simone-Veil", "9990002B", kind="college")
    bump(db.session(), GATE)
    db.session.commit()
    place = Place(school_id=school.id, profile=Profile.GUARDIAN)
    assert not may_know(closures(), place, 2026, FIRST_DAY - timedelta(seconds=1)).allowed
    assert may_know(closures(), place, 2026, FIRST_DAY).allowed
