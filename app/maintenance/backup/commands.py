"""``backup PATH`` while the portal runs, ``restore PATH`` while it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import with_appcontext

from app import clock
from app.audit.actions import COMMAND
from app.audit.erasures.actions import complete_file
from app.audit.erasures.queries import of_file, portal_mark
from app.audit.queries import verify
from app.console import Command, answer, json_option
from app.db import db
from app.errors import NotSetUp
from app.maintenance.backup import actions, loaders, queries
from app.maintenance.backup.problems import CannotWrite, NotEmpty
from app.web.say import say
from app.weights import weight
from app.words import N_, Words

_PATH = click.Path(path_type=Path, file_okay=False)


def register(app: Flask) -> None:
    """Add the commands to ``flask``."""
    app.cli.add_command(backup)
    app.cli.add_command(restore)


def _telling(as_json: bool) -> Any:
    return (lambda _words: None) if as_json else lambda words: click.echo(say(words), err=True)


@click.command(cls=Command)
@click.argument("path", type=_PATH)
@json_option
@click.pass_context
@with_appcontext
def backup(ctx: click.Context, path: Path, as_json: bool) -> None:
    """Copy database and files into the folder PATH, or refresh the backup there, while the portal runs."""
    path, now = path.resolve(), clock.portal_now()
    if not queries.is_set_up():
        raise NotSetUp()
    complete_file()
    db.session.rollback()
    try:
        manifest, copied = actions.back_up(path, now=now, tell=_telling(as_json))
    except OSError as broken:
        raise CannotWrite(path=str(path), why=broken.strerror or type(broken).__name__) from broken
    actions.note(manifest, path, by=COMMAND, now=now)
    db.session.commit()
    document = {
        "path": str(path), "at": now, "tables": len(manifest.tables), "rows": manifest.rows,
        "blobs": len(manifest.blobs), "copied": copied, "bytes": manifest.size, "lost": list(manifest.lost),
    }  # fmt: skip
    lines = [
        say(
            Words(
                N_("Sauvegarde faite : %(rows)s lignes, %(blobs)s fichiers dont %(copied)s nouveaux, %(weight)s."),
                rows=manifest.rows,
                blobs=len(manifest.blobs),
                copied=copied,
                weight=weight(manifest.size),
            )
        )
    ]
    lines += [say(Words(N_("Octets perdus avant la sauvegarde : %(sha)s"), sha=sha)) for sha in manifest.lost]
    answer(document, as_json=as_json, lines="\n".join(lines))
    if manifest.lost:
        ctx.exit(1)


@click.command(cls=Command)
@click.argument("path", type=_PATH)
@click.option("--replace", is_flag=True, help="Replace the portal that the database holds.")
@json_option
@click.pass_context
@with_appcontext
def restore(ctx: click.Context, path: Path, replace: bool, as_json: bool) -> None:
    """Bring back the backup in the folder PATH, without what was erased for good since. The portal is stopped meanwhile."""
    tell, now = _telling(as_json), clock.portal_now()
    manifest = queries.checked(path, tell, Words(N_("Lecture de la sauvegarde.")))
    loaders.check_revision(manifest.revision)
    empty = queries.is_empty()
    if not empty and not replace:
        raise NotEmpty()
    mark, known = ("", {}) if empty else actions.entries_of_old_portal()
    tell(Words(N_("Retour des fichiers et des tables.")))
    came = actions.put_blobs(manifest, path)
    with loaders.old_one_aside():
        loaders.fill(manifest, path)
        # Another portal's erasures say nothing of this one's rows.
        known = of_file(portal_mark()) | (known if mark == portal_mark() else {})
        again, left = actions.settle(
            sorted(known.values(), key=lambda entry: entry.at), by=COMMAND, now=now, taken_at=manifest.at
        )
        db.session.commit()
        complete_file()
        journal = verify()
        db.session.rollback()
    document = {
        "at": manifest.at, "tables": len(manifest.tables), "rows": manifest.rows, "blobs": len(manifest.blobs),
        "came": came, "erased_again": again, "not_erased": left, "audit_holds": journal.holds,
    }  # fmt: skip
    lines = [
        say(
            Words(
                N_("Restauré : %(rows)s lignes, %(blobs)s fichiers. Effacées à nouveau : %(again)s lignes."),
                rows=manifest.rows,
                blobs=len(manifest.blobs),
                again=again,
            )
        )
    ]
    if left:
        lines.append(
            say(Words(N_("Lignes effacées depuis, mais dont d’autres dépendent encore : %(left)s."), left=left))
        )
    if not journal.holds:
        lines.append(say(Words(N_("Le journal ne tient pas à la ligne %(line)s."), line=journal.broken_at)))
    answer(document, as_json=as_json, lines="\n".join(lines))
    if left or not journal.holds:
        ctx.exit(1)
