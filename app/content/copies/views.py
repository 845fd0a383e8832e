"""Taking along what a media library holds: as a ZIP, or into one's personal space; and how much it may hold (DATA-4, PORTAL-14)."""

from __future__ import annotations

from flask import Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app import clock
from app.content.media import actions, queries
from app.content.media.forms import QuotaForm, number
from app.content.media.kinds import kind_word
from app.content.media.problems import NothingChosen
from app.content.media.queries import Section

# The pages stand under the media library's name; this module's routes come with its own import.
from app.content.media.views import blueprint as blueprint
from app.content.media.views import is_shared, me, told
from app.content.services.queries import enter, is_personal, names_of
from app.content.spaces import Service, SpaceVerb
from app.db import db
from app.errors import NotFound, Refused
from app.files.names import safe_name
from app.files.queries import path_of
from app.profiles import Verb
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.fragments import render_page, see_other
from app.web.zips import deliver_zip

_BOTH = (Service.MEDIA, Service.SHARED)


@blueprint.get("/espaces/<int:section_id>/mediatheque/archive")
@allowed(SIGNED_IN)
def archive(section_id: int) -> Response:
    """A folder with everything in it, or the whole library, as a ZIP."""
    now, in_shared = clock.portal_now(), is_shared()
    entered = enter(section_id, visitor(), queries.service_of(in_shared), now, verb=SpaceVerb.READ)
    folder = queries.folder_in(entered.section, number(request.args.get("folder")), in_shared)
    taken: set[str] = set()
    entries = []
    for steps, found in queries.contents(entered.section, folder, in_shared):
        entries.append((_unique("/".join(safe_name(step) for step in steps), taken), path_of(found.sha256)))
    name = safe_name(folder.name if folder else entered.section.title)
    return deliver_zip(entries, f"{name}.zip", at=now)


@blueprint.route("/espaces/<int:section_id>/copier", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def copy(section_id: int) -> Response:
    """Choose files of the section, whatever their folder, and copy them to one's personal space (DATA-4)."""
    now = clock.portal_now()
    entered = enter(section_id, visitor(), _BOTH, now, verb=SpaceVerb.READ)
    if is_personal(entered.section):
        raise NotFound()
    section = entered.section
    offered = [service for service in _BOTH if service in section.services]
    numbers = [one for given in request.values.getlist("file") if (one := number(given)) is not None]
    problems: list[Refused] = []
    if request.method == "POST":
        chosen = [one for one in queries.chosen_files(section, numbers) if queries.service_of(one.shared) in offered]
        try:
            if not chosen:
                raise NothingChosen()
            count = actions.copy_to_own_space(chosen, entered, by=me(), now=now)
            db.session.commit()
        except Refused as problem:
            db.session.rollback()
            problems = [problem]
        else:
            if count:
                flash(
                    ngettext(
                        "%(num)d fichier copié dans vos documents.",
                        "%(num)d fichiers copiés dans vos documents.",
                        count,
                    ),
                    "success",
                )
            else:
                flash(_("Ces fichiers étaient déjà dans vos documents : rien n’a été copié une deuxième fois."), "info")
            return see_other(url_for("content_media.documents"))
    found = queries.all_files(section, offered, after=number(request.args.get("apres")))
    return render_page(
        "content/media/copy.html",
        status=422 if problems else 200,
        role=entered.role,
        section=section,
        found=found,
        chosen=set(numbers),
        names=names_of([one.author_id for one in found.files]),
        kind_word=kind_word,
        also=told(problems),
    )


# Quotas -----------------------------------------------------------------------------------------------------------------


def most_room(section: Section) -> int:
    """How many bytes the visitor may allow the section (PORTAL-14): a school's administrators ten times what managers may."""
    gigabytes = int(current_app.extensions["settings"].space_gigabytes)
    times = actions.ADMINISTRATORS_TIMES if visitor().may(Verb.EDIT_SITE, section.school_id) else 1
    return gigabytes * times * 1_000_000_000


@blueprint.route("/espaces/<int:section_id>/place", methods=["GET", "POST"])
@allowed(SIGNED_IN)
def quota(section_id: int) -> Response:
    """How much the section holds and may hold; its manager changes it up to the project's limit (PORTAL-14)."""
    now = clock.portal_now()
    entered = enter(section_id, visitor(), tuple(Service), now, verb=SpaceVerb.ORGANISE)
    section = entered.section
    if is_personal(section):
        raise NotFound()
    form = QuotaForm(megabytes=section.quota // 1_000_000)
    problems: list[Refused] = []
    if form.validate_on_submit():
        try:
            wanted = int(form.megabytes.data or 0) * 1_000_000
            actions.set_quota(section, wanted, most=most_room(section), by=me(), now=now)
            db.session.commit()
            flash(_("La place de cet espace est enregistrée."), "success")
            return see_other(url_for("content_media.quota", section_id=section.id))
        except Refused as problem:
            problems = [problem]
    return render_page(
        "content/media/quota.html",
        status=422 if problems or form.errors else 200,
        role=entered.role,
        section=section,
        form=form,
        most=most_room(section),
        also=told(problems),
    )


def _unique(path: str, taken: set[str]) -> str:
    """A path that the archive does not have yet."""
    folder, slash, name = path.rpartition("/")
    wanted, count = path, 1
    while wanted.casefold() in taken:
        count += 1
        wanted = f"{folder}{slash}{count} - {name}"
    taken.add(wanted.casefold())
    return wanted
