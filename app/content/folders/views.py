"""The pages of folders, and the trash of media libraries."""

from __future__ import annotations

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.content.folders import actions
from app.content.forms import RemovalForm, seen_version
from app.content.media import queries
from app.content.media.forms import FolderForm, PlaceForm, number
from app.content.media.kinds import kind_word
from app.content.media.queries import Folder, MediaFile

# The pages stand under the media library's name; this module's routes come with its own import.
from app.content.media.views import blueprint as blueprint
from app.content.media.views import folder_choices, is_shared, library_page, library_url, me, told
from app.content.services.queries import Entered, enter, is_personal, names_of
from app.content.spaces import SERVICE_NAMES, SpaceVerb
from app.db import db
from app.errors import NotFound, Refused
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other


@blueprint.route("/espaces/<int:section_id>/dossiers", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def add_folder(section_id: int) -> Response:
    """A new folder in the one that the form names. Looked at: the library."""
    in_shared, now = is_shared(), clock.portal_now()
    entered = enter(section_id, visitor(), queries.service_of(in_shared), now, verb=SpaceVerb.WRITE)
    if request.method == "GET":
        return see_other(library_url(entered.section, in_shared))
    parent = queries.folder_in(entered.section, number(request.form.get("folder")), in_shared)
    form, problems = FolderForm(), []
    if form.validate_on_submit():
        try:
            made = actions.add_folder(
                entered.section, form.name.data or "", parent=parent, shared=in_shared, by=me(), now=now
            )
            db.session.commit()
            flash(_("Le dossier « %(name)s » est créé.", name=made.name), "success")
            return see_other(library_url(entered.section, in_shared, made.id))
        except Refused as problem:
            problems = [problem]
    return library_page(entered, parent, in_shared, problems=problems, folder_form=form)


@blueprint.route("/dossiers/<int:folder_id>", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def folder(folder_id: int) -> Response:
    """Rename a folder, move it, throw it away: by who made it, or may change what is others'."""
    now = clock.portal_now()
    found, entered = queries.folder_for(folder_id, visitor(), now, SpaceVerb.WRITE)
    if not entered.may_change(found.author_id):
        raise NotFound()
    form = PlaceForm()
    beneath = queries.tree_of(entered.section, found.shared).beneath(found.id)
    form.folder.choices = [
        choice for choice in folder_choices(entered.section, found.shared) if number(choice.value) not in beneath
    ]
    problems: list[Refused] = []
    if form.validate_on_submit():
        try:
            actions.change_folder(
                found,
                entered.section,
                name=form.name.data or "",
                parent_id=number(form.folder.data),
                version=seen_version(form),
                by=me(),
                now=now,
            )
            db.session.commit()
            flash(_("Le dossier est enregistré."), "success")
            return see_other(library_url(entered.section, found.shared, found.id))
        except Refused as problem:
            problems = [problem]
            db.session.rollback()
            found, entered = queries.folder_for(folder_id, visitor(), now, SpaceVerb.WRITE)
    if request.method == "GET":
        form.name.data, form.folder.data = found.name, str(found.parent_id or "")
    form.version.data = str(found.version)
    return render_page(
        "content/media/folder.html",
        status=problems[0].status if problems else 422 if form.errors else 200,
        role=entered.role,
        section=entered.section,
        shared=found.shared,
        service=SERVICE_NAMES[queries.service_of(found.shared)],
        personal=is_personal(entered.section),
        folder=found,
        form=form,
        also=told(problems),
        library_url=library_url,
    )


# The trash --------------------------------------------------------------------------------------------------------------


@blueprint.post("/fichiers/<int:file_id>/corbeille")
@allowed(SIGNED_IN)
def trash_file(file_id: int) -> Response:
    """A file into the trash, whence it comes back."""
    now = clock.portal_now()
    found, entered = queries.file_for(file_id, visitor(), now)
    if not entered.may_change(found.author_id):
        raise NotFound()
    back = library_url(entered.section, found.shared, found.folder_id)
    actions.throw_away(found, entered.section, by=me(), now=now)
    db.session.commit()
    flash(_("« %(name)s » est dans la corbeille ; vous pouvez l’en reprendre.", name=found.name), "success")
    return see_other(back)


@blueprint.post("/dossiers/<int:folder_id>/corbeille")
@allowed(SIGNED_IN)
def trash_folder(folder_id: int) -> Response:
    """A folder and what is in it into the trash; what is others' only by who may change it (PORTAL-2)."""
    now = clock.portal_now()
    found, entered = queries.folder_for(folder_id, visitor(), now)
    if not entered.may_change(found.author_id):
        raise NotFound()
    if not entered.may(SpaceVerb.CHANGE_OTHERS) and actions.holds_others(found, entered.section, entered.person_id):
        flash(_("Ce dossier contient des fichiers d’autres personnes : il ne peut pas aller à la corbeille."), "error")
        return see_other(url_for("content_media.folder", folder_id=found.id))
    back = library_url(entered.section, found.shared, found.parent_id)
    actions.throw_away(found, entered.section, by=me(), now=now)
    db.session.commit()
    flash(_("« %(name)s » est dans la corbeille ; vous pouvez l’en reprendre.", name=found.name), "success")
    return see_other(back)


@blueprint.get("/espaces/<int:section_id>/mediatheque/corbeille")
@allowed(SIGNED_IN)
def bin(section_id: int) -> Response:  # noqa: A001  (the page's name)
    """What was thrown away: all of it for who may empty the trash, one's own for who writes."""
    in_shared = is_shared()
    entered = enter(section_id, visitor(), queries.service_of(in_shared), clock.portal_now(), verb=SpaceVerb.WRITE)
    everything = entered.may(SpaceVerb.EMPTY_TRASH)
    folders, files = queries.in_trash(entered.section, in_shared, author_id=None if everything else entered.person_id)
    return render_page(
        "content/media/trash.html",
        role=entered.role,
        section=entered.section,
        shared=in_shared,
        service=SERVICE_NAMES[queries.service_of(in_shared)],
        personal=is_personal(entered.section),
        folders=folders,
        files=files,
        names=names_of([row.trashed_by_id for row in folders] + [row.trashed_by_id for row in files]),
        may_erase=everything,
        kind_word=kind_word,
        library_url=library_url,
    )


def _thrown_file(file_id: int) -> tuple[MediaFile, Entered]:
    found, entered = queries.file_for(file_id, visitor(), clock.portal_now(), SpaceVerb.WRITE, trashed=True)
    return found, _demand_back(entered, found.author_id)


def _thrown_folder(folder_id: int) -> tuple[Folder, Entered]:
    found, entered = queries.folder_for(folder_id, visitor(), clock.portal_now(), SpaceVerb.WRITE, trashed=True)
    return found, _demand_back(entered, found.author_id)


def _demand_back(entered: Entered, author_id: int | None) -> Entered:
    """Fetching back is for who may empty the trash, and for one's own. Raises ``NotFound``."""
    if not entered.may(SpaceVerb.EMPTY_TRASH) and author_id != entered.person_id:
        raise NotFound()
    return entered


def _trash_url(what: Folder | MediaFile) -> str:
    return url_for("content_media.bin", section_id=what.section_id, partage=1 if what.shared else None)


@blueprint.post("/fichiers/<int:file_id>/restaurer")
@allowed(SIGNED_IN)
def restore_file(file_id: int) -> Response:
    """A file out of the trash."""
    found, entered = _thrown_file(file_id)
    return _restored(found, entered)


@blueprint.post("/dossiers/<int:folder_id>/restaurer")
@allowed(SIGNED_IN)
def restore_folder(folder_id: int) -> Response:
    """A folder out of the trash, with what went there with it."""
    found, entered = _thrown_folder(folder_id)
    return _restored(found, entered)


def _restored(found: Folder | MediaFile, entered: Entered) -> Response:
    actions.restore(found, entered.section, by=me(), now=clock.portal_now())
    db.session.commit()
    flash(_("« %(name)s » est de nouveau à sa place.", name=found.name), "success")
    return see_other(_trash_url(found))


@blueprint.route("/fichiers/<int:file_id>/supprimer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def erase_file(file_id: int) -> Response:
    """A file of the trash for good, after a confirmation."""
    found, entered = _thrown_file(file_id)
    return _erased(found, entered)


@blueprint.route("/dossiers/<int:folder_id>/supprimer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def erase_folder(folder_id: int) -> Response:
    """A folder of the trash for good, with what went there with it, after a confirmation."""
    found, entered = _thrown_folder(folder_id)
    return _erased(found, entered)


def _erased(found: Folder | MediaFile, entered: Entered) -> Response:
    if not entered.may(SpaceVerb.EMPTY_TRASH):
        raise NotFound()
    form, back = RemovalForm(), _trash_url(found)
    if form.validate_on_submit():
        name = found.name
        actions.erase(found, entered.section, by=me(), now=clock.portal_now())
        db.session.commit()
        flash(_("« %(name)s » est supprimé définitivement.", name=name), "success")
        return see_other(back)
    title = _("Supprimer définitivement « %(name)s » ?", name=found.name)
    words = _("Il ne pourra plus être repris de la corbeille. Les copies faites ailleurs restent.")
    return _removal(entered, form, title, words, back)


@blueprint.route("/espaces/<int:section_id>/mediatheque/corbeille/vider", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def empty_bin(section_id: int) -> Response:
    """Everything in the trash for good, after a confirmation."""
    in_shared, now = is_shared(), clock.portal_now()
    entered = enter(section_id, visitor(), queries.service_of(in_shared), now, verb=SpaceVerb.EMPTY_TRASH)
    back = url_for("content_media.bin", section_id=section_id, partage=1 if in_shared else None)
    form = RemovalForm()
    if form.validate_on_submit():
        count = actions.empty_trash(entered.section, shared=in_shared, by=me(), now=now)
        db.session.commit()
        words = ngettext(
            "La corbeille est vide : %(num)d fichier supprimé.",
            "La corbeille est vide : %(num)d fichiers supprimés.",
            count,
        )
        flash(words, "success")
        return see_other(back)
    words = _("Tout ce qu’elle contient sera supprimé définitivement, et la place sera de nouveau libre.")
    return _removal(entered, form, _("Vider la corbeille ?"), words, back)


def _removal(entered: Entered, form: RemovalForm, title: str, words: str, back: str) -> Response:
    return render_page(
        "content/media/removal.html",
        status=422 if form.errors else 200,
        role=entered.role,
        section=entered.section,
        form=form,
        title=title,
        words=words,
        back=back,
    )
