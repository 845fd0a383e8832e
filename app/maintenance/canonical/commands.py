"""``export canonical``: what is live, in a form that two portals, or two moments of one, can be compared by."""

from __future__ import annotations

from itertools import islice

import click
from flask import Flask

from app.console import Group
from app.maintenance.canonical import queries

export = Group("export", help="What the portal holds, in a form for comparing.")
#: Lines written at once.
_LINES = 1000


def register(app: Flask) -> None:
    """Add the group to ``flask``."""
    app.cli.add_command(export)


@export.command()
@click.option("--school", "uai", metavar="UAI", help="Only what belongs to this school.")
def canonical(uai: str | None) -> None:
    """One JSON line a live row, natural keys instead of numbers, sorted; the same bytes for the same content."""
    school_id = queries.school_by_uai(uai).id if uai else None
    with queries.snapshot() as connection:
        found = queries.lines(school_id, connection=connection)
        while part := list(islice(found, _LINES)):
            click.echo("\n".join(part).encode())
