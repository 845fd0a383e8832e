"""What rooms to the left of the campaign may ask of it, bound when the application is made."""

from __future__ import annotations

from flask import Flask

from app.campaign.dates.queries import changing


def register(app: Flask) -> None:
    """Bind the question to ``app``; nothing runs before requests."""
    # The feeds stand to the left: they find here which schools have been archived and wait for their directory (S2-8).
    app.extensions["archived_schools"] = lambda numbers: changing(numbers, since=2)
