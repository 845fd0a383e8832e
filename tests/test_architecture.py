"""The laws of the house, read from the source: uniforms, plain modules, rooms leftwards, one clock, one environment."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from app import ROOMS

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "app"

#: Uniforms and the modules of a room that each may import besides plain ones.
UNIFORMS = {
    "models": {"models"},
    # Which rows a rollover takes is a question too; its answers stand with what it does to them.
    "queries": {"models", "queries", "rollover"},
    "actions": {"models", "queries", "actions", "loaders", "rollover"},
    "rollover": {"models", "queries", "actions", "loaders", "rollover"},
    "loaders": {"models", "queries", "loaders"},
    "forms": set(),
    "views": {"queries", "actions", "forms"},
    "admin_views": {"queries", "actions", "forms"},
    "hooks": {"models", "queries", "actions", "forms"},
    "jobs": {"models", "queries", "actions", "loaders", "rollover"},
    "commands": {"models", "queries", "actions", "loaders", "jobs", "rollover"},
}
GROUND_WITH_WEB = {"db", "pulse", "console", "web"}
FORBIDDEN_IN_PLAIN = (
    "flask", "flask_babel", "flask_login", "flask_migrate", "flask_sqlalchemy", "flask_wtf", "htmx_flask", "sqlalchemy",
    "alembic", "wtforms", "werkzeug", "apscheduler", "requests", "smtplib", "socket", "sqlite3", "psycopg", "subprocess",
    "authlib", "urllib.request", "shutil", "tempfile",
)  # fmt: skip
ASKING_TIME = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter"}


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the application, by its dotted name."""
    for path in sorted(APP.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> frozenset[str]:
    """The dotted names that a module imports, wherever it does."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


MODULES = dict(modules())


def room_of(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in ROOMS else None


def uniform_of(name: str) -> str | None:
    """The uniform of a room's module, or of one in a part of a room (app.accounts.own.views)."""
    parts = name.split(".")
    return parts[-1] if len(parts) in (3, 4) and room_of(name) and parts[-1] in UNIFORMS else None


def is_plain(name: str) -> bool:
    """A module that must stay free of Flask and of the database."""
    parts = name.split(".")
    if parts == ["app"]:
        return False
    if room_of(name) is None:
        return parts[1] not in GROUND_WITH_WEB and parts[1] != "settings"
    return uniform_of(name) is None


def own_imports(name: str) -> set[str]:
    """The modules of this application that ``name`` imports."""
    return {found for found in imported(MODULES[name]) if found in MODULES and found != name}


def by_room(wanted: Callable[[str], object]) -> list[list[str]]:
    """The modules that a law is about, a list for each room: a test a module would cost more than the laws."""
    rooms: dict[str | None, list[str]] = {}
    for name in MODULES:
        if wanted(name):
            rooms.setdefault(room_of(name), []).append(name)
    return list(rooms.values())


def test_every_room_of_the_map_exists_and_nothing_else_does() -> None:
    folders = {path.parent.name for path in APP.glob("*/__init__.py")} - {"web"}
    assert folders == set(ROOMS)


@pytest.mark.parametrize("names", by_room(lambda name: room_of(name)))
def test_rooms_import_only_rooms_to_their_left(names: list[str]) -> None:
    for name in names:
        own = ROOMS.index(room_of(name) or "")
        for found in own_imports(name):
            other = room_of(found)
            if other is not None:
                assert ROOMS.index(other) <= own, f"{name} imports {found}, a room to its right"


@pytest.mark.parametrize("names", by_room(lambda name: room_of(name) is None and name != "app"))
def test_the_ground_imports_no_room(names: list[str]) -> None:
    for name in names:
        assert not [found for found in own_imports(name) if room_of(found)]


@pytest.mark.parametrize("names", by_room(lambda name: is_plain(name)))
def test_a_free_name_is_plain_even_indirectly(names: list[str]) -> None:
    for name in names:
        seen, waiting = set(), [name]
        while waiting:
            module = waiting.pop()
            if module in seen or module == "app":
                continue
            seen.add(module)
            for found in imported(MODULES[module]):
                wrong = [bad for bad in FORBIDDEN_IN_PLAIN if found == bad or found.startswith(bad + ".")]
                assert not wrong, f"{name} is plain but reaches {found} through {module}"
            waiting += own_imports(module)


@pytest.mark.parametrize("names", by_room(lambda name: uniform_of(name)))
def test_a_uniform_imports_only_what_it_may(names: list[str]) -> None:
    for name in names:
        permitted = UNIFORMS[uniform_of(name) or ""] | {uniform_of(name)}
        for found in own_imports(name):
            worn = uniform_of(found)
            assert worn is None or worn in permitted, f"{name} wears '{uniform_of(name)}' and imports {found}"


@pytest.mark.parametrize("names", by_room(lambda name: uniform_of(name) in ("actions", "queries", "loaders", "models")))
def test_actions_and_queries_never_commit(names: list[str]) -> None:
    for name in names:
        calls = [
            node.func.attr
            for node in ast.walk(tree(MODULES[name]))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        ]
        assert "commit" not in calls


@pytest.mark.parametrize("names", by_room(lambda name: name != "app.clock"))
def test_only_the_clock_asks_the_time(names: list[str]) -> None:
    for name in names:
        for node in ast.walk(tree(MODULES[name])):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKING_TIME:
                asked = ast.unparse(node.func.value)
                assert asked not in ("datetime", "date", "time", "datetime.datetime", "datetime.date"), (
                    f"{name} asks {asked}"
                )
        assert "time" not in imported(MODULES[name])


@pytest.mark.parametrize("names", by_room(lambda name: name != "app.settings"))
def test_only_the_settings_read_the_environment(names: list[str]) -> None:
    for name in names:
        for node in ast.walk(tree(MODULES[name])):
            if isinstance(node, ast.Attribute):
                assert ast.unparse(node) not in ("os.environ", "os.getenv"), name


def test_no_drawer_without_a_name_of_its_own() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"}
    assert not [name for name in MODULES if drawers & set(name.split("."))]


def test_no_module_passes_four_hundred_lines() -> None:
    long = {name: count for name, path in MODULES.items() if (count := len(path.read_text().splitlines())) > 400}
    assert not long


def test_migrations_never_import_the_application() -> None:
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        assert not [name for name in imported(path) if name.split(".")[0] == "app"], path.name
