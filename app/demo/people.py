"""The kinds of people in a fictional academy, as their feeds will tell of them. Plain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from app.demo.schools import ClassPlan, Discipline, SchoolPlan, Training

#: The legal level of somebody who is only to be called (KIN-1).
CONTACTS_LEGAL = "0"
#: Link codes of the present nomenclature.
MOTHER, FATHER, ASCENDANT, FAMILY, FOSTER, WELFARE, ONESELF = "10", "20", "38", "39", "42", "51", "70"


T = TypeVar("T")


def pick(rng: Random, names: Sequence[T]) -> T:
    """One of ``names`` by chance; quicker than ``choice``, which a hundred thousand people notice."""
    return names[int(rng.random() * len(names))]


@dataclass(slots=True)
class Adult:
    """An adult related to pupils; a body has neither title nor first name. ``key`` is the same in both feeds."""

    key: int
    title: str
    last_name: str
    birth_name: str
    first_name: str
    mobile: str
    home_phone: str
    work_phone: str
    email: str
    street: str
    postal_code: str
    town: str


@dataclass(slots=True)
class Link:
    """What an adult is to a pupil: link code; legal level '1' legal guardian, '2' person in charge, '0' contact; who pays."""

    adult: int
    code: str
    legal: str
    pays: str = "0"


@dataclass(slots=True)
class Pupil:
    """A pupil in a class; ``birth`` is dd/mm/yyyy, ``group`` a group's code or ''.

    ``entered`` is the civil year in which the class was entered; ``also`` are classes that the feed names before it, with theirs.
    """

    key: int
    ine: str
    last_name: str
    first_name: str
    other_names: str
    title: str
    birth: str
    school: SchoolPlan
    school_class: ClassPlan
    training: Training
    group: str
    street: str
    postal_code: str
    town: str
    links: list[Link]
    entered: int = 0
    also: tuple[tuple[SchoolPlan, ClassPlan, int], ...] = ()

    @property
    def first_told(self) -> ClassPlan:
        """The class that the feed names first: an import takes it, and sets a second one of the same school aside."""
        return self.also[0][1] if self.also else self.school_class


@dataclass(slots=True)
class Family:
    """Adults and pupils that belong together. ``strays`` stand in the files though no pupil names them: an import leaves them."""

    adults: list[Adult]
    pupils: list[Pupil]
    strays: list[Adult] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.adults) + len(self.pupils)


@dataclass(slots=True)
class Function:
    """What somebody does in a school: the academy's code and label, and the discipline of a teacher."""

    school: SchoolPlan
    code: str
    label: str
    discipline: Discipline | None = None


@dataclass(slots=True)
class StaffMember:
    """Somebody who works in one or several schools. ``classes`` are (school, class, subject's code).

    ``due`` are the classes that the service data of September will name; None where the feed has them already.
    """

    key: int
    title: str
    last_name: str
    first_name: str
    birth: str
    email: str
    home: SchoolPlan
    functions: list[Function]
    classes: list[tuple[SchoolPlan, ClassPlan, str]] = field(default_factory=list)
    groups: list[tuple[SchoolPlan, str, str]] = field(default_factory=list)
    head_of: list[tuple[SchoolPlan, ClassPlan]] = field(default_factory=list)
    due: list[tuple[SchoolPlan, ClassPlan, str]] | None = None

    @property
    def teaches(self) -> bool:
        return any(function.code in ("ENS", "DOC") for function in self.functions)
