"""What every page shows of the project, read once a public revision. Plain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import quote

from app.publicsite.moved.endings import Moves
from app.web.theme import DEFAULT_ACCENT, check_accent, check_school_colour, theme_css, theme_hash


@dataclass(frozen=True, kw_only=True, slots=True)
class SchoolName:
    """How a school is called."""

    uai: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ProjectFacts:
    """The project's name, accent and contact, which host names are a school's, and the style sheets of its themes."""

    name: str = "Bascule"
    accent: str = DEFAULT_ACCENT
    contact: str = ""
    zone: str = "Europe/Paris"
    #: UAI and name of the schools in service, by number.
    schools: Mapping[int, SchoolName] = field(default_factory=dict)
    #: School number by host name.
    hosts: Mapping[str, int] = field(default_factory=dict)
    #: A school's own colour, by its number.
    colours: Mapping[int, str] = field(default_factory=dict)
    #: What has become of schools that ended or have a new UAI.
    moves: Moves = field(default_factory=Moves)
    #: Style sheet by the hash in its address.
    themes: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> dict[int, str]:
        """The schools' names by number."""
        return {number: school.name for number, school in self.schools.items()}

    @property
    def uais(self) -> dict[int, str]:
        """The schools' UAIs by number."""
        return {number: school.uai for number, school in self.schools.items()}

    def theme(self, school_id: int | None = None) -> str:
        """The hash in the address of the style sheet for the project's pages, or those of one of its schools."""
        return theme_hash(self.accent, self.colours.get(school_id) if school_id is not None else None)


def gathered(
    *,
    name: str,
    accent: str,
    contact: str,
    zone: str,
    schools: Mapping[int, SchoolName],
    hosts: Mapping[str, int],
    colours: Mapping[int, str],
    moves: Moves,
) -> ProjectFacts:
    """The facts, with every style sheet that a page may name. A colour that would be refused today gives way to the default."""
    accent = accent if check_accent(accent) is None else DEFAULT_ACCENT
    kept = {number: colour for number, colour in colours.items() if check_school_colour(colour) is None}
    sheets = [theme_css(accent), *(theme_css(accent, colour) for colour in set(kept.values()))]
    names = [theme_hash(accent), *(theme_hash(accent, colour) for colour in set(kept.values()))]
    return ProjectFacts(
        name=name,
        accent=accent,
        contact=contact,
        zone=zone,
        schools=dict(schools),
        hosts=dict(hosts),
        colours=kept,
        moves=moves,
        themes=dict(zip(names, sheets, strict=True)),
    )


def openstreetmap(place: tuple[Decimal, Decimal] | None, address: str) -> str:
    """A link to the map (SITE-5): at ``place`` (latitude, longitude, degrees) where it is known, else a search of the address."""
    if place is None:
        return f"https://www.openstreetmap.org/search?query={quote(' '.join(address.split()))}"
    latitude, longitude = place
    return f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}"
