"""``flask schoollife ...``: the tables of the docs."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from app.schoollife.kinds import document

schoollife = AppGroup("schoollife", help="School life: its tables.")


@schoollife.command("tables")
def tables() -> None:
    """Print docs/schoollife.md: kinds, and who may do what."""
    click.echo(document(), nl=False)


def register(app: Flask) -> None:
    """Give the commands to ``app``."""
    app.cli.add_command(schoollife)
