"""What the second page shows of an offer (CLASS-2): plain facts. ``taken`` counts what is in one of the teacher's classes already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferedCategory:
    """Articles of a category (``id`` None: of none); ``pupils`` of them are written by pupils and unticked."""

    id: int | None
    name: str
    articles: int
    pupils: int
    taken: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferedFolder:
    """Files directly in a folder (``id`` None: at the top); ``showing`` of them show pupils and are unticked. Sizes in bytes."""

    id: int | None
    name: str
    depth: int
    files: int
    bytes: int
    showing: int
    taken: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferedThing:
    """A contest or a place on the map."""

    id: int
    title: str
    taken: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferedArticle:
    """One article; ``bytes`` of its attachments."""

    id: int
    title: str
    author: str
    published_at: datetime | None
    by_pupil: bool
    bytes: int
    taken: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferedFile:
    """One file."""

    id: int
    name: str
    author: str
    bytes: int
    shows_pupils: bool
    taken: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferedSpace:
    """Everything that is offered of one of last year's class spaces."""

    section_id: int
    title: str
    categories: Sequence[OfferedCategory]
    folders: Sequence[OfferedFolder]
    contests: Sequence[OfferedThing]
    points: Sequence[OfferedThing]
    partnerships: Sequence[tuple[int, str, str]]
    #: Of everything: the files and the articles' attachments.
    bytes: int

    @property
    def articles(self) -> int:
        return sum(one.articles for one in self.categories)

    @property
    def files(self) -> int:
        return sum(one.files for one in self.folders)

    @property
    def by_pupils(self) -> int:
        """Articles that do not follow unless they are asked for."""
        return sum(one.pupils for one in self.categories)

    @property
    def showing(self) -> int:
        """Files that do not follow unless they are asked for."""
        return sum(one.showing for one in self.folders)

    @property
    def unticked(self) -> int:
        """How many articles and files are left out unless they are ticked one by one."""
        return self.by_pupils + self.showing

    @property
    def empty(self) -> bool:
        """Is there nothing to take?"""
        return not (self.articles or self.files or self.contests or self.points)


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What is offered to a teacher in a school, until when."""

    until: datetime
    over: bool
    spaces: Sequence[OfferedSpace]

    @property
    def empty(self) -> bool:
        """Is there nothing to take anywhere?"""
        return all(space.empty for space in self.spaces)


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighing:
    """What a selection would bring into a class's space: said before anything is taken.

    ``already`` rows are there and do not come twice; ``same_names`` would be numbered; ``same_titles`` articles would stand beside one
    of the same title; ``loose_links`` lead from a selected article to something that is not taken.
    """

    articles: int
    files: int
    contests: int
    points: int
    bytes: int
    left: int
    already: int
    same_names: Sequence[str]
    same_titles: int
    loose_links: int

    @property
    def fits(self) -> bool:
        """Does the space's quota allow it (PORTAL-14)?"""
        return self.bytes <= self.left
