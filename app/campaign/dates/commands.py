"""``campaign create`` (CAL-4, CAL-10)."""

from __future__ import annotations

import click
from flask import Flask

from app import clock
from app.audit.actions import COMMAND
from app.campaign.commands import campaign
from app.campaign.dates import actions
from app.campaign.dates.problems import UnknownPreset, YearUnknown
from app.campaign.dates.queries import known_days, school_ids
from app.campaign.moving import completed
from app.campaign.presets import PRESETS
from app.console import answer, json_option
from app.db import db
from app.directory.queries import school_by_uai
from app.web.say import say
from app.words import N_, Words


@campaign.command("create")
@click.option("--preset", required=True, metavar="|".join(PRESETS), help="The calendar.")
@click.option("--year", type=click.IntRange(2000, 2100), required=True, help="Civil year in which N+1 begins.")
@click.option(
    "--school", "uais", multiple=True, metavar="UAI", help="Several may be named; all of its kind by default."
)
@click.option("--variant", default="", metavar="NAME", help="Another choice of the same source.")
@json_option
def create(preset: str, year: int, uais: tuple[str, ...], variant: str, as_json: bool) -> None:
    """Make a campaign from a preset, moved to the days of YEAR; what has passed already is skipped."""
    chosen = PRESETS.get(preset)
    if chosen is None:
        raise UnknownPreset(preset=preset, known=", ".join(PRESETS), field="preset")
    days = known_days(year)
    first_day = days.pop("first_day")
    if first_day is None:
        raise YearUnknown(year=year)
    made = actions.create(
        chosen,
        year=year,
        anchors=completed(chosen.anchors, first_day=first_day, **days),
        school_ids=[school_by_uai(uai).id for uai in uais] if uais else None,
        variant=variant,
        by=COMMAND,
        now=clock.portal_now(),
    )
    number, count = made.id, len(school_ids(made.id))
    db.session.commit()
    words = Words(N_("La campagne %(number)s conduit %(count)s établissement(s)."), number=number, count=count)
    answer({"campaign": number}, as_json=as_json, lines=say(words))


def register(app: Flask) -> None:
    """The group itself is bound by ``campaign.commands``."""
