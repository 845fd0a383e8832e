"""'Année précédente': the list, and the pages of an archived diary as they are, in a sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _

from app import clock
from app.files.names import safe_name
from app.files.queries import path_of
from app.schoollife.previous import queries
from app.schoolyear import YearName
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.downloads import deliver, deliver_pieces
from app.web.fragments import render_page, see_other
from app.web.say import language

blueprint = Blueprint("schoollife_previous", __name__)

#: Pages of an archive need their own style sheet and to hand out their files, nothing else: no script, no form, no frame.
_SANDBOX = (
    "default-src 'none'; style-src 'self'; sandbox allow-same-origin allow-downloads; frame-ancestors 'none';"
    " base-uri 'none'; form-action 'none'"
)
_SHOWN = {"html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8"}


@blueprint.get("/annee-precedente")
@allowed(SIGNED_IN)
def diaries() -> Response:
    """Last year's diaries that I could read then."""
    found = queries.diaries(visitor(), clock.portal_now())
    schools = [
        (school, str(YearName(begins=begins)), list(lines))
        for (school, begins), lines in groupby(found, key=lambda line: (line.school, line.begins))
    ]
    return render_page("schoollife/previous/diaries.html", schools=schools)


@blueprint.get("/annee-precedente/<int:archive_id>")
@allowed(SIGNED_IN)
def diary(archive_id: int) -> Response:
    """The first page of a diary: its own address, so that its links lead where they do on a disk."""
    found = queries.diary_for(visitor(), archive_id, clock.portal_now())
    return see_other(url_for(".entry", archive_id=found.id, entry="index.html"))


@blueprint.get("/annee-precedente/<int:archive_id>/archive.zip")
@allowed(SIGNED_IN)
def download(archive_id: int) -> Response:
    """The whole archive, which opens without the portal."""
    found = queries.diary_for(visitor(), archive_id, clock.portal_now())
    return deliver(path_of(found.sha256), f"{safe_name(found.title)}.zip", "application/zip")


@blueprint.get("/annee-precedente/<int:archive_id>/<path:entry>")
@allowed(SIGNED_IN)
def entry(archive_id: int, entry: str) -> Response:
    """A page of the diary, or a file that comes with it."""
    found = queries.diary_for(visitor(), archive_id, clock.portal_now())
    size, pieces = queries.entry_of(found, entry)
    ending = entry.rpartition(".")[2]
    # What people have attached stands in a folder of its own, and is never a page.
    if ending not in _SHOWN or entry.startswith("fichiers/"):
        return deliver_pieces(pieces, size, entry.rpartition("/")[2])
    response = Response(_with_the_way_back(pieces) if ending == "html" else b"".join(pieces))
    response.headers["Content-Type"] = _SHOWN[ending]
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def _with_the_way_back(pieces: Iterator[bytes]) -> bytes:
    """The page with a link to the list, which it does not have on a disk."""
    words, target = escape(_("Retour à l’année précédente")), escape(url_for(".diaries"))
    way = f'<body>\n<p><a href="{target}" lang="{language()}">{words}</a></p>'
    return b"".join(pieces).replace(b"<body>", way.encode(), 1)
