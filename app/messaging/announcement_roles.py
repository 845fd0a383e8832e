"""The roles of targeted communication and what each may do: one table, printed in docs/announcements.md (PORTAL-10). Plain.

The source prints the columns 'sender-administrator' and 'sender-manager' once in each order; its prose decides: the manager sees and
cancels everything, the administrator is publisher and manager in one. Heads and administrators of a school hold sender-administrator,
sender-manager and receiving-manager there by nature, operators and owners hold them for the project.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from app.words import N_


class Form(StrEnum):
    """What an announcement is: news, a notice on the home page, or a message in the inbox."""

    NEWS = "news"
    ANNOUNCEMENT = "announcement"
    MESSAGE = "message"


FORM_NAMES: dict[Form, str] = {
    Form.NEWS: N_("actualité"),
    Form.ANNOUNCEMENT: N_("annonce"),
    Form.MESSAGE: N_("message"),
}


class AnnouncementRole(StrEnum):
    """The eight roles."""

    NEWS_PUBLISHER = "news-publisher"
    ANNOUNCEMENT_PUBLISHER = "announcement-publisher"
    SENDER_VIEWER = "sender-viewer"
    MESSENGER = "messenger"
    SENDER_ADMINISTRATOR = "sender-administrator"
    SENDER_MANAGER = "sender-manager"
    RECEIVING_DASHBOARD = "receiving-dashboard"
    RECEIVING_MANAGER = "receiving-manager"


ROLE_NAMES: dict[AnnouncementRole, str] = {
    AnnouncementRole.NEWS_PUBLISHER: N_("émetteur, publication d’actualités"),
    AnnouncementRole.ANNOUNCEMENT_PUBLISHER: N_("émetteur, publication d’annonces"),
    AnnouncementRole.SENDER_VIEWER: N_("émetteur, consultation"),
    AnnouncementRole.MESSENGER: N_("émetteur, messagerie"),
    AnnouncementRole.SENDER_ADMINISTRATOR: N_("émetteur, administrateur"),
    AnnouncementRole.SENDER_MANAGER: N_("émetteur, gestionnaire"),
    AnnouncementRole.RECEIVING_DASHBOARD: N_("destinataire, accès au tableau de bord"),
    AnnouncementRole.RECEIVING_MANAGER: N_("destinataire, gestionnaire"),
}


class Right(StrEnum):
    """What can be done with announcements."""

    CREATE = "create"
    SEE_ISSUED = "see-issued"
    CANCEL = "cancel"
    SEE_RECEIVED = "see-received"
    TAKE_OFFLINE = "take-offline"
    CONTACT_AUTHOR = "contact-author"
    TOLD_OF_NEW = "told-of-new"
    TOLD_OF_CHANGE = "told-of-change"


RIGHT_NAMES: dict[Right, str] = {
    Right.CREATE: N_("créer une communication"),
    Right.SEE_ISSUED: N_("voir les communications émises"),
    Right.CANCEL: N_("annuler une communication"),
    Right.SEE_RECEIVED: N_("voir les communications reçues par l’établissement"),
    Right.TAKE_OFFLINE: N_("mettre hors ligne, remettre en ligne"),
    Right.CONTACT_AUTHOR: N_("écrire à l’auteur"),
    Right.TOLD_OF_NEW: N_("prévenu d’une diffusion ou d’une annulation"),
    Right.TOLD_OF_CHANGE: N_("prévenu d’une mise hors ligne ou en ligne"),
}


class Extent(StrEnum):
    """How far a right goes."""

    NO = "no"
    ALL = "all"
    NEWS = "news"
    ANNOUNCEMENTS = "announcements"
    MESSAGES = "messages"
    OWN_NEWS = "own-news"
    OWN_ANNOUNCEMENTS = "own-announcements"


EXTENT_NAMES: dict[Extent, str] = {
    Extent.NO: "",
    Extent.ALL: N_("oui"),
    Extent.NEWS: N_("les actualités"),
    Extent.ANNOUNCEMENTS: N_("les annonces"),
    Extent.MESSAGES: N_("les messages"),
    Extent.OWN_NEWS: N_("ses actualités"),
    Extent.OWN_ANNOUNCEMENTS: N_("ses annonces"),
}

_FORMS: dict[Extent, frozenset[Form]] = {
    Extent.NO: frozenset(),
    Extent.ALL: frozenset(Form),
    Extent.NEWS: frozenset({Form.NEWS}),
    Extent.OWN_NEWS: frozenset({Form.NEWS}),
    Extent.ANNOUNCEMENTS: frozenset({Form.ANNOUNCEMENT}),
    Extent.OWN_ANNOUNCEMENTS: frozenset({Form.ANNOUNCEMENT}),
    Extent.MESSAGES: frozenset({Form.MESSAGE}),
}
_OWN_ONLY = frozenset({Extent.OWN_NEWS, Extent.OWN_ANNOUNCEMENTS})

#: The table: what is not named is 'no'.
TABLE: dict[AnnouncementRole, dict[Right, Extent]] = {
    AnnouncementRole.NEWS_PUBLISHER: {
        Right.CREATE: Extent.NEWS,
        Right.SEE_ISSUED: Extent.OWN_NEWS,
        Right.CANCEL: Extent.OWN_NEWS,
        Right.TOLD_OF_CHANGE: Extent.OWN_NEWS,
    },
    AnnouncementRole.ANNOUNCEMENT_PUBLISHER: {
        Right.CREATE: Extent.ANNOUNCEMENTS,
        Right.SEE_ISSUED: Extent.OWN_ANNOUNCEMENTS,
        Right.CANCEL: Extent.OWN_ANNOUNCEMENTS,
        Right.TOLD_OF_CHANGE: Extent.OWN_ANNOUNCEMENTS,
    },
    AnnouncementRole.SENDER_VIEWER: {Right.SEE_ISSUED: Extent.ALL},
    AnnouncementRole.MESSENGER: {
        Right.CREATE: Extent.MESSAGES,
        Right.SEE_ISSUED: Extent.ALL,
        Right.CANCEL: Extent.MESSAGES,
        Right.TOLD_OF_CHANGE: Extent.MESSAGES,
    },
    AnnouncementRole.SENDER_ADMINISTRATOR: {
        Right.CREATE: Extent.ALL,
        Right.SEE_ISSUED: Extent.ALL,
        Right.CANCEL: Extent.ALL,
        Right.TOLD_OF_CHANGE: Extent.ALL,
    },
    AnnouncementRole.SENDER_MANAGER: {
        Right.SEE_ISSUED: Extent.ALL,
        Right.CANCEL: Extent.ALL,
        Right.TOLD_OF_CHANGE: Extent.ALL,
    },
    AnnouncementRole.RECEIVING_DASHBOARD: {
        Right.SEE_RECEIVED: Extent.ALL,
        Right.TOLD_OF_NEW: Extent.ALL,
    },
    AnnouncementRole.RECEIVING_MANAGER: {
        Right.SEE_RECEIVED: Extent.ALL,
        Right.TAKE_OFFLINE: Extent.NEWS,
        Right.CONTACT_AUTHOR: Extent.ALL,
        Right.TOLD_OF_NEW: Extent.ALL,
    },
}

#: What heads and administrators hold in their school, and operators and owners for the project, without a grant.
BY_NATURE = frozenset(
    {
        AnnouncementRole.SENDER_ADMINISTRATOR,
        AnnouncementRole.SENDER_MANAGER,
        AnnouncementRole.RECEIVING_MANAGER,
    }
)


def extent(role: AnnouncementRole, right: Right) -> Extent:
    """How far ``right`` goes for ``role``."""
    return TABLE[role].get(right, Extent.NO)


def may(roles: Iterable[AnnouncementRole], right: Right, form: Form, *, own: bool = False) -> bool:
    """May the holder of ``roles`` do ``right`` with an announcement of ``form``? ``own``: they have written it."""
    for role in roles:
        found = extent(role, right)
        if form in _FORMS[found] and (own or found not in _OWN_ONLY):
            return True
    return False


def may_at_all(roles: Iterable[AnnouncementRole], right: Right) -> bool:
    """Does one of ``roles`` give ``right`` to some extent?"""
    return any(extent(role, right) != Extent.NO for role in roles)


def forms_for(roles: Iterable[AnnouncementRole], right: Right) -> tuple[Form, ...]:
    """The forms for which ``right`` is given, in their order."""
    held = frozenset(roles)
    return tuple(form for form in Form if may(held, right, form, own=True))


def printed() -> str:
    """The table in Markdown, as docs/announcements.md holds it."""
    lines = [
        "# Targeted communication: what each role may do",
        "",
        "Printed from `app/messaging/announcement_roles.py`; a test compares. Heads and administrators of a school hold the roles"
        " `sender-administrator`,",
        "`sender-manager` and `receiving-manager` there without a grant, operators and owners hold them for the whole project.",
        "",
        "| right | | " + " | ".join(f"`{role}`" for role in AnnouncementRole) + " |",
        "|---|---|" + "---|" * len(AnnouncementRole),
    ]
    for right in Right:
        cells = " | ".join(EXTENT_NAMES[extent(role, right)] for role in AnnouncementRole)
        lines.append(f"| `{right}` | {RIGHT_NAMES[right]} | {cells} |")
    lines += ["", *(f"- `{role}`: {ROLE_NAMES[role]}" for role in AnnouncementRole), ""]
    return "\n".join(lines)
