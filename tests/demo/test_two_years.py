"""What the importer finds in the year after, and in the delta after that, is what the academy's own tally says (FEED-6, S4-1)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.audit.actions import COMMAND
from app.db import db
from app.demo.academy import make_academy
from app.demo.loaders import write_delivery, write_delta
from app.demo.moments import BEGINNING, DELIVERED_ON, DELIVERIES, FIRST_DAY, LAST_DAY
from app.demo.next_year import NextYear
from app.demo.oddities import oddities
from app.demo.tally import compare
from app.directory.models import ClassMembership, Person, SchoolClass, SchoolYear
from app.feeds.actions import import_aaf
from app.feeds.models import FeedImportSchool
from app.maintenance.actions import set_up
from app.maintenance.anchors import Anchors

DEGREES = ("2D", "1D")


def taken(folder: Path, **how: Any) -> dict[str, dict[str, Any]]:
    """Both degrees' deliveries of ``folder`` imported; what each says of its schools, by structure key."""
    found = {}
    for degree in DEGREES:
        report = import_aaf(folder / degree, by=COMMAND, now=BEGINNING, **how)
        db.session.commit()
        lines = select(FeedImportSchool).where(FeedImportSchool.import_id == report["import"])
        found |= {line.key: line.counts for line in db.session.scalars(lines)}
    return found


def test_a_year_and_a_delta_do_what_is_tallied(app: Flask, tmp_path: Path) -> None:
    academy = make_academy(4, 3, 900)
    later = NextYear(academy)
    anchors = Anchors(year=2026, first_day=FIRST_DAY, last_day=LAST_DAY)
    set_up("Essai", anchors, zone="Europe/Paris", operator="operator", by=COMMAND, now=BEGINNING)
    write_delivery(academy, tmp_path / "n", day=DELIVERED_ON)
    taken(tmp_path / "n", year_n=True)

    tally = write_delivery(later, tmp_path / "n1", day=DELIVERIES[0].day)
    found = taken(tmp_path / "n1", returning="accept")
    comers = [odd.family for odd in oddities(later.schools, later.seed, later.begins) if odd.family is not None]
    change = compare(academy, later, oddities=comers)
    for plan in later.schools:
        counts, expected, held = found[plan.key], change.schools[plan.key], tally.schools[plan.key]
        assert counts["pupils"] == held["students"], plan.name
        assert counts["without_class"] == held["without_class"]
        assert counts["classes"] == counts["classes_new"] == held["classes"]
        assert counts["created"] == expected["came"]
        assert counts["moved"] + counts["arrived"] == expected["moved_in"]
        assert counts["left"] + counts["gone"] == expected["left"] + expected["moved_out"]

    told = write_delta(later, tmp_path / "delta", day=DELIVERIES[-1].day, every=12)
    found = taken(tmp_path / "delta")
    for degree in DEGREES:
        keys = {plan.key for plan in later.schools if plan.degree == degree}
        added, gone = (told.operations[degree, "Eleve", tag] for tag in ("addRequest", "deleteRequest"))
        assert sum(counts["created"] for key, counts in found.items() if key in keys) == added
        assert sum(counts["left"] + counts["gone"] for key, counts in found.items() if key in keys) == gone
    assert told.operations["2D", "Eleve", "addRequest"] + told.operations["1D", "Eleve", "addRequest"] > 0
    inside = db.session.execute(
        select(Person.ine, SchoolClass.school_id)
        .join(ClassMembership, ClassMembership.person_id == Person.id)
        .join(SchoolClass, SchoolClass.id == ClassMembership.class_id)
        .join(SchoolYear, SchoolYear.id == SchoolClass.year_id)
        .where(ClassMembership.role == "student", SchoolYear.begins == 2026)
    ).all()
    assert len(inside) == len(set(inside)) > 200  # one person in one class of a school (FEED-5)
