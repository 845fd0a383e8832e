"""What ``flask campaign ...`` says and how it ends: exit codes, lists, and the processes that it starts (the stable contract)."""

from __future__ import annotations

from pathlib import Path

from app import create_app
from app.campaign import commands
from app.settings import Settings
from tests.conftest import settings_for


def test_a_further_process_works_by_the_very_same_settings(tmp_path: Path) -> None:
    """G3, G7: what it selects, and how long what it takes may be brought back, is what the first process was told."""
    given = {"BASCULE_OFFER_DAYS": "400", "BASCULE_UNDO_DAYS": "20", "BASCULE_ARCHIVED_MESSAGES": "year"}
    app = create_app(settings_for(f"sqlite:///{tmp_path}/one.sqlite3", tmp_path, **given), testing=True)
    with app.app_context():
        other = Settings(commands._settings())
    mine = app.extensions["settings"]
    told = [(one.database_url, one.data_dir, one.secret_key, one.https) for one in (other, mine)]
    assert told[0] == told[1]
    assert (other.offer_days, other.undo_days, other.archived_messages) == (400, 20, "year")
