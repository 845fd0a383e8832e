"""A blog, or all that I have written, as a PDF document (DATA-4)."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flask import Response, current_app, request
from flask_babel import gettext as _

from app import clock
from app.content.export import queries
from app.content.export.queries import Printed
from app.content.queries import zone_of
from app.content.services.queries import enter
from app.content.slugs import slug
from app.content.spaces import Service, SpaceVerb
from app.content.views import blueprint
from app.files.paper import Paper
from app.web.allowed import SIGNED_IN, allowed, visitor
from app.web.downloads import attached
from app.web.say import language
from app.wording import day, instant


@blueprint.get("/mes-articles.pdf", defaults={"section_id": None})
@blueprint.get("/espaces/<int:section_id>/blog/pdf")
@allowed(SIGNED_IN)
def export_blogs(section_id: int | None) -> Response:
    """The blog of a space, whole or one category (``?category=``); without a space, everything I have written."""
    asking, now = visitor(), clock.portal_now()
    zone = str(current_app.extensions["settings"].zone)
    if section_id is None:
        assert asking.person_id is not None  # noqa: S101  (signed in)
        title, lines = _("Mes articles"), []
        articles = queries.of_person(asking.person_id, asking, now)
    else:
        section = enter(section_id, asking, Service.BLOG, now, verb=SpaceVerb.READ).section
        title, zone = section.title, zone_of(section)
        wanted = request.args.get("category", type=int)
        category = queries.category_name(section_id, wanted) if wanted else ""
        lines = [_("Catégorie : %(name)s", name=category)] if category else []
        articles = queries.of_blog(section_id, now, wanted if category else None)
    made_on = day(now.astimezone(ZoneInfo(zone)).date(), language())
    lines.append(_("Tel qu’il était le %(day)s", day=made_on))
    data = _paper(title, lines, articles, zone, own=section_id is None)
    return attached(data, f"{slug(title)}.pdf", "application/pdf")


def _paper(title: str, lines: list[str], articles: Sequence[Printed], zone: str, *, own: bool) -> bytes:
    paper = Paper(title, lines, language=language(), contents=_("Sommaire") if articles else "")
    if not articles:
        paper.paragraph(_("Il n’y a pas encore d’article."))
    for one in articles:
        when = instant(one.when, ZoneInfo(zone), language()) if one.when is not None else _("brouillon")
        about = [when, one.section if own else one.author, one.category]
        paper.chapter(
            one.title, " · ".join(word for word in about if word), one.body, queries.read_pictures(one.pictures)
        )
    return paper.finish()
