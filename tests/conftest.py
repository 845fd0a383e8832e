"""Fixtures: an application as it was made for each test, on a fresh database, on SQLite and on PostgreSQL.

``app`` runs each test that asks for it twice. ``sqlite_app`` is for tests whose subject is not the database (browsers). So is a test
that reads pages with ``client``, or that says ``pages``: what pages ask of PostgreSQL is asked by the access matrix, unless
``both_databases`` says that the database is the subject after all. Of a test that asks the same of many people or pages,
``postgresql_for("head", ...)`` names those that ``make hunt`` asks PostgreSQL for too (none without a name), since the others send it
the same statements. Where the databases differ (locks, plans, types, bulk statements: ``ON_POSTGRESQL``) ``make test`` asks both at
once; the other modules' tests on PostgreSQL and those marked ``long`` are ``--rest``, with which ``make hunt`` begins.
``--database postgresql`` asks for all.
One application a process and database is kept and put back as it was made (``tests.kept_app``); tests with settings of
their own and those that serve it to a browser have one of their own.
"""

from __future__ import annotations

import atexit
import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event
from werkzeug.test import TestResponse

from app import clock, create_app
from app.db import db
from app.settings import Settings
from tests.databases import Databases, copy_sqlite
from tests.kept_app import KeptApp

DATABASES = ("sqlite", "postgresql")
#: Fixtures of those who read pages.
PAGES = {"client", "enter"}
#: Modules in which the two databases may well answer differently and that cost little: asked of PostgreSQL in every run. In dear
#: ones tests say it themselves (``both_databases``).
ON_POSTGRESQL = {
    "accounts": {"at_once", "kin", "search", "throttles"},
    "audit": {"chain", "erasures"},
    "campaign": {"lost_database"},
    "classchoice": {"at_once", "carrying"},
    "content": {"media_rollover", "rollover_rows"},
    "directory": {"ending", "queries", "rollover"},
    "feeds": {"interrupted", "merging"},
    "gate": {"snapshot"},
    "messaging": {"leaving", "taking_away"},
    "scheduler": {"jobs", "worker"},
    "schoollife": {"archives", "previous"},
}
#: Folders whose tests wait for browsers and processes.
LONG = ("tests/browser/", "tests/scheduler/")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=[*DATABASES, "both"], default="both", help="which databases tests run on")
    parser.addoption("--rest", action="store_true", help="only what make test leaves out")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        metafunc.parametrize("database", DATABASES if chosen == "both" else [chosen], indirect=True)


def pytest_configure(config: pytest.Config) -> None:
    """One PostgreSQL server for the whole run: the first process starts it, workers get its address."""
    if hasattr(config, "workerinput"):
        _COMPILED.append(config.workerinput["templates"])
        return
    config.stash[_SERVERS] = Databases(Path(tempfile.mkdtemp(prefix="bascule-tests-")))
    _COMPILED.append(tempfile.mkdtemp(prefix="bascule-templates-"))
    atexit.register(shutil.rmtree, _COMPILED[0], ignore_errors=True)


def pytest_configure_node(node: object) -> None:
    """xdist: tell a worker where the server listens, and where the others leave their compiled templates."""
    config = node.config  # type: ignore[attr-defined]
    node.workerinput["templates"] = _COMPILED[0]  # type: ignore[attr-defined]
    if config.getoption("--database") != "sqlite":
        node.workerinput["postgresql"] = config.stash[_SERVERS].postgresql_address()  # type: ignore[attr-defined]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """PostgreSQL is asked for rows, not for pages, and for those that ``postgresql_for`` names.

    Several workers begin with what takes long, so that none waits at the end for another's last test.
    """
    rest = config.getoption("--rest")
    if rest or config.getoption("--database") == "both":
        asked: dict[bool, list[pytest.Item]] = {True: [], False: []}
        for item in items:
            when = _asked(item)
            long = item.get_closest_marker("long") is not None and when is not Asked.NEVER
            asked[when is Asked.LATER or long if rest else when is Asked.NOW].append(item)
        config.hook.pytest_deselected(items=asked[False])
        items[:] = asked[True]
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.nodeid.startswith(LONG))


class Asked(Enum):
    """When a test is asked of its database."""

    NOW = "by make test"
    LATER = "by make hunt"
    NEVER = "the other database is asked"


def _asked(item: pytest.Item) -> Asked:
    values = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    if values.get("database") != "postgresql":
        return Asked.NOW
    if found := item.get_closest_marker("postgresql_for"):
        named = any(value in found.args for value in values.values() if isinstance(value, str))
        return Asked.LATER if named else Asked.NEVER
    if item.get_closest_marker("both_databases") is not None or item.get_closest_marker("hunt") is not None:
        return Asked.NOW
    if PAGES & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("pages") is not None:
        return Asked.NEVER
    *_folders, room, module = item.path.parts
    known = ON_POSTGRESQL.get(room, set())
    return Asked.NOW if room == "tests" or module.removeprefix("test_").removesuffix(".py") in known else Asked.LATER


def pytest_collection_finish() -> None:
    """What was read and collected stays until the end: the garbage collector need not go through it again and again."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 10)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.stash[_SERVERS].stop()


_SERVERS = pytest.StashKey[Databases]()
#: The folder of templates compiled once for all tests of a run.
_COMPILED: list[str] = []


@pytest.fixture(scope="session")
def worker_folder() -> Iterator[Path]:
    """A folder of this process, removed at its end."""
    folder = Path(tempfile.mkdtemp(prefix="bascule-worker-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql(request: pytest.FixtureRequest) -> Callable[[], str]:
    """The address of the run's PostgreSQL server, started when first asked for."""

    def address() -> str:
        given = getattr(request.config, "workerinput", None)
        return given["postgresql"] if given else request.config.stash[_SERVERS].postgresql_address()

    return address


def settings_for(url: str, folder: Path, **more: str) -> Settings:
    """Settings for a test's application: http, no mail, a data folder of its own."""
    return Settings(
        {
            "DATABASE_URL": url,
            "BASCULE_DATA_DIR": str(folder),
            "SECRET_KEY": "a key for tests only, long enough to pass",
            "BASCULE_HTTPS": "0",
            **more,
        }
    )


@pytest.fixture(scope="session")
def sqlite_template(worker_folder: Path) -> Path:
    """A database file with every table, copied for each test."""
    path = worker_folder / "template.sqlite3"
    app = create_app(settings_for(f"sqlite:///{path}", worker_folder / "template"), testing=True)
    with app.app_context():
        db.create_all()
        db.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_database(request: pytest.FixtureRequest, postgresql: Callable[[], str], worker_folder: Path) -> str:
    """A PostgreSQL database of this process with every table, emptied for each test."""
    name = "test_" + getattr(request.config, "workerinput", {"workerid": "main"})["workerid"]
    url = Databases.create(postgresql(), name)
    app = create_app(settings_for(url, worker_folder / "template"), testing=True)
    with app.app_context():
        db.create_all()
        db.engine.dispose()
    return url


@pytest.fixture
def sqlite_database(sqlite_template: Path, worker_folder: Path) -> str:
    """The address of an SQLite database without a row."""
    path = worker_folder / "bascule.sqlite3"
    copy_sqlite(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database of the kind under test."""
    if getattr(request, "param", "sqlite") == "sqlite":
        empty: str = request.getfixturevalue("sqlite_database")
        return empty
    url: str = request.getfixturevalue("postgresql_database")
    Databases.empty(url)
    return url


@pytest.fixture(autouse=True)
def _own_clock() -> Iterator[None]:
    """The process has one clock: a test that moves it leaves it as it was."""
    yield
    clock.set_offset(timedelta())


@pytest.fixture
def more_settings() -> dict[str, str]:
    """Settings that a test module adds by overriding this fixture."""
    return {}


@pytest.fixture
def app(
    request: pytest.FixtureRequest, database: str, tmp_path: Path, more_settings: dict[str, str]
) -> Iterator[Flask]:
    """The application on a fresh database, inside an application context."""
    yield from _opened(request, database, tmp_path / "data", more_settings)


@pytest.fixture
def sqlite_app(
    request: pytest.FixtureRequest, sqlite_database: str, tmp_path: Path, more_settings: dict[str, str]
) -> Iterator[Flask]:
    """As ``app``, on SQLite only."""
    yield from _opened(request, sqlite_database, tmp_path / "data", more_settings)


class Browser(FlaskClient):
    """A client whose requests are as in production: each in an application context of its own, after the test's commit."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.commit()
        with self.application.app_context():
            return super().open(*args, **kwargs)


#: The applications of this process that have no settings of their own, by the address of their database.
_KEPT: dict[str, KeptApp] = {}


def _opened(request: pytest.FixtureRequest, url: str, data: Path, more: dict[str, str]) -> Iterator[Flask]:
    # A thread that still serves a browser must not see the next test's database.
    shared = not more and "live" not in request.fixturenames
    if not shared:
        application = _made(url, data, more)
    else:
        if url not in _KEPT:
            _KEPT[url] = KeptApp(_made(url, data, more))
        application = _KEPT[url].begin(data)
    with application.app_context():
        yield application
        db.session.remove()
        # PostgreSQL's connections are good for the next test; SQLite's file is another then.
        if not shared or db.engine.dialect.name == "sqlite":
            db.engine.dispose()


def _made(url: str, data: Path, more: dict[str, str]) -> Flask:
    application = with_templates(create_app(settings_for(url, data, **more), testing=True))
    application.test_client_class = Browser
    with application.app_context():
        # Ten minutes of tests send more statements than a portal has at hand; each costs milliseconds to compile anew.
        db.engine._compiled_cache.capacity = 1500  # type: ignore[union-attr]
    return application


def with_templates(application: Flask) -> Flask:
    """``application`` with the templates that this run has compiled."""
    application.jinja_env.bytecode_cache = FileSystemBytecodeCache(_COMPILED[0])
    return application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript: navigations, forms, redirects."""
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """The command line."""
    return app.test_cli_runner()


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """``with count_queries() as queries:`` collects the statements that were sent meanwhile."""
    # The pulse looks once a second, whatever is asked.
    return lambda: StatementCount(db.engine, "SELECT revision.name")


class StatementCount:
    """Collects the statements of an engine, transaction control and those that begin as ``aside`` says left out."""

    def __init__(self, engine: Engine, *aside: str) -> None:
        self._engine = engine
        self._aside = aside
        self.statements: list[str] = []

    def __enter__(self) -> list[str]:
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self.statements

    def __exit__(self, *exc: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", *self._aside)):
            self.statements.append(statement)


@pytest.fixture
def shared_samples() -> Path:
    """The folder of real feed files, which are not ours to redistribute; tests are skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "formats" / "samples"
    if not folder.is_dir():
        pytest.skip("the real sample files are not beside the project")
    return folder
