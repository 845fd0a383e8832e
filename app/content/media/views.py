"""Media libraries and shared folders: looking, adding, one file's page, previews, downloads, copies (PORTAL-1, DATA-4, DATA-5)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms.fields.choices import SelectChoice

from app import clock
from app.audit.actions import Actor, actor_of
from app.content.forms import seen_version
from app.content.media import actions, queries
from app.content.media.forms import FileForm, FolderForm, NewVersionForm, UploadForm, number
from app.content.media.kinds import kind_word
from app.content.media.problems import NothingChosen
from app.content.media.queries import Folder, MediaFile, Order, Section
from app.content.services.queries import Entered, enter, is_personal, names_of
from app.content.spaces import SERVICE_NAMES, Service, SpaceVerb
from app.db import db
from app.errors import NotFound, Refused
from app.files.actions import shown_picture
from app.files.checking import ACCEPTED
from app.files.pictures import PICTURED
from app.files.queries import path_of
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.downloads import deliver
from app.web.fragments import render_page, see_other
from app.web.say import say
from app.web.uploads import uploads

blueprint = Blueprint("content_media", __name__)


def me() -> Actor:
    """Who asks."""
    return actor_of(visitor())


def is_shared() -> bool:
    """Is the page about the shared folder? Said in the address or in the form."""
    return request.values.get("partage") == "1"


def library_url(section: Section, shared: bool, folder_id: int | None = None, **more: Any) -> str:
    """The page of a folder of the library, or of its top."""
    endpoint = "content_media.shared" if shared else "content_media.library"
    return url_for(endpoint, section_id=section.id, folder=folder_id, **more)


# Looking and adding -----------------------------------------------------------------------------------------------------


@blueprint.get("/espaces/<int:section_id>/mediatheque")
@allowed(SIGNED_IN)
def library(section_id: int) -> Response:
    """A folder of the media library, or its top."""
    return _folder_page(section_id, shared=False)


@blueprint.get("/espaces/<int:section_id>/dossier-partage")
@allowed(SIGNED_IN)
def shared(section_id: int) -> Response:
    """A folder of the shared folder, or its top (DATA-5)."""
    return _folder_page(section_id, shared=True)


@blueprint.route("/espaces/<int:section_id>/fichiers", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def add(section_id: int) -> Response:
    """Add files to the folder named in the form. What is refused is told, what is good is kept. Looked at: the library."""
    in_shared, now = is_shared(), clock.portal_now()
    entered = enter(section_id, visitor(), queries.service_of(in_shared), now, verb=SpaceVerb.WRITE)
    if request.method == "GET":
        return _redirect(library_url(entered.section, in_shared))
    folder = queries.folder_in(entered.section, number(request.form.get("folder")), in_shared)
    problems = _receive(entered, folder, in_shared)
    if problems:
        return library_page(entered, folder, in_shared, problems=problems)
    return see_other(library_url(entered.section, in_shared, folder.id if folder else None))


def _receive(entered: Entered, folder: Folder | None, in_shared: bool) -> list[Refused]:
    """Add what was sent; commits. The problems, where nothing at all was added; else they are flashed."""
    added, refused = actions.add_files(
        entered.section,
        uploads(),
        folder=folder,
        shared=in_shared,
        shows_pupils=bool(request.form.get("shows_pupils")),
        author_profile=entered.profile,
        by=me(),
        now=clock.portal_now(),
    )
    if not added:
        db.session.rollback()
        return list(refused) or [NothingChosen()]
    db.session.commit()
    words = ngettext("%(num)d fichier ajouté.", "%(num)d fichiers ajoutés.", len(added))
    flash(words, "success")
    for problem in refused:
        flash(" ".join(told([problem])), "error")
    return []


def _folder_page(section_id: int, *, shared: bool) -> Response:
    entered = enter(section_id, visitor(), queries.service_of(shared), clock.portal_now(), verb=SpaceVerb.READ)
    folder = queries.folder_in(entered.section, number(request.args.get("folder")), shared)
    return library_page(entered, folder, shared)


def library_page(
    entered: Entered,
    folder: Folder | None,
    shared: bool,
    *,
    problems: list[Refused] | None = None,
    folder_form: FolderForm | None = None,
) -> Response:
    section = entered.section
    order = Order.DATE if request.args.get("tri") == "date" else Order.NAME
    found = queries.listing(section, folder, shared=shared, order=order, after=number(request.args.get("apres")))
    tree = queries.tree_of(section, shared)
    status = 422 if problems or (folder_form is not None and folder_form.errors) else 200
    return render_page(
        "content/media/library.html",
        status=status,
        role=entered.role,
        section=section,
        shared=shared,
        service=SERVICE_NAMES[queries.service_of(shared)],
        personal=is_personal(section),
        folder=folder,
        path=tree.path(folder.id) if folder else [],
        found=found,
        order=order.value,
        names=names_of([file.author_id for file in found.files]),
        kind_word=kind_word,
        pictured=PICTURED,
        library_url=library_url,
        upload=UploadForm(formdata=None),
        folder_form=folder_form or FolderForm(formdata=None),
        accepted=ACCEPTED,
        also=told(problems or []),
        may_write=entered.may(SpaceVerb.WRITE),
        may_organise=entered.may(SpaceVerb.ORGANISE),
    )


@blueprint.route("/mes-documents", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def documents() -> Response:
    """Personal documents: the media library of one's personal space, made with the first file (PORTAL-3)."""
    now, person_id = clock.portal_now(), visitor().person_id
    if person_id is None:
        raise NotFound()
    section = queries.personal_section(person_id)
    if request.method == "GET" and section is not None:
        return _redirect(url_for("content_media.library", section_id=section.id))
    problems: list[Refused] = []
    if request.method == "POST":
        section = actions.own_space(person_id, by=me(), now=now)
        entered = enter(section.id, visitor(), Service.MEDIA, now, verb=SpaceVerb.WRITE)
        problems = _receive(entered, None, False)
        if not problems:
            return see_other(url_for("content_media.library", section_id=section.id))
    return render_page(
        "content/media/documents.html",
        status=422 if problems else 200,
        upload=UploadForm(formdata=None),
        accepted=ACCEPTED,
        also=told(problems),
    )


# One file ---------------------------------------------------------------------------------------------------------------


@blueprint.get("/fichiers/<int:file_id>")
@allowed(SIGNED_IN)
def file(file_id: int) -> Response:
    """The file itself, as an attachment."""
    found, _entered = queries.file_for(file_id, visitor(), clock.portal_now())
    return deliver(path_of(found.sha256), found.name, found.kind)


@blueprint.get("/fichiers/<int:file_id>/apercu")
@allowed(SIGNED_IN)
def preview(file_id: int) -> Response:
    """An image made anew for the screen, or a PDF in the browser's viewer. Raises ``NotFound`` for anything else."""
    found, _entered = queries.file_for(file_id, visitor(), clock.portal_now())
    if found.kind == "application/pdf":
        return deliver(path_of(found.sha256), found.name, found.kind, inline=True)
    return deliver(shown_picture(found.sha256, found.kind, "large"), f"{found.name}.webp", "image/webp", inline=True)


@blueprint.get("/fichiers/<int:file_id>/vignette")
@allowed(SIGNED_IN)
def thumbnail(file_id: int) -> Response:
    """A small picture of an image, for lists."""
    found, _entered = queries.file_for(file_id, visitor(), clock.portal_now())
    return deliver(shown_picture(found.sha256, found.kind, "small"), f"{found.name}.webp", "image/webp", inline=True)


@blueprint.route("/fichiers/<int:file_id>/fiche", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def details(file_id: int) -> Response:
    """What a file is, its preview, and what may be done with it: rename, move, say whether pupils show on it."""
    now = clock.portal_now()
    found, entered = queries.file_for(file_id, visitor(), now)
    if request.method == "POST" and not entered.may_change(found.author_id):
        raise NotFound()
    form = FileForm()
    form.folder.choices = folder_choices(entered.section, found.shared)
    problems: list[Refused] = []
    if form.validate_on_submit():
        try:
            actions.change_file(
                found,
                name=form.name.data or "",
                folder=queries.folder_in(entered.section, number(form.folder.data), found.shared),
                shows_pupils=bool(form.shows_pupils.data),
                version=seen_version(form),
                by=me(),
                now=now,
            )
            db.session.commit()
            flash(_("Le fichier est enregistré."), "success")
            return see_other(url_for("content_media.details", file_id=found.id))
        except Refused as problem:
            problems = [problem]
            db.session.rollback()
            found, entered = queries.file_for(file_id, visitor(), now)
    return _details(found, entered, form, problems)


@blueprint.route("/fichiers/<int:file_id>/remplacer", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def replace(file_id: int) -> Response:
    """A new version under the same name: by its author or a moderator; in a shared folder by every writer (DATA-5)."""
    now = clock.portal_now()
    found, entered = queries.file_for(file_id, visitor(), now, SpaceVerb.WRITE)
    if not may_replace(found, entered):
        raise NotFound()
    if request.method == "GET":
        return _redirect(url_for("content_media.details", file_id=file_id))
    given, form = uploads("file"), NewVersionForm()
    problem: Refused | None = None
    if not given:
        problem = NothingChosen()
    else:
        try:
            actions.replace_file(found, given[0], version=seen_version(form), by=me(), now=now)
            db.session.commit()
        except Refused as refused:
            problem = refused
            db.session.rollback()
            found, entered = queries.file_for(file_id, visitor(), now)
    if problem is None:
        flash(_("La nouvelle version est enregistrée."), "success")
        return see_other(url_for("content_media.details", file_id=found.id))
    form_shown = FileForm(formdata=None)
    form_shown.folder.choices = folder_choices(entered.section, found.shared)
    return _details(found, entered, form_shown, [problem], filled=False)


def may_replace(found: MediaFile, entered: Entered) -> bool:
    """Who may write in a shared folder may replace what is there (DATA-5); elsewhere who may change the file."""
    return entered.may(SpaceVerb.WRITE) if found.shared else entered.may_change(found.author_id)


def _details(
    found: MediaFile, entered: Entered, form: FileForm, problems: list[Refused], *, filled: bool = True
) -> Response:
    if request.method == "GET" or not filled:
        form.name.data, form.shows_pupils.data = found.name, found.shows_pupils
        form.folder.data = str(found.folder_id or "")
    form.version.data = str(found.version)
    new_version = NewVersionForm(formdata=None, data={"version": str(found.version)})
    return render_page(
        "content/media/file.html",
        status=(problems[0].status if problems else 422 if form.errors else 200),
        role=entered.role,
        section=entered.section,
        shared=found.shared,
        service=SERVICE_NAMES[queries.service_of(found.shared)],
        personal=is_personal(entered.section),
        file=found,
        path=queries.tree_of(entered.section, found.shared).path(found.folder_id),
        author=names_of([found.author_id]).get(found.author_id or 0, ""),
        form=form,
        new_version=new_version,
        also=told(problems),
        kind_word=kind_word,
        pictured=PICTURED,
        library_url=library_url,
        may_change=entered.may_change(found.author_id),
        may_replace=may_replace(found, entered),
    )


def folder_choices(section: Section, shared: bool) -> list[SelectChoice]:
    """The folders of the library for a list to choose from, indented as a table of contents."""
    tree = queries.tree_of(section, shared)
    found = [SelectChoice("", say(SERVICE_NAMES[queries.service_of(shared)]))]
    found += [SelectChoice(str(node.id), "\u2003" * (depth + 1) + node.name) for depth, node in tree.in_order()]
    return found


def told(problems: list[Refused]) -> list[str]:
    """Refusals as sentences for a page's summary of errors."""
    return [say(one.words) + (" " + say(one.hint) if one.hint is not None else "") for one in problems]


def _redirect(target: str) -> Response:
    return current_app.make_response(redirect(target, 303))
