"""The kinds of space, the five roles in one, and the one table of what each role may do (PORTAL-2, PORTAL-3). Plain."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from app.profiles import Profile, Visitor
from app.words import N_


class SpaceKind(StrEnum):
    """What a section is the place of (PORTAL-3)."""

    PERSONAL = "personal"
    CLASS = "class"
    GROUP = "group"
    PARTNERSHIP = "partnership"
    SCHOOL = "school"
    TOWN = "town"


SPACE_NAMES: dict[SpaceKind, str] = {
    SpaceKind.PERSONAL: N_("espace personnel"),
    SpaceKind.CLASS: N_("espace de classe"),
    SpaceKind.GROUP: N_("groupe de travail"),
    SpaceKind.PARTNERSHIP: N_("partenariat entre classes"),
    SpaceKind.SCHOOL: N_("rubrique de l’établissement"),
    SpaceKind.TOWN: N_("espace de la commune"),
}


class Service(StrEnum):
    """What a section can hold."""

    BLOG = "blog"
    MEDIA = "media"
    SHARED = "shared"
    CONTESTS = "contests"
    MAP = "map"
    PAGES = "pages"
    LINKS = "links"


SERVICE_NAMES: dict[Service, str] = {
    Service.BLOG: N_("Blog"),
    Service.MEDIA: N_("Médiathèque"),
    Service.SHARED: N_("Dossier partagé"),
    Service.CONTESTS: N_("Concours"),
    Service.MAP: N_("Carte"),
    Service.PAGES: N_("Mini-site"),
    Service.LINKS: N_("Recherche de la classe"),
}

#: The services that a new section of each kind begins with; a school's minisites and class search tools are the primary's.
FIRST_SERVICES: dict[SpaceKind, tuple[Service, ...]] = {
    SpaceKind.PERSONAL: (Service.MEDIA,),
    SpaceKind.CLASS: (Service.BLOG, Service.MEDIA, Service.CONTESTS, Service.MAP),
    SpaceKind.GROUP: (Service.BLOG, Service.MEDIA, Service.SHARED),
    SpaceKind.PARTNERSHIP: (Service.BLOG, Service.MEDIA),
    SpaceKind.SCHOOL: (Service.BLOG,),
    SpaceKind.TOWN: (Service.BLOG,),
}


class SpaceRole(StrEnum):
    """The roles in a section, each containing those before it."""

    VISITOR = "visitor"
    WRITER = "writer"
    PUBLISHER = "publisher"
    MODERATOR = "moderator"
    MANAGER = "manager"


SPACE_ROLE_NAMES: dict[SpaceRole, str] = {
    SpaceRole.VISITOR: N_("visiteur"),
    SpaceRole.WRITER: N_("rédacteur"),
    SpaceRole.PUBLISHER: N_("rédacteur avec mise en ligne"),
    SpaceRole.MODERATOR: N_("modérateur"),
    SpaceRole.MANAGER: N_("gestionnaire"),
}


class SpaceVerb(StrEnum):
    """What can be done in a section, as far as a role there decides it."""

    READ = "read"
    COMMENT = "comment"
    WRITE = "write"
    PUBLISH = "publish"
    CHANGE_OTHERS = "change-others"
    APPROVE = "approve"
    MODERATE_COMMENTS = "moderate-comments"
    ORGANISE = "organise"
    GIVE_ROLES = "give-roles"
    EMPTY_TRASH = "empty-trash"
    MAKE_PERMANENT = "make-permanent"


SPACE_VERB_NAMES: dict[SpaceVerb, str] = {
    SpaceVerb.READ: N_("lire, télécharger"),
    SpaceVerb.COMMENT: N_("commenter, participer à un concours"),
    SpaceVerb.WRITE: N_("écrire, déposer des fichiers, modifier ce qui est à soi"),
    SpaceVerb.PUBLISH: N_("mettre en ligne ce qui est à soi sans validation"),
    SpaceVerb.CHANGE_OTHERS: N_("modifier ou mettre à la corbeille ce qui est aux autres"),
    SpaceVerb.APPROVE: N_("valider ou renvoyer ce qui est proposé"),
    SpaceVerb.MODERATE_COMMENTS: N_("masquer un commentaire"),
    SpaceVerb.ORGANISE: N_("régler la rubrique : titre, services, catégories, sous-rubriques, durée"),
    SpaceVerb.GIVE_ROLES: N_("donner et retirer des rôles"),
    SpaceVerb.EMPTY_TRASH: N_("restaurer depuis la corbeille et la vider"),
    SpaceVerb.MAKE_PERMANENT: N_("rendre la rubrique permanente ou temporaire"),
}

_READER = frozenset({SpaceVerb.READ, SpaceVerb.COMMENT})
_WRITER = _READER | {SpaceVerb.WRITE}
_PUBLISHER = _WRITER | {SpaceVerb.PUBLISH}
_MODERATOR = _PUBLISHER | {SpaceVerb.CHANGE_OTHERS, SpaceVerb.APPROVE, SpaceVerb.MODERATE_COMMENTS}

#: The table (PORTAL-2). A school's head and administrators are managers of its sections.
SPACE_TABLE: dict[SpaceRole, frozenset[SpaceVerb]] = {
    SpaceRole.VISITOR: _READER,
    SpaceRole.WRITER: _WRITER,
    SpaceRole.PUBLISHER: _PUBLISHER,
    SpaceRole.MODERATOR: _MODERATOR,
    SpaceRole.MANAGER: frozenset(SpaceVerb),
}

#: Why a section is in the trash, where step 2 has put it there (S2-1).
ARCHIVED = "archived"
_ORDER = tuple(SpaceRole)


def highest(roles: Iterable[SpaceRole]) -> SpaceRole | None:
    """The role that contains the others; None for none."""
    return max(roles, key=_ORDER.index, default=None)


def role_may(role: SpaceRole | None, verb: SpaceVerb) -> bool:
    """May the holder of ``role`` do ``verb``? Nobody without a role may do anything."""
    return role is not None and verb in SPACE_TABLE[role]


def enters(trashed: bool, reason: str, verb: SpaceVerb) -> bool:
    """Is there a way into a section for ``verb``, as far as the trash decides it?

    An archived one can be read, and nothing else (S2-2); the way to fetch one back is the trash's own.
    """
    return not trashed or (reason == ARCHIVED and verb == SpaceVerb.READ)


def profile_in(visitor: Visitor, school_id: int | None) -> Profile | None:
    """As what ``visitor`` stands in a school by the door used, or anywhere; kept with what they write (CLASS-2)."""
    here = [place.profile for place in visitor.places if place.school_id == school_id]
    return next(iter(here or [place.profile for place in visitor.places]), None)
