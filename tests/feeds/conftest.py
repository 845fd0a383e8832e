"""What the feeds' tests share: a portal that is set up, and imports into it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.audit.actions import COMMAND
from app.db import db
from app.errors import Refused
from app.feeds.actions import import_aaf
from tests.builders import make_project, make_year

NOW = datetime(2026, 8, 25, 6, tzinfo=UTC)


@pytest.fixture
def portal(app: Flask) -> Flask:
    """A project with years N and N+1 and nobody in it."""
    make_project()
    make_year(2025)
    make_year(2026)
    db.session.commit()
    return app


@pytest.fixture
def take(portal: Flask) -> Callable[..., dict[str, Any]]:
    """``take(path, plan=False, year_n=False)`` imports and commits; a refusal is rolled back and raised."""

    def importing(path: Path, **how: Any) -> dict[str, Any]:
        try:
            report = import_aaf(path, by=COMMAND, now=NOW, **how)
        except Refused:
            db.session.rollback()
            raise
        db.session.commit()
        return report

    return importing
