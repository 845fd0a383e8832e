"""``feeds pause`` and ``feeds resume`` (CAL-3)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click
from flask import Flask

from app import clock
from app.audit.actions import COMMAND
from app.console import answer, json_option
from app.db import db
from app.directory.queries import project
from app.feeds.commands import feeds
from app.feeds.pauses import actions
from app.gate.windows import end_instant, parse_bound, start_instant
from app.web.say import say
from app.words import N_, Words


@feeds.command()
@click.argument("target", metavar="TARGET")
@click.option("--from", "start", metavar="D|I", help="When it begins; now unless given.")
@click.option("--until", metavar="D|I", help="When imports resume by themselves; without it `feeds resume` does.")
@json_option
def pause(target: str, start: str | None, until: str | None, as_json: bool) -> None:
    """Stop the imports of TARGET (portal, servers, gar, library, timetable); what arrives meanwhile is kept."""
    now, zone = clock.portal_now(), ZoneInfo(project().zone)
    actions.demand_target(target)
    made = actions.pause(
        target,
        starts_at=start_instant(parse_bound(start, zone, is_end=False), zone) if start else now,
        ends_at=end_instant(parse_bound(until, zone, is_end=True), zone) if until else None,
        by=COMMAND,
        now=now,
    )
    document = {
        "id": made.id,
        "target": target,
        "from": made.starts_at.astimezone(zone),
        "until": made.ends_at.astimezone(zone) if made.ends_at else None,
    }
    db.session.commit()
    words = Words(N_("Les imports de « %(target)s » sont arrêtés."), target=target)
    answer(document, as_json=as_json, lines=say(words))


@feeds.command()
@click.argument("target", metavar="TARGET")
@json_option
def resume(target: str, as_json: bool) -> None:
    """Lift whatever stops the imports of TARGET now, whoever stopped them."""
    project()
    lifted = actions.resume(target, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    words = Words(N_("Les imports de « %(target)s » reprennent."), target=target)
    answer({"target": target, "resumed": lifted}, as_json=as_json, lines=say(words))


def register(app: Flask) -> None:
    """The group itself is bound by ``feeds.commands``."""
