"""Tests of the engine run on a copy of a small academy, on both databases; others on empty ones, as everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import clock
from app.campaign.models import Campaign
from app.db import db
from tests.campaign.academies import copy_academy, copy_files, make_academy
from tests.campaign.crashing import Snapshot
from tests.campaign.hamlet import settle
from tests.conftest import _opened, settings_for
from tests.databases import Databases


@pytest.fixture(scope="session")
def academies(
    request: pytest.FixtureRequest, postgresql: Callable[[], str], worker_folder: Path
) -> Callable[[str], tuple[str, Path]]:
    """The address and data folder of the academy on each database, made when first asked for in this process."""
    made: dict[str, tuple[str, Path]] = {}
    worker = getattr(request.config, "workerinput", {"workerid": "main"})["workerid"]

    def academy(kind: str) -> tuple[str, Path]:
        if kind not in made:
            data = worker_folder / f"academy-{kind}"
            data.mkdir()
            if kind == "sqlite":
                url = f"sqlite:///{worker_folder}/academy.sqlite3"
            else:
                url = Databases.create(postgresql(), f"academy_{worker}")
            make_academy(settings_for(url, data), worker_folder / f"feed-{kind}")
            made[kind] = (url, data)
        return made[kind]

    return academy


@pytest.fixture
def academy(
    request: pytest.FixtureRequest,
    database: str,
    academies: Callable[[str], tuple[str, Path]],
    tmp_path: Path,
    worker_folder: Path,
) -> Iterator[Flask]:
    """The application on a fresh copy of the academy."""
    kind = "sqlite" if database.startswith("sqlite") else "postgresql"
    source, data = academies(kind)
    url = f"sqlite:///{worker_folder}/campaign.sqlite3" if kind == "sqlite" else _beside(database)
    copy_academy(source, url)
    copy_files(data, tmp_path / "data")
    yield from _opened(request, url, tmp_path / "data", {})


def _beside(url: str) -> str:
    """A database of this process on the same server, that nobody else empties."""
    base, mark, query = url.partition("?")
    server, _, name = base.rpartition("/")
    return f"{server}/campaign_{name}{mark}{query}"


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portal time stands, so that two runs of one step are dated alike."""
    moment = clock.portal_now()
    monkeypatch.setattr(clock, "portal_now", lambda: moment)


@pytest.fixture
def hamlet(app: Flask, database: str, tmp_path: Path, still: None) -> tuple[Campaign, Snapshot]:
    """A campaign in the smallest world, and a place to keep it as it is."""
    number = settle()
    return db.session.get_one(Campaign, number), Snapshot.beside(app, database, tmp_path)
