"""Every setting: name, type, default, sentence. Unknown or wrong ones are refused.

This is the only module that reads the environment. ``Settings`` is immutable; the README prints ``SETTINGS``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo


class WrongSetting(Exception):
    """A setting of the environment cannot be used; the message names it, says why and what to write instead."""


def _text(value: str) -> str:
    return value


def _flag(value: str) -> bool:
    if value not in ("0", "1"):
        raise ValueError("write 1 or 0")
    return value == "1"


def _one_of(*values: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in values:
            raise ValueError(f"write one of {', '.join(values)}")
        return value

    return read


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.isdecimal() or not low <= int(value) <= high:
            raise ValueError(f"write a whole number from {low} to {high}")
        return int(value)

    return read


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except Exception as wrong:
        raise ValueError("write an IANA time zone such as Europe/Paris") from wrong
    return value


def _language(value: str) -> str:
    if value not in ("fr", "en"):
        raise ValueError("write fr or en")
    return value


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/") or parts.query:
        raise ValueError("write the portal's address without a path, such as https://ent.example.org")
    return value.rstrip("/")


def _doors(value: str) -> tuple[Mapping[str, str], ...]:
    """A JSON list of OpenID Connect providers, each with id, door, title, issuer, client_id, client_secret[, claim]."""
    try:
        entries = json.loads(value)
    except ValueError as wrong:
        raise ValueError(f"write a JSON list ({wrong})") from wrong
    if not isinstance(entries, list):
        raise ValueError("write a JSON list of providers")
    needed = {"id", "door", "title", "issuer", "client_id", "client_secret"}
    doors = []
    for entry in entries:
        if not isinstance(entry, dict) or not all(isinstance(v, str) for v in entry.values()):
            raise ValueError("each provider is an object of texts")
        if missing := needed - set(entry):
            raise ValueError(f"a provider lacks {', '.join(sorted(missing))}")
        if unknown := set(entry) - needed - {"claim", "portal_too"}:
            raise ValueError(f"a provider has unknown keys: {', '.join(sorted(unknown))}")
        if entry["door"] not in DOOR_NAMES:
            raise ValueError(f"a provider's door is one of {', '.join(DOOR_NAMES)}")
        doors.append(MappingProxyType({"claim": "sub", "portal_too": "0", **entry}))
    return tuple(doors)


#: The doors of GATE-9: families, school (teachers and staff), authority, guests and others.
DOOR_NAMES = ("families", "school", "authority", "guest")


@dataclass(frozen=True)
class Setting:
    """One setting: environment name, how it is read, default as text, and what it does in a sentence."""

    name: str
    read: Callable[[str], object]
    default: str
    sentence: str


SETTINGS: tuple[Setting, ...] = (
    Setting("DATABASE_URL", _text, "", "Address of the database; an SQLite file in the data folder unless set."),
    Setting("BASCULE_DATA_DIR", _text, "data", "Folder of the database file, the blobs and the published snapshot."),
    Setting("SECRET_KEY", _text, "", "Signs forms; at least 32 characters; required outside the demo."),
    Setting("BASCULE_DEMO", _flag, "0", "1 shows the demo's bar and time machine, on a database marked as demo only."),
    Setting(
        "BASCULE_URL", _address, "http://127.0.0.1:5000", "Public address of the portal, used in e-mails and calendars."
    ),
    Setting("BASCULE_ZONE", _zone, "Europe/Paris", "Time zone of the project until `setup` has stored one."),
    Setting("BASCULE_LANGUAGE", _language, "fr", "Language of the command line's messages."),
    Setting(
        "BASCULE_PROXIES", _number(0, 5), "0", "How many reverse proxies in front are trusted for address and host."
    ),
    Setting("BASCULE_HTTPS", _flag, "1", "1 marks cookies Secure; 0 only for a portal on the local machine."),
    Setting(
        "BASCULE_GRACE", _number(0, 3600), "120", "Seconds after a scheduled closing in which a form is still taken."
    ),
    Setting("BASCULE_SESSION_HOURS", _number(1, 720), "12", "Hours without a request after which a session ends."),
    Setting("BASCULE_CODE_HOURS", _number(1, 8760), "720", "Hours for which a one-time code is good."),
    Setting(
        "BASCULE_FEED_LEAVERS", _number(0, 100), "30", "Percent of a school's pupils that one import may make leave."
    ),
    Setting(
        "BASCULE_FEED_LEAVERS_ROLLOVER",
        _number(0, 100),
        "60",
        "The same for the first import of a school's new year, when its last classes leave.",
    ),
    Setting(
        "BASCULE_FEED_STAFF_LEAVERS",
        _number(0, 100),
        "60",
        "Percent of a school's staff that one import may make leave; a summer moves a third of them.",
    ),
    Setting("BASCULE_SMTP_HOST", _text, "", "Mail server; without one the outbox page shows what would be sent."),
    Setting("BASCULE_SMTP_PORT", _number(1, 65535), "587", "Port of the mail server."),
    Setting("BASCULE_SMTP_USER", _text, "", "Login at the mail server."),
    Setting("BASCULE_SMTP_PASSWORD", _text, "", "Password at the mail server."),
    Setting("BASCULE_SMTP_STARTTLS", _flag, "1", "1 asks the mail server for STARTTLS."),
    Setting("BASCULE_MAIL_FROM", _text, "portail@localhost", "Sender of the portal's e-mails."),
    Setting("BASCULE_OIDC", _doors, "[]", "OpenID Connect providers of the doors, as a JSON list."),
    Setting(
        "BASCULE_SPACE_GIGABYTES",
        _number(1, 5000),
        "5",
        "Gigabytes that a section's manager may allow it; a school's administrators may allow ten times as much.",
    ),
    Setting(
        "BASCULE_EMBED_HOSTS",
        _text,
        "tube*.apps.education.fr,podeduc.apps.education.fr,digipad.app,learningapps.org,umap.openstreetmap.fr",
        "Hosts, separated by commas, whose videos, maps and exercises an article may show; a star stands within one label.",
    ),
    Setting(
        "BASCULE_UNDO_DAYS",
        _number(1, 60),
        "60",
        "Days for which what a step has set aside can be brought back, before it is erased for good.",
    ),
    Setting(
        "BASCULE_OFFER_DAYS",
        _number(30, 400),
        "300",
        "The same for what a primary class left, which is offered to its teachers.",
    ),
    Setting("BASCULE_LATE_HOURS", _number(1, 240), "6", "Hours after which a step found late waits for a click."),
    Setting("BASCULE_STEP_WORKERS", _number(1, 16), "1", "Step runners in the worker process; one is right on SQLite."),
    Setting(
        "BASCULE_ARCHIVED_MESSAGES",
        _one_of("year", "kept"),
        "kept",
        "Whether messages in 'archived' are kept or go with the school year (year), for whoever has not chosen.",
    ),
    Setting(
        "BASCULE_LEAVER_NOTICE_DAYS",
        _number(0, 14),
        "14",
        "Days after the law's clock has started until leavers are told that their access ends (mid-September at the latest).",
    ),
    Setting(
        "BASCULE_LEAVER_ACCESS_DAYS",
        _number(15, 90),
        "50",
        "Days after the clock's start for which leavers still reach their own data.",
    ),
    Setting(
        "BASCULE_LEAVER_ERASURE_DAYS",
        _number(30, 90),
        "90",
        "Days within which a leaver's account and personal data are erased; the law allows three months, so no more than 90.",
    ),
    Setting(
        "BASCULE_ARCHIVE_YEARS",
        _number(2, 50),
        "5",
        "Years for which schools are told to keep the archives of class diaries; nothing erases them.",
    ),
    Setting("BASCULE_REDIRECT_HOSTS", _text, "", "Hosts, separated by commas, that a redirect target may name."),
)


class Settings:
    """The values of ``SETTINGS``, read once, as attributes in lower case without the BASCULE_ prefix."""

    database_url: str
    data_dir: Path
    secret_key: str
    demo: bool
    url: str
    zone: str
    language: str
    proxies: int
    https: bool
    grace: int
    session_hours: int
    code_hours: int
    feed_leavers: int
    feed_leavers_rollover: int
    feed_staff_leavers: int
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_starttls: bool
    mail_from: str
    oidc: tuple[Mapping[str, str], ...]
    space_gigabytes: int
    archived_messages: str
    undo_days: int
    offer_days: int
    late_hours: int
    step_workers: int
    leaver_notice_days: int
    leaver_access_days: int
    leaver_erasure_days: int
    archive_years: int
    redirect_hosts: str
    embed_hosts: str
    #: What was given, as text: another process opens the same portal with it.
    given: Mapping[str, str]

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read every setting from ``environ``. Raises ``WrongSetting`` for an unknown, unreadable or missing one."""
        known = {setting.name for setting in SETTINGS}
        for name in environ:
            if name.startswith("BASCULE_") and name not in known:
                raise WrongSetting(f"{name} is not a setting. The settings are: {', '.join(sorted(known))}.")
        values: dict[str, object] = {}
        for setting in SETTINGS:
            given = environ.get(setting.name)
            try:
                values[_attribute(setting.name)] = setting.read(setting.default if given is None else given)
            except ValueError as wrong:
                raise WrongSetting(f"{setting.name} cannot be used: {wrong}.") from None
        values["data_dir"] = Path(str(values["data_dir"])).resolve()
        if not values["database_url"]:
            values["database_url"] = f"sqlite:///{values['data_dir']}/bascule.sqlite3"
        values["database_url"] = _driver(str(values["database_url"]))
        if len(str(values["secret_key"])) < 32:
            if not values["demo"]:
                raise WrongSetting(
                    "SECRET_KEY is missing or shorter than 32 characters. Make one with:"
                    " python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."
                )
            values["secret_key"] = "the demo signs with a key that everybody knows"  # noqa: S105  (public on purpose)
        values["given"] = MappingProxyType({name: environ[name] for name in known if name in environ})
        object.__setattr__(self, "_values", values)

    def __getattr__(self, name: str) -> object:
        try:
            return self.__dict__["_values"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("settings do not change while the portal runs")


def _attribute(name: str) -> str:
    return name.removeprefix("BASCULE_").lower()


def _driver(url: str) -> str:
    """PostgreSQL addresses, however they are written, go through psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith(("sqlite:", "postgresql+psycopg:")):
        raise WrongSetting("DATABASE_URL must begin with sqlite: or postgresql:.")
    return url


def from_environment() -> Settings:
    """The settings of this process."""
    return Settings(os.environ)
