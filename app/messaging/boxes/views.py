"""Keeping one's boxes: folders, the trash emptied, choices."""

from __future__ import annotations

from flask import Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import SelectChoice

from app import clock
from app.db import db
from app.messaging.boxes import actions as boxing
from app.messaging.boxes import queries as boxes
from app.messaging.forms import ChoicesForm, FolderForm, TypedForm
from app.messaging.problems import NameTaken
from app.messaging.views import blueprint, frame, me
from app.web.allowed import SIGNED_IN, allowed
from app.web.fragments import render_page, see_other


@blueprint.route("/corbeille/vider", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def empty_trash() -> Response:
    """Remove for good what I have thrown away, after a typed word."""
    form = TypedForm()
    if form.validate_on_submit():
        count = boxing.empty_trash(me())
        db.session.commit()
        told = ngettext("%(num)s message est supprimé.", "%(num)s messages sont supprimés.", count)
        flash(told, "success")
        return see_other(url_for("messaging.trash"))
    return render_page(
        "messaging/confirm.html",
        status=422 if form.errors else 200,
        **frame("trash"),
        form=form,
        question=_("Vider la corbeille ?"),
        words=_("Les messages de votre corbeille seront supprimés pour de bon. Ceux des autres ne changent pas."),
        action=_("Vider la corbeille"),
        back=url_for("messaging.trash"),
    )


# Folders and choices ----------------------------------------------------------------------------------------------------


@blueprint.route("/dossiers", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def folders() -> Response:
    """My folders; a new one."""
    form, also = FolderForm(), []
    if form.validate_on_submit():
        try:
            made = boxing.make_folder(form.name.data or "", owner_id=me(), now=clock.portal_now())
        except NameTaken as refused:
            also = [refused.words]
        else:
            db.session.commit()
            flash(_("Le dossier « %(name)s » est créé.", name=made.name), "success")
            return see_other(url_for("messaging.folders"))
    return render_page(
        "messaging/folders.html",
        status=422 if form.errors or also else 200,
        **frame("folders"),
        form=form,
        also=also,
        folders=boxes.folders(me()),
    )


@blueprint.route("/dossiers/<int:folder_id>/modifier", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def change_folder(folder_id: int) -> Response:
    """Rename a folder, or remove it: its messages go back to the inbox."""
    found = boxes.folder(folder_id, me())
    form, also = FolderForm(obj=found), []
    if request.method == "POST" and request.form.get("do") == "remove":
        name = found.name
        boxing.remove_folder(found)
        db.session.commit()
        flash(
            _("Le dossier « %(name)s » est supprimé, ses messages sont dans la boîte de réception.", name=name),
            "success",
        )
        return see_other(url_for("messaging.folders"))
    if form.validate_on_submit():
        try:
            boxing.rename_folder(found, form.name.data or "")
        except NameTaken as refused:
            also = [refused.words]
        else:
            db.session.commit()
            flash(_("Le dossier s’appelle maintenant « %(name)s ».", name=found.name), "success")
            return see_other(url_for("messaging.folder", folder_id=folder_id))
    return render_page(
        "messaging/folder.html", status=422 if form.errors or also else 200, **frame("folders"), form=form, also=also,
        found=found,
    )  # fmt: skip


@blueprint.route("/reglages", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def choices() -> Response:
    """Until when my archived messages are kept, and e-mails when something arrives."""
    chosen, default = boxes.choice(me()), str(current_app.extensions["settings"].archived_messages)
    form = ChoicesForm(
        lifetime=(chosen.archive_lifetime if chosen is not None else None) or "project",
        notify=chosen is not None and chosen.notify,
    )
    names = {"year": _("vidé à la fin de l’année scolaire"), "kept": _("gardé d’une année à l’autre")}
    form.lifetime.choices = [
        SelectChoice("project", _("comme le projet le prévoit : %(how)s", how=names[default])),
        *(SelectChoice(value, label) for value, label in names.items()),
    ]
    if form.validate_on_submit():
        lifetime = form.lifetime.data if form.lifetime.data in names else None
        boxing.choose(me(), archive_lifetime=lifetime, notify=bool(form.notify.data))
        db.session.commit()
        flash(_("Vos réglages sont enregistrés."), "success")
        return see_other(url_for("messaging.choices"))
    return render_page("messaging/choices.html", status=422 if form.errors else 200, **frame("choices"), form=form)
