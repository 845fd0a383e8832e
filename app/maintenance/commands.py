"""``setup`` and ``people list``."""

from __future__ import annotations

from datetime import date, datetime

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app import clock
from app.audit.actions import COMMAND
from app.console import Command, Group, answer, json_option
from app.db import db, reading_only
from app.directory import queries as directory
from app.errors import Misused
from app.maintenance import actions, queries
from app.maintenance.anchors import Anchors
from app.schoolyear import zone_of
from app.web.say import say
from app.words import N_, Words

people = Group("people", help="Who is in the directory.")


def register(app: Flask) -> None:
    """Add the commands to ``flask``."""
    app.cli.add_command(setup)
    app.cli.add_command(people)


class Day(click.ParamType[date]):
    """A day written 2026-09-01."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Raises a usage error for anything else."""
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").replace(tzinfo=None).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            self.fail(say(Words(N_("« %(text)s » n’est pas un jour. Écrivez 2026-09-01."), text=value)), param, ctx)


DAY = Day()


@click.command(cls=Command)
@click.option("--name", required=True, help="The portal's name, as families will read it.")
@click.option(
    "--year", type=click.IntRange(2000, 2100), required=True, help="Civil year in which the new school year begins."
)
@click.option("--first-day", type=DAY, required=True, help="The pupils' first day of the new year.")
@click.option("--teachers-first-day", type=DAY, help="The teachers' first day of the new year.")
@click.option("--last-day", type=DAY, help="The last day of the year that ends.")
@click.option("--holidays-from", type=DAY, help="First day of the summer holidays.")
@click.option("--families-from", type=DAY, help="Close to pupils and guardians from this day to the first day at 8:00.")
@click.option("--zone", help="Time zone of the project; BASCULE_ZONE unless given.")
@click.option("--operator", default="operator", show_default=True, help="Login of the first operator.")
@json_option
@with_appcontext
def setup(
    name: str,
    year: int,
    first_day: date,
    teachers_first_day: date | None,
    last_day: date | None,
    holidays_from: date | None,
    families_from: date | None,
    zone: str | None,
    operator: str,
    as_json: bool,
) -> None:
    """Bring the schema to the newest; make project, years and first operator. Running it again changes what differs."""
    zone = zone or str(current_app.extensions["settings"].zone)
    try:
        zone_of(zone)
    except (ValueError, OSError):
        raise Misused(Words(N_("Le fuseau « %(zone)s » n’existe pas."), zone=zone), field="zone") from None
    anchors = Anchors(
        year=year,
        first_day=first_day,
        teachers_first_day=teachers_first_day,
        last_day=last_day,
        holidays_from=holidays_from,
        families_from=families_from,
    )
    anchors.check()
    actions.upgrade_schema()
    made = actions.set_up(name, anchors, zone=zone, operator=operator, by=COMMAND, now=clock.portal_now())
    db.session.commit()
    lines = [say(N_("Le portail est installé.") if made.created else N_("Le portail était déjà installé."))]
    if made.code is not None:
        lines.append(
            say(Words(N_("Exploitant : %(login)s. Code à usage unique : %(code)s"), login=made.login, code=made.code))
        )
    else:
        hint = N_("Exploitant : %(login)s, qui a déjà un compte. « accounts code %(login)s » donne un nouveau code.")
        lines.append(say(Words(hint, login=made.login)))
    document = {"operator": made.login, "code": made.code, "created": made.created}
    answer(document, as_json=as_json, lines="\n".join(lines))


@people.command("list")
@click.option("--school", "uai", metavar="UAI", help="Only the people of this school.")
@json_option
def list_people(uai: str | None, as_json: bool) -> None:
    """Everybody who holds a profile, with login, roles and classes."""
    with reading_only():
        entries = list(queries.people(directory.school_by_uai(uai) if uai else None))
    lines = [
        "\t".join(
            (
                str(entry["id"]),
                entry["login"] or "-",
                entry["profile"] or "-",
                ",".join(entry["roles"]) or "-",
                ",".join(entry["classes"]) or "-",
                entry["school"] or "-",
            )
        )
        for entry in entries
    ]
    answer(entries, as_json=as_json, lines="\n".join(lines))
