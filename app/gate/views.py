"""The redirect pages, public and never gated (GATE-6, GATE-7), and the drafts that somebody's late form left."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request, url_for
from flask_babel import gettext as _

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.errors import NotFound
from app.gate.door_notice import Voice, for_everybody
from app.gate.drafts.actions import discard_draft
from app.gate.queries import DRAFTS_KEPT, card_by_uai, draft_row, drafts_of, snapshot
from app.gate.snapshot import SchoolCard
from app.profiles import PROFILE_PLURALS, Profile
from app.web.allowed import ANYBODY, SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.language import current_language
from app.web.pagecache import keep_public
from app.web.security import safe_target

blueprint = Blueprint("gate", __name__)


@blueprint.get("/ecole/<uai>/fermeture/<profile>")
@allowed(ANYBODY)
def redirect_page(uai: str, profile: str) -> Any:
    """Until when a profile's access to a school is closed, why, and what stays open. Once it is open it says so."""
    return _page(card_by_uai(uai), profile)


@blueprint.get("/fermeture/<profile>")
@allowed(ANYBODY)
def project_redirect_page(profile: str) -> Any:
    """The same for somebody who stands in no school that the project knows."""
    return _page(None, profile)


def _page(school: SchoolCard | None, name: str) -> Any:
    if name not in tuple(Profile):
        raise NotFound()
    profile, known = Profile(name), snapshot()
    # Taken after the snapshot: looking at the pulse may have moved the portal's time.
    now = clock.portal_now()
    school_id = school.id if school is not None else None
    notice = for_everybody(known, school_id, profile, now, voice=Voice(language=current_language(), translate=_))
    links = {"sign_in": url_for("accounts.doors"), "site_words": _("Aller au site public")}
    if school is not None:
        links["site"] = url_for("publicsite.school", uai=school.uai)
        links["closures"] = url_for("publicsite.school_closures", uai=school.uai)
        links["wish"] = url_for("notifications.wish", school=school.uai, profile=profile.value)
    else:
        links["site"], links["closures"] = url_for("publicsite.home"), url_for("publicsite.closures")
    place = f"{school.name if school is not None else known.portal} · {_(PROFILE_PLURALS[profile])}"
    response = render_page(
        "gate/redirect_page.html", notice=notice, place=place, contact=known.contact, door_links=links
    )
    return keep_public(response, until=known.next_change(school_id, now), now=now)


@blueprint.get("/brouillons")
@allowed(SIGNED_IN)
def drafts() -> Any:
    """The texts of forms that came after a closing."""
    zone = snapshot().closures.rules.zone
    return render_page("gate/drafts.html", drafts=drafts_of(visitor().person_id or 0, g.now), zone=zone)


@blueprint.route("/brouillons/<int:number>", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def draft(number: int) -> Any:
    """One of one's own drafts; posting erases it."""
    kept = draft_row(number, visitor().person_id or 0, g.now)
    if request.method == "POST":
        discard_draft(kept, by=actor_of(visitor()), now=g.now)
        db.session.commit()
        return see_other(url_for("gate.drafts"))
    return render_page(
        "gate/draft.html",
        draft=kept,
        erased_on=kept.saved_at + DRAFTS_KEPT,
        back=safe_target(kept.path, ""),
        zone=snapshot().closures.rules.zone,
    )
