"""The imports: what was received, what became of it, which entries were not taken and why (FEED-6, S4-7)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from app.directory.queries import project
from app.feeds import queries
from app.feeds.outcomes import BECAME, HELD, STATES
from app.feeds.reasons import unpack
from app.files.sheets import as_csv
from app.profiles import Verb
from app.web.allowed import allowed, demand
from app.web.downloads import attached
from app.web.fragments import render_page
from app.web.say import say

blueprint = Blueprint("feeds_admin", __name__)

PAGE = 50
#: Rejects shown on the page; the CSV has them all.
SHOWN = 200


@blueprint.get("/administration/imports")
@allowed(Verb.IMPORT_FEEDS)
def imports() -> Any:
    """The imports, the newest first."""
    demand(Verb.IMPORT_FEEDS)
    before = request.args.get("before", type=int)
    found = queries.imports(PAGE + 1, before)
    return render_page(
        "feeds/imports.html",
        rows=found[:PAGE],
        older=found[PAGE - 1].id if len(found) > PAGE else None,
        before=before,
        states=STATES,
        years=queries.year_names(),
        zone=project().zone,
    )


@blueprint.get("/administration/imports/<int:number>")
@allowed(Verb.IMPORT_FEEDS)
def report(number: int) -> Any:
    """One import's report."""
    demand(Verb.IMPORT_FEEDS)
    made = queries.import_by_id(number)
    rejected = queries.rejects(number, limit=SHOWN)
    aside = queries.set_aside(number, limit=SHOWN)
    not_taken, links = queries.how_many(number)
    return render_page(
        "feeds/report.html",
        made=made,
        state=STATES[made.state],
        year=queries.year_of(made),
        warnings=[unpack(words) for words in [*made.warnings, *queries.stops(number)]],
        lines=bool(made.counts) and made.state != "refused",
        reason=unpack(made.reason) if made.reason else None,
        rejected=rejected,
        aside=aside,
        not_taken=not_taken,
        links=links,
        schools=queries.school_names([*rejected, *aside]),
        reason_of=queries.reason_of,
        held=HELD,
        became=BECAME,
        zone=project().zone,
    )


@blueprint.get("/administration/imports/<int:number>/rejets.csv")
@allowed(Verb.IMPORT_FEEDS)
def rejects_csv(number: int) -> Response:
    """All rejects and links set aside, for a spreadsheet, or with ``?for=machines`` as they are."""
    demand(Verb.IMPORT_FEEDS)
    queries.import_by_id(number)
    found = [*queries.rejects(number), *queries.set_aside(number)]
    schools = queries.school_names(found)
    head = (_("Fichier"), _("Identifiant"), _("Établissement"), _("Ce qui est laissé"), _("Raison"))
    rows = (
        (
            one.category,
            one.entry,
            schools.get(one.school_id or 0, ""),
            _("la fiche") if one.whole else _("un lien"),
            say(queries.reason_of(one)),
        )
        for one in found
    )
    text = as_csv(head, rows, for_machines=request.args.get("for") == "machines")
    return attached(text, f"rejets-{number}.csv")
