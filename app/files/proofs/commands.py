"""``archives verify``: is an archive still what was made? (G9)"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import Flask

from app.console import Group, answer, json_option
from app.db import db, reading_only
from app.files.bundles import Manifest, verify
from app.files.problems import Damaged, NoArchive
from app.files.proofs import queries
from app.web.say import say
from app.words import N_, Words

group = Group("archives", help="The archives of a school year.")


def register(app: Flask) -> None:
    """Add the group to ``flask``."""
    app.cli.add_command(group)


@group.command("verify")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@json_option
@click.pass_context
def verify_archives(ctx: click.Context, path: Path | None, as_json: bool) -> None:
    """Read the archive at PATH back, or all those that the portal knows; exit 1 where one is damaged."""
    if path is None:
        _verify_known(ctx, as_json)
        return
    try:
        with path.open("rb") as file:
            manifest = verify(file)
    except OSError:
        raise NoArchive(path=str(path)) from None
    words = Words(
        N_("« %(title)s » est intacte : %(count)s fichiers, archivés le %(made_at)s."),
        title=manifest.title,
        count=len(manifest.entries),
        made_at=manifest.made_at,
    )
    answer(_document(manifest), as_json=as_json, lines=say(words))


def _verify_known(ctx: click.Context, as_json: bool) -> None:
    whole, damaged = 0, []
    with reading_only():
        for archive in queries.archives():
            try:
                queries.read_back(archive)
                whole += 1
            except Damaged as refused:
                damaged.append({"archive": archive.id, "title": archive.title, "reason": say(refused.words)})
            db.session.expunge(archive)
    lines = [
        say(Words(N_("Archives intactes : %(whole)s ; abîmées : %(damaged)s."), whole=whole, damaged=len(damaged)))
    ]
    lines += [f"{one['archive']}  {one['title']}  {one['reason']}" for one in damaged]
    answer({"whole": whole, "damaged": damaged}, as_json=as_json, lines="\n".join(lines))
    if damaged:
        ctx.exit(1)


def _document(manifest: Manifest) -> dict[str, Any]:
    return {
        "title": manifest.title,
        "made_at": manifest.made_at,
        "files": len(manifest.entries),
        "size": sum(entry.size for entry in manifest.entries),
        "covers": {kind: list(pair) for kind, pair in manifest.covers.items()},
    }
