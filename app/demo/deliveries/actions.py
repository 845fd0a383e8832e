"""Laying the demo academy's deliveries in the drop folder when they are due; nothing of the database is changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flask import current_app

from app.demo.moments import DELIVERIES
from app.demo.queries import demo
from app.settings import Settings

#: The source whose drop folder the deliveries of both degrees go to.
SOURCE = "aaf"


def coming_folder() -> Path:
    """Where the deliveries of year N+1 wait for their day."""
    settings: Settings = current_app.extensions["settings"]
    return settings.data_dir / "livraisons"


def lay(now: datetime) -> int:
    """Move every delivery whose hour has come into ``<data>/inbox/aaf``; how many. ``now`` is portal time.

    A move is one step for whoever watches the folder, and a delivery that was laid is not there to be laid again.
    """
    if not (coming := coming_folder()).is_dir() or demo() is None:
        return 0
    settings: Settings = current_app.extensions["settings"]
    drop = settings.data_dir / "inbox" / SOURCE
    laid = 0
    for one in DELIVERIES:
        if one.at <= now and (coming / one.name).is_dir():
            drop.mkdir(parents=True, exist_ok=True)
            (coming / one.name).rename(drop / one.name)
            laid += 1
    return laid
