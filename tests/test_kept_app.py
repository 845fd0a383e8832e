"""What tests share is the same for each: the application as it was made, the cast as it was inserted."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import delete, select

from app.db import Base, db
from app.pulse import PUBLIC, pulse
from app.web.allowed import ANYBODY, allowed
from tests.builders import make_project, make_school
from tests.conftest import settings_for
from tests.kept_app import KeptApp
from tests.people import Cast, cast
from tests.recorded import recorded


def rows() -> dict[str, list[tuple[object, ...]]]:
    """Everything in the database."""
    tables = Base.metadata.sorted_tables
    found = {table.name: [tuple(row) for row in db.session.execute(select(table))] for table in tables}
    return {name: sorted(lines, key=str) for name, lines in found.items() if lines}


def test_a_kept_application_is_put_back_as_it_was_made(sqlite_database: str, tmp_path: Path) -> None:
    from app import create_app

    kept = KeptApp(create_app(settings_for(sqlite_database, tmp_path / "first"), testing=True))
    app = kept.begin(tmp_path / "first")
    made, hooks, config = set(app.extensions), len(app.before_request_funcs[None]), dict(app.config)

    app.add_url_rule("/essai", "essai", allowed(ANYBODY)(lambda: "essai"))
    app.before_request(lambda: None)
    app.config["WTF_CSRF_ENABLED"] = False
    app.jinja_env.globals["essai"] = 1
    client = app.test_client()
    assert client.get("/essai").text == "essai"
    assert client.get("/").status_code == 200
    with app.app_context():
        pulse()._numbers[PUBLIC] = 7
        db.engine.dispose()
    assert set(app.extensions) > made
    assert len(app.extensions["pagecache"]) > 0

    assert kept.begin(tmp_path / "second") is app
    assert set(app.extensions) == made
    assert app.extensions["settings"].data_dir == tmp_path / "second"
    assert (tmp_path / "second").is_dir()
    assert len(app.before_request_funcs[None]) == hooks
    assert dict(app.config) == config
    assert "essai" not in app.jinja_env.globals
    assert len(app.extensions["pagecache"]) == 0
    with app.app_context():
        assert pulse().number(PUBLIC) == 0
        db.engine.dispose()
    assert app.test_client().get("/essai").status_code == 404
    assert app.test_client().get("/").status_code == 200

    kept.begin(tmp_path / "second").add_url_rule("/essai", "essai", allowed(ANYBODY)(lambda: "again"))
    assert app.test_client().get("/essai").text == "again"
    with app.app_context():
        db.engine.dispose()


def test_the_cast_is_copied_as_it_was_made(app: Flask) -> None:
    first: Cast = cast(app)
    there = rows()
    assert len(there["person"]) > 15
    clear()
    assert rows() == {}
    db.session.rollback()
    assert cast(app) == first
    assert rows() == there


def clear() -> None:
    for table in reversed(Base.metadata.sorted_tables):
        db.session.execute(delete(table))
    db.session.commit()


def test_what_two_make_is_kept_apart(app: Flask) -> None:
    people = cast(app)
    clear()
    school = recorded(lonely_school)
    there = rows()
    assert len(there["school"]) == 1
    clear()
    assert cast(app) == people
    clear()
    assert recorded(lonely_school) == school
    assert rows() == there


def lonely_school() -> int:
    make_project()
    return make_school("École seule", "9990009Z", kind="primary").id


def test_where_somebody_is_already_nothing_is_copied(app: Flask) -> None:
    cast(app)
    there = rows()
    assert recorded(rows) == there
