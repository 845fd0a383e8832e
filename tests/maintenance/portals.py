"""A portal with a row of every kind and real bytes, to be saved and brought back; and a second, empty one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Flask

from app.db import db
from app.files.actions import store
from app.maintenance.canonical.queries import lines
from tests.belongings import belongings
from tests.builders import MADE
from tests.people import Cast, cast


def inhabited(app: Flask) -> Cast:
    """The cast, what belongs to them in a school, and the bytes that it names; committed."""
    people = cast(app)
    school = people.college
    belongings(
        school,
        class_id=school.classes[2025]["6A"],
        year_id=people.years[2025].id,
        student=people.student,
        teacher=people.teacher,
        guardian=people.guardian,
    )
    store(f"belongs to {school.uai}".encode(), kind="application/pdf", now=MADE)
    db.session.commit()
    return people


def exported() -> list[str]:
    """What the portal holds now."""
    db.session.rollback()
    found = list(lines())
    db.session.rollback()
    return found


def run(app: Flask, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
    """A command's JSON document; what it complains of where it refuses."""
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=[*map(str, arguments), "--json"])
    assert result.exit_code == code, result.output + repr(result.exception)
    document: dict[str, Any] = json.loads(result.stdout if code < 2 else result.stderr)
    return document
