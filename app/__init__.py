"""Bascule, a school portal whose speciality is the rollover of the school year.

The map of the house. A *room* is a package that answers one question; rooms import only rooms to their left:

    audit < files < directory < gate < notifications < accounts < content < messaging < schoollife < feeds < campaign
          < classchoice < publicsite < home < admin < maintenance < demo < scheduler

    audit          who did what
    files          blobs by content hash
    directory      who is who, and where
    gate           who may come in now
    notifications  what people are told
    accounts       doors, sign-in, sessions, roles
    content        spaces: sections, roles, blog, media, trash
    messaging      who writes to whom: messages, announcements
    schoollife     what happens in class: diary, presence, results, conduct
    feeds          how the directory is fed
    campaign       the rollover itself: calendar, plans, runs, undo
    classchoice    the teacher's first sign-in: which class, what to take along
    publicsite     what is always online
    home           what is mine, and what becomes of it
    admin          the hall of administration
    maintenance    setting up, backup and restore, canonical export
    demo           a fictional academy and its time machine
    scheduler      what wakes the portal

A room may have parts (``content/media``): packages whose modules wear the same uniforms.

The ground, which imports no room: ``clock`` (the only module that asks the time), ``schoolyear`` (days become instants),
``wording`` and ``words`` (sentences), ``profiles`` (profiles, roles, the role x verb table), ``errors``, ``settings`` (the only module
that reads the environment), ``db``, ``pulse`` (revisions looked at once a second), ``console`` (how commands answer), ``web/``.

Inside a room a module that touches Flask or the database wears a uniform (models, queries, actions, loaders, rollover, forms, views,
admin_views, hooks, jobs, commands); any other name is plain: no Flask, no SQLAlchemy, no input or output. The laws are checked
by ``tests/test_architecture.py``.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, request
from flask_babel import Babel
from flask_migrate import Migrate
from htmx_flask import Htmx
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from app.db import announce_writing, db
from app.pulse import Pulse
from app.pulse import bind as bind_pulse
from app.settings import Settings, from_environment
from app.web.routes import LateRule

#: The rooms, each to the right of those it may import.
ROOMS = (
    "audit",
    "files",
    "directory",
    "gate",
    "notifications",
    "accounts",
    "content",
    "messaging",
    "schoollife",
    "feeds",
    "campaign",
    "classchoice",
    "publicsite",
    "home",
    "admin",
    "maintenance",
    "demo",
    "scheduler",
)

#: Rooms whose hooks run before every request, in this order: who asks is known before the gate decides. The campaign's run never: it
#: leaves an answer for rooms to its left.
HOOKED = ("demo", "accounts", "gate", "campaign")


def create_app(settings: Settings | None = None, *, testing: bool = False) -> Flask:
    """The application, with ``settings`` or those of the environment. Raises ``WrongSetting``."""
    settings = settings or from_environment()
    app = Flask(__name__)
    app.url_rule_class = LateRule
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        # A form with its files (app.files.limits.MOST_REQUEST).
        MAX_CONTENT_LENGTH=60 * 1024 * 1024,
        BABEL_DEFAULT_LOCALE="fr",
        WTF_CSRF_TIME_LIMIT=None,
        TESTING=testing,
    )
    app.extensions["settings"] = settings
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    app.extensions["pulse"] = Pulse(lambda: _engine(app))
    Migrate(app, db, directory=str(_project_folder() / "migrations"), render_as_batch=True)
    Htmx(app)

    from app.audit import actions as audit_actions
    from app.web import assets, failures, heads, language, pagecache, say, security

    Babel(app, locale_selector=language.current_language)
    audit_actions.bind()
    bind_pulse()
    say.register(app)
    assets.register(app)
    security.register(app)
    failures.register(app)
    app.before_request(_know_whether_it_writes)
    for room in HOOKED:
        if room != "demo" or settings.demo:
            import_module(f"app.{room}.hooks").register(app)
    for room in ROOMS:
        # Without BASCULE_DEMO=1 the demo has no page; its academy can be made, in a database without fed people.
        _open_room(app, room, pages=room != "demo" or settings.demo)

    app.wsgi_app = heads.HeadIsGet(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = language.LanguageInPath(app.wsgi_app)  # type: ignore[method-assign]
    pages = pagecache.PageCache(app.wsgi_app, app.extensions["pulse"])
    app.extensions["pagecache"] = pages
    app.wsgi_app = pages  # type: ignore[method-assign]
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _engine_options(url: str) -> dict[str, Any]:
    if not url.startswith("sqlite"):
        return {"pool_pre_ping": True}
    # A file's connection tells who else has written: one that is used again and again is asked. In memory there is only one.
    return {"pool_use_lifo": True} if url.startswith("sqlite:///") and ":memory:" not in url else {}


def _open_room(app: Flask, room: str, *, pages: bool = True) -> None:
    """Load the tables, pages and commands of the room and of its parts, where they have them."""
    folder = Path(__file__).parent / room
    homes = [f"app.{room}"] + [f"app.{room}.{part.parent.name}" for part in sorted(folder.glob("*/__init__.py"))]
    blueprints: dict[str, Blueprint] = {}
    for uniform in ("models", "views", "admin_views", "commands") if pages else ("models", "commands"):
        for home in homes:
            if find_spec(f"{home}.{uniform}") is None:
                continue
            module = import_module(f"{home}.{uniform}")
            if uniform in ("views", "admin_views"):
                # A part may add its pages to the room's blueprint or bring its own.
                blueprints.setdefault(module.blueprint.name, module.blueprint)
            elif uniform == "commands":
                module.register(app)
    for blueprint in blueprints.values():
        app.register_blueprint(blueprint)


def _engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


def _project_folder() -> Path:
    return Path(__file__).resolve().parent.parent


def _know_whether_it_writes() -> None:
    announce_writing(request.method not in ("GET", "HEAD", "OPTIONS"))
