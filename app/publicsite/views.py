"""The public pages (SITE-1 to SITE-5): never gated, the same for everybody, kept by the page cache."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app import clock
from app.content import queries as content
from app.content.actions import summary_of
from app.directory.queries import school_by_uai, search_schools
from app.errors import NotFound, UnknownSchool
from app.files import addresses
from app.files import queries as files
from app.gate.plain_text import paragraphs
from app.gate.queries import closures
from app.profiles import Profile
from app.publicsite import queries, timeline
from app.publicsite.calendar import calendar
from app.publicsite.facts import openstreetmap
from app.publicsite.queries import School
from app.publicsite.standing import doors, standing
from app.publicsite.status import document
from app.web.allowed import ANYBODY, allowed, is_public, visitor
from app.web.axis import Axis
from app.web.language import LANGUAGES, current_language, same_page_in
from app.web.pagecache import keep_public
from app.web.say import say
from app.web.theme import theme_css

blueprint = Blueprint("publicsite", __name__)

#: A project with no more schools than this shows them all on its home page.
FEW = 12
SCHOOLS_A_PAGE = 40
_YEAR = "public, max-age=31536000, immutable"


# What every template is given ------------------------------------------------------------------------------------------


@blueprint.app_context_processor
def _everywhere() -> dict[str, Any]:
    """portal_name, links, theme_url and closure_banner for every page; no query while nothing has changed."""
    facts = queries.project_facts()
    return {
        "portal_name": facts.name,
        "portal_contact": facts.contact,
        "theme_url": _theme_url(facts.theme()),
        "links": _links(url_for("publicsite.closures")),
        "closure_banner": _banner_of_this_page(),
    }


def _theme_url(hash_: str) -> str:
    # The sheet is the same in both languages, and so is its address.
    return url_for("publicsite.theme", hash=hash_).removeprefix("/en")


def _links(closures_url: str) -> dict[str, str]:
    """The frame's links. Addresses alone: nothing here depends on who reads."""
    other = next(one for one in LANGUAGES if one != current_language())
    return {
        "home": url_for("publicsite.home"),
        "space": url_for("home.home"),
        "account": url_for("accounts.own"),
        "sign_out": url_for("accounts.sign_out"),
        "accessibility": url_for("publicsite.accessibility"),
        "legal": url_for("publicsite.legal"),
        "privacy": url_for("publicsite.privacy"),
        "closures": closures_url,
        "other_language": same_page_in(other),
    }


def _banner_of_this_page() -> list[timeline.Banner]:
    """On a public page the closings of the project; on a private one those that concern the reader in their schools."""
    now, calendar_url = clock.portal_now(), url_for("publicsite.closures")
    if is_public(request.endpoint) or not visitor().signed_in:
        return timeline.banners(queries.announced_closures(now), calendar_url)
    found, names = queries.closures_for(visitor(), now)
    return timeline.banners(found, calendar_url, names)


def _page(template: str, now: datetime, school: School | None = None, **context: Any) -> Response:
    """A public page, marked for the page cache; a school's page wears its colour and its closings."""
    if school is not None:
        url = url_for("publicsite.school_closures", uai=school.uai)
        context = {
            "school": school,
            "school_site": queries.site(school.id),
            "sections": content.public_sections(school.id),
            "theme_url": _theme_url(queries.project_facts().theme(school.id)),
            "links": _links(url),
            "closure_banner": timeline.banners(queries.announced_closures(now, school.id), url, {}),
        } | context
    response = make_response(render_template(template, **context))
    return keep_public(response, until=queries.page_until(now, school.id if school is not None else None), now=now)


# The project -----------------------------------------------------------------------------------------------------------


@blueprint.get("/")
@allowed(ANYBODY)
def home() -> Response:
    """Which schools, is anything closed, where do I sign in? At a school's own host name: that school's home."""
    now = clock.portal_now()
    facts, over = queries.project_facts(), queries.ended(now)
    own = facts.hosts.get(request.host.split(":")[0].lower())
    if own is not None:
        return _school_home(queries.school_in_service(own), now)
    few = queries.few_schools(FEW) if len(facts.schools) <= FEW else ()
    return _page(
        "publicsite/home.html",
        now,
        doors=doors(closures(), facts.schools, now, facts.zone),
        count=len(facts.schools.keys() - over),
        schools=[(one, standing(closures(), [one.id], Profile, now)) for one in few if one.id not in over],
        zone=facts.zone,
    )


@blueprint.get("/etablissements")
@allowed(ANYBODY)
def search() -> Response:
    """Schools by the words of their name or town, without accents, or by the beginning of their UAI.

    Those that have ended come last and say who receives their pupils; a former UAI finds the school that bore it (FEED-7).
    """
    now = clock.portal_now()
    asked = request.args.get("q", "").strip()[:100]
    facts, over = queries.project_facts(), queries.ended(now)
    bore = facts.schools.get(facts.moves.former.get(asked.upper(), 0))
    found = sorted(search_schools(bore.uai if bore else asked, limit=5000), key=lambda one: one.id in over)
    pages = max(-(-len(found) // SCHOOLS_A_PAGE), 1)
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    shown = found[(page - 1) * SCHOOLS_A_PAGE : page * SCHOOLS_A_PAGE]
    return _page(
        "publicsite/search.html",
        now,
        asked=asked,
        count=len(found),
        schools=[(one, standing(closures(), [one.id], Profile, now)) for one in shown],
        over=over,
        page=page,
        pages=pages,
    )


# A school --------------------------------------------------------------------------------------------------------------


@blueprint.get("/ecole/<uai>/")
@allowed(ANYBODY)
def school(uai: str) -> Response:
    """A school's home: welcome, notices, news, sections, contact (SITE-5)."""
    return _school_home(school_by_uai(uai), clock.portal_now())


def _school_home(school: School, now: datetime) -> Response:
    return _page(
        "publicsite/school.html",
        now,
        school,
        news=[(article, summary_of(article)) for article in content.public_news(school.id, now, limit=4)],
        notices=[(notice, paragraphs(notice.text)) for notice in queries.school_notices(school.id, now)],
        doors=doors(closures(), [school.id], now, school.zone),
        banner_url=_banner_url(school.id),
        paragraphs=paragraphs,
    )


def _banner_url(school_id: int) -> str | None:
    found = queries.banner(school_id)
    if found is None:
        return None
    return url_for("publicsite.file", name=addresses.public_name(found.sha256, found.kind)).removeprefix("/en")


@blueprint.get("/ecole/<uai>/actualites")
@allowed(ANYBODY)
def news(uai: str) -> Response:
    """The school's public articles, the newest first (SITE-2); ``avant`` is the last article of the page before."""
    school, now = school_by_uai(uai), clock.portal_now()
    before = request.args.get("avant", type=int)
    last = content.public_article(school.id, before, now) if before is not None else None
    found = content.public_news(school.id, now, limit=content.NEWS_A_PAGE + 1, before=last)
    shown = found[: content.NEWS_A_PAGE]
    return _page(
        "publicsite/news.html",
        now,
        school,
        news=[(article, summary_of(article)) for article in shown],
        older=shown[-1].id if len(found) > len(shown) else None,
    )


@blueprint.get("/ecole/<uai>/rubrique/<slug>")
@allowed(ANYBODY)
def section(uai: str, slug: str) -> Response:
    """A public section and its articles; a hidden or restricted one does not exist here (SITE-2)."""
    school, now = school_by_uai(uai), clock.portal_now()
    found = content.public_section(school.id, slug)
    articles = [(article, summary_of(article)) for article in content.public_articles_of(found, now)]
    return _page("publicsite/section.html", now, school, section=found, articles=articles, paragraphs=paragraphs)


@blueprint.get("/ecole/<uai>/article/<int:number>")
@allowed(ANYBODY)
def article(uai: str, number: int) -> Response:
    """A public article (SITE-2)."""
    school, now = school_by_uai(uai), clock.portal_now()
    return _page("publicsite/article.html", now, school, article=content.public_article(school.id, number, now))


@blueprint.get("/ecole/<uai>/contact")
@allowed(ANYBODY)
def contact(uai: str) -> Response:
    """Address, telephone, hours, and a link to OpenStreetMap rather than a tracker (SITE-5)."""
    school = school_by_uai(uai)
    site = queries.site(school.id)
    place = (site.latitude, site.longitude) if site is not None and site.latitude and site.longitude else None
    map_url = openstreetmap(place, f"{school.street} {school.postal_code} {school.town}")
    return _page("publicsite/contact.html", clock.portal_now(), school, paragraphs=paragraphs, map_url=map_url)


# Closures --------------------------------------------------------------------------------------------------------------


@blueprint.get("/fermetures", endpoint="closures")
@allowed(ANYBODY)
def all_closures() -> Response:
    """What is closed and will be, over the whole project: picture, table, calendar (SITE-4)."""
    now, facts = clock.portal_now(), queries.project_facts()
    return _closures(now, None, list(facts.schools), facts.zone, url_for("publicsite.closures_ics"))


@blueprint.get("/ecole/<uai>/fermetures")
@allowed(ANYBODY)
def school_closures(uai: str) -> Response:
    """The same for one school."""
    school, now = school_by_uai(uai), clock.portal_now()
    ics = url_for("publicsite.school_closures_ics", uai=school.uai)
    return _closures(now, school, [school.id], school.zone, ics)


def _closures(now: datetime, school: School | None, ids: list[int], zone: str, ics: str) -> Response:
    found = queries.announced_closures(now, school.id if school is not None else None)
    start, end = timeline.span(found, now, zone)
    axis = Axis(start, end)
    rows = timeline.rows(closures(), ids, start, end, now)
    return _page(
        "publicsite/closures.html",
        now,
        school,
        entries=timeline.entries(found, queries.project_facts().names),
        strips=[
            {"label": say(timeline.row_label(row)), "segments": timeline.segments(row, axis, zone)} for row in rows
        ],
        ticks=axis.ticks(ZoneInfo(zone), current_language()),
        at=axis.at(now),
        ics=_absolute(ics),
        zone=zone,
        doors=doors(closures(), ids, now, zone),
        # The answer first, without the way to where one is.
        closure_banner=timeline.banners(found, "", {} if school is not None else None),
    )


@blueprint.get("/closures.ics")
@allowed(ANYBODY)
def closures_ics() -> Response:
    """The project's closures as a calendar to subscribe to."""
    return _ics(clock.portal_now(), None, url_for("publicsite.closures"))


@blueprint.get("/ecole/<uai>/closures.ics")
@allowed(ANYBODY)
def school_closures_ics(uai: str) -> Response:
    """A school's closures as a calendar to subscribe to."""
    school = school_by_uai(uai)
    return _ics(clock.portal_now(), school, url_for("publicsite.school_closures", uai=school.uai))


def _ics(now: datetime, school: School | None, page: str) -> Response:
    facts = queries.project_facts()
    place = school.name if school is not None else facts.name
    body = calendar(
        queries.announced_closures(now, school.id if school is not None else None),
        facts.uais,
        facts.names,
        name=_("Fermetures – %(place)s", place=place),
        portal_url=_absolute(""),
        page_url=_absolute(page),
        sequence=queries.gate_revision(),
        tell=say,
        now=now,
    )
    response = make_response(body)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    return keep_public(response, until=queries.page_until(now), now=now)


@blueprint.get("/status.json")
@allowed(ANYBODY)
def status() -> Response:
    """What is open for whom now, and the next change; ``?school=UAI`` for one school. Any site may read it."""
    now, facts = clock.portal_now(), queries.project_facts()
    uai = request.args.get("school")
    try:
        school = school_by_uai(uai) if uai is not None else None
    except UnknownSchool as unknown:
        response = jsonify({"error": say(unknown.words), "hint": say(unknown.hint) if unknown.hint else ""})
        response.status_code = 404
        return response
    school_id = school.id if school is not None else None
    response = jsonify(
        document(
            closures(),
            queries.announced_closures(now, school_id),
            facts.uais,
            portal=facts.name,
            school_id=school_id,
            zone=school.zone if school is not None else facts.zone,
            now=now,
        )
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    return keep_public(response, until=queries.page_until(now), now=now)


def _absolute(path: str) -> str:
    return f"{current_app.extensions['settings'].url}{path}"


# The rest --------------------------------------------------------------------------------------------------------------


@blueprint.get("/accessibilite")
@allowed(ANYBODY)
def accessibility() -> Response:
    """What was checked, what was not, whom to tell."""
    return _page("publicsite/accessibility.html", clock.portal_now())


@blueprint.get("/mentions-legales")
@allowed(ANYBODY)
def legal() -> Response:
    """Who publishes, who hosts, which licences."""
    return _page("publicsite/legal.html", clock.portal_now())


@blueprint.get("/donnees-personnelles")
@allowed(ANYBODY)
def privacy() -> Response:
    """Who holds the data, why, how long (LAW-4)."""
    settings = current_app.extensions["settings"]
    periods = {"session_hours": settings.session_hours, "code_days": settings.code_hours // 24}
    return _page("publicsite/privacy.html", clock.portal_now(), **periods)


@blueprint.get("/theme/<hash>.css")
@allowed(ANYBODY)
def theme(hash: str) -> Response:  # noqa: A002  (the address's word)
    """The style sheet of a theme, for ever at its address; at one of before, today's for a minute."""
    facts = queries.project_facts()
    sheet = facts.themes.get(hash)
    response = make_response(sheet if sheet is not None else theme_css(facts.accent))
    response.headers["Content-Type"] = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = _YEAR if sheet is not None else "public, max-age=60"
    return response


@blueprint.get("/fichiers/<name>")
@allowed(ANYBODY)
def file(name: str) -> Response:
    """A picture that a public page shows, and no other blob."""
    sha256, _dot, ending = name.partition(".")
    queries.demand_public(sha256)
    blob = files.blob(sha256)
    if addresses.public_name(sha256, blob.kind) != name:
        raise NotFound()
    response = make_response(files.read(sha256))
    response.headers["Content-Type"] = blob.kind
    response.headers["Cache-Control"] = _YEAR
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = f'inline; filename="{sha256[:12]}.{ending}"'
    return response


@blueprint.get("/healthz")
@allowed(ANYBODY)
def healthz() -> Response:
    """Is the process answering? No database is asked."""
    return jsonify(status="ok")
