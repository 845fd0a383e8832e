"""A school's archives: which there are, where they stand, how long they are kept; download and verification (S2-3 to S2-6, G9)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.campaign.shelves import actions, queries
from app.db import db
from app.directory.queries import school_by_uai
from app.fates import Retention, retention_words
from app.feeds.declaring.queries import kept_by
from app.files.names import safe_name
from app.files.queries import path_of
from app.gate.queries import demand_open
from app.profiles import Verb
from app.schoollife.registers.sections import SECTIONS
from app.schoolyear import YearName
from app.web.allowed import allowed, demand, visitor
from app.web.downloads import deliver
from app.web.fragments import render_page, see_other
from app.web.say import say

blueprint = Blueprint("campaign_archives_admin", __name__, url_prefix="/administration/ecole/<uai>/archives")


def _own(uai: str) -> tuple[Any, Any]:
    """The school, for whoever sees its archives and to whom it is open, and the keeper by whom they see those of a school that has
    ended; None for its own people (FEED-7). Raises ``NotFound``.
    """
    school = school_by_uai(uai)
    if not visitor().may(Verb.SEE_ARCHIVES, school.id):
        keeper = queries.keeper_of(school.id, clock.portal_now())
        if keeper is not None and visitor().may(Verb.SEE_ARCHIVES, keeper.id):
            demand_open(keeper.id)
            return school, keeper
    demand(Verb.SEE_ARCHIVES, school.id)
    demand_open(school.id)
    return school, None


@blueprint.get("")
@allowed(Verb.SEE_ARCHIVES)
def school(uai: str) -> Any:
    """The archives by year and kind, each class with its own; ``annee`` and ``genre``: one kind to the last."""
    own, keeper = _own(uai)
    begins, kind = request.args.get("annee", type=int), request.args.get("genre", "")
    wanted = (begins, kind) if begins is not None and kind in SECTIONS else None
    found = queries.shelves(own.id, wanted)
    years = current_app.extensions["settings"].archive_years
    return render_page(
        "campaign/archives.html",
        school=own,
        keeper=keeper,
        kept=[one for one, _keeper in kept_by([own.id], clock.portal_now())],
        shelves=[
            {
                "shelf": one,
                "title": SECTIONS[one.kind][0] if one.kind in SECTIONS else one.kind,
                "year": str(YearName(begins=one.begins)),
                "kept": retention_words(Retention.DIARY if one.kind == "diary" else Retention.ARCHIVE, years=years),
            }
            for one in found
        ],
        pupils=[(str(YearName(begins=year)), count, size) for year, count, size in queries.of_pupils(own.id)],
        damaged=sum(one.unverified for one in found),
    )


@blueprint.get("/<int:archive_id>/fichier")
@allowed(Verb.SEE_ARCHIVES)
def download(uai: str, archive_id: int) -> Any:
    """One archive, as it was made; whoever takes it stands in the journal."""
    own, keeper = _own(uai)
    archive = queries.archive_of(own.id, archive_id)
    name = f"{safe_name(archive.title, archive.kind)} {YearName(begins=archive.begins)}.zip"
    response = deliver(path_of(archive.sha256), name, "application/zip")
    keeper_id = keeper.id if keeper is not None else None
    actions.note_download(archive, keeper_id=keeper_id, by=actor_of(visitor()), now=clock.portal_now())
    db.session.commit()
    return response


@blueprint.post("/<int:archive_id>/verification")
@allowed(Verb.SEE_ARCHIVES)
def verify(uai: str, archive_id: int) -> Any:
    """Read one archive back to the last byte, now."""
    own, _keeper = _own(uai)
    archive = queries.archive_of(own.id, archive_id)
    problem = actions.verify(archive, by=actor_of(visitor()), now=clock.portal_now())
    title = archive.title
    db.session.commit()
    if problem is None:
        flash(_("« %(title)s » a été relue en entier : elle est intacte.", title=title), "success")
    else:
        flash(f"{say(problem.words)} {say(problem.hint) if problem.hint is not None else ''}".strip(), "error")
    return see_other(url_for("campaign_archives_admin.school", uai=own.uai))
