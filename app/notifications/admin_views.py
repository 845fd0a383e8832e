"""The outbox page: what left, what waits, what failed, and what a person has to decide."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app import clock
from app.audit.actions import actor_of
from app.db import db
from app.directory.queries import project
from app.errors import NotFound
from app.notifications import actions
from app.notifications.queries import SECRET_KINDS, message_by_id, outbox_counts, outbox_page
from app.notifications.states import ATTEMPTS, STATE_NAMES, STATE_SENTENCES, VERDICTS, State, Verdict, standing
from app.profiles import Verb
from app.web.allowed import allowed, demand, visitor
from app.web.fragments import render_page, see_other

blueprint = Blueprint("notifications_admin", __name__)

PAGE = 50

#: How a state is drawn (macro ``state``).
DRAWN: dict[State, str] = {
    State.WAITING: "waiting",
    State.TAKEN: "running",
    State.SENT: "done",
    State.KEPT: "info",
    State.FAILED: "failed",
    State.DROPPED: "paused",
    State.UNCERTAIN: "late",
}


def kind_name(kind: str) -> str:
    """What kind of message, in words; a kind that is not known here shows as it is."""
    names = {
        "reset": _("mot de passe oublié"),
        "prove": _("adresse à confirmer"),
        "reopening": _("réouverture"),
        "notice": _("avis pratique"),
    }
    return str(names.get(kind, kind))


@blueprint.get("/administration/envois")
@allowed(Verb.SEE_OUTBOX)
def outbox() -> Any:
    """The messages, the newest first, filtered by state."""
    demand(Verb.SEE_OUTBOX)
    now = clock.machine_now()
    state = {one.value: one for one in State}.get(request.args.get("state", ""))
    before = request.args.get("before", type=int)
    found = outbox_page(state, now, before=before, limit=PAGE + 1)
    return render_page(
        "notifications/outbox.html",
        block="messages_found",
        rows=[_shown(message) for message in found[:PAGE]],
        state=state,
        before=before,
        older=found[PAGE - 1].id if len(found) > PAGE else None,
        counts=outbox_counts(now),
        names=STATE_NAMES,
        drawn=DRAWN,
        mail_server=current_app.extensions["settings"].smtp_host,
        zone=project().zone,
    )


@blueprint.route("/administration/envois/<int:number>", methods=["GET", "POST"])
@allowed(Verb.SEE_OUTBOX)
def message(number: int) -> Any:
    """One message; a POST with ``verdict`` is what the person decides about it."""
    demand(Verb.SEE_OUTBOX)
    form = FlaskForm()
    if request.method == "POST":
        verdict = {one.value: one for one in Verdict}.get(request.form.get("verdict", ""))
        if verdict is None:
            raise NotFound()
        actions.decide(
            number,
            verdict,
            by=actor_of(visitor()),
            now=clock.portal_now(),
            machine_now=clock.machine_now(),
        )
        db.session.commit()
        flash(
            {
                Verdict.RESEND: _("Le message repartira au prochain passage."),
                Verdict.SENT: _("Le message est noté comme envoyé."),
                Verdict.DROP: _("Le message est abandonné : il ne partira pas."),
            }[verdict],
            "success",
        )
        return see_other(url_for("notifications_admin.message", number=number))
    found = message_by_id(number)
    shown = _shown(found)
    return render_page(
        "notifications/message.html",
        form=form,
        row=shown,
        sentence=STATE_SENTENCES[shown["state"]],
        name=STATE_NAMES[shown["state"]],
        verdicts={verdict.value for verdict, states in VERDICTS.items() if shown["state"] in states},
        hidden=found.kind in SECRET_KINDS and not visitor().may(Verb.RUN_PROJECT),
        attempts=ATTEMPTS,
        zone=project().zone,
    )


def _shown(found: Any) -> dict[str, Any]:
    state = standing(found.state, found.taken_at, found.error, clock.machine_now())
    return {"message": found, "state": state, "drawn": DRAWN[state], "kind": kind_name(found.kind)}
