"""A step of the smallest world's rollover that is about to begin, and how it ends when nobody disturbs it."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import select

from app.campaign.models import Campaign
from app.db import db
from tests.campaign.academies import approved, export
from tests.campaign.crashing import Snapshot, carry_out, end_of, run_of


def campaign() -> Campaign:
    return db.session.scalars(select(Campaign)).one()


class Stage:
    """A step that is about to begin, and how it ends when nobody disturbs it."""

    def __init__(self, app: Flask, url: str, folder: Path, step: int) -> None:
        self.plan_id = approved(campaign(), step).id
        self.before = export()
        self.at = Snapshot.beside(app, url, folder, f"stage{step}")
        self.at.take()
        carry_out(self.plan_id)
        self.end = end_of(run_of(self.plan_id))
        self.done = Snapshot.beside(app, url, folder, f"done{step}")
        self.done.take()
