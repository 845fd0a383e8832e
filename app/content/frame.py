"""Where the services of a section are, and what stands around every page of it. Plain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.content.spaces import SERVICE_NAMES, Service, SpaceKind, SpaceRole
from app.profiles import Visitor
from app.words import N_

#: The page of each service; each takes ``section_id``.
PAGES: dict[Service, str] = {
    Service.BLOG: "content.blog",
    Service.MEDIA: "content_media.library",
    Service.SHARED: "content_media.shared",
    Service.CONTESTS: "content_contests.contests",
    Service.MAP: "content_map.points",
    Service.PAGES: "content_minisite.pages",
    Service.LINKS: "content_links.links",
}
#: What school life shows of a class; each takes ``class_id``.
CLASS_PAGES: dict[str, str] = {
    "schoollife_diary.diary": N_("Cahier de textes"),
    "schoollife_liaison.notebook": N_("Cahier de liaison"),
    "schoollife_liaison.agenda": N_("Agenda"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of a space: its key, endpoint, the endpoint's argument, its word."""

    key: str
    endpoint: str
    argument: str
    value: int
    label: str

    @property
    def arguments(self) -> dict[str, Any]:
        """For ``url_for``."""
        return {self.argument: self.value}


def tabs(
    section_id: int, kind: SpaceKind, class_id: int | None, services: list[str], role: SpaceRole, visitor: Visitor
) -> Iterator[Tab]:
    """The tabs of a space, by its services and, in a class's, by how ``visitor`` stands to the class."""
    yield Tab("space", "content.space", "section_id", section_id, N_("Accueil"))
    for service in Service:
        if str(service) in services:
            yield Tab(str(service), PAGES[service], "section_id", section_id, SERVICE_NAMES[service])
    in_class = role == SpaceRole.MANAGER or any(place.class_id == class_id for place in visitor.places)
    if kind == SpaceKind.CLASS and class_id is not None and in_class:
        for endpoint, label in CLASS_PAGES.items():
            yield Tab(endpoint, endpoint, "class_id", class_id, label)
