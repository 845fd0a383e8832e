"""The operator sets the rhythm of deliveries, sees which is late, and what came into the drop folder (S4-6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from playwright.sync_api import expect

from app import clock
from app.audit.actions import COMMAND
from app.db import db
from app.feeds.inbox.actions import set_rhythm
from app.feeds.inbox.models import FeedArrival
from app.feeds.reasons import pack
from app.words import Words
from tests.browser.conftest import Visit, enter
from tests.people import cast


def test_the_rhythm_is_set_and_a_late_delivery_is_seen(sqlite_app: Flask, visit: Callable[..., Visit]) -> None:
    people = cast(sqlite_app)
    now = clock.machine_now()
    reason = pack(
        Words(
            "Trop d’élèves quitteraient Collège Jean Moulin (9990010A) : 300 sur 400, soit 75 % ; la limite est de 30 %."
        )
    )
    for number, state in enumerate(("received", "refused", "stopped", "kept", "seen")):
        db.session.add(
            FeedArrival(
                source="aaf", name=f"ENT2DVA-ENT16_Complet_2026090{number}_une-academie-au-nom-bien-long.tgz", sign="x",
                state=state, seen_at=now, tries=0, reason=reason if state in ("refused", "stopped") else None,
            )
        )  # fmt: skip
    set_rhythm("aaf", dict.fromkeys(range(7), False), 6, by=COMMAND, now=now, machine_now=now - timedelta(days=30))
    db.session.commit()
    db.session.remove()
    here = visit()
    page = enter(here, people.operator)
    here.open("/administration/imports/rythme?habituel=1")
    here.is_worthy()
    expect(page.get_by_label("Le lundi")).to_have_value("complete")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="Arrivées")).to_be_visible()
    expect(page.get_by_text("En retard").first).to_be_visible()
    here.is_worthy()
    here.is_quiet()
