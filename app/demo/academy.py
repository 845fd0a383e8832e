"""A fictional academy, from a seed: schools, staff, families. Plain.

The same seed and size always make the same people. Families and staff come out of generators and are not kept, so that
100,000 people cost no more memory than a sector of twelve schools.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from app.demo import schools as plans
from app.demo.families import FamilyMaker
from app.demo.names import MEN, SURNAMES, WOMEN
from app.demo.people import Family, Function, StaffMember, pick
from app.demo.schools import Discipline, SchoolPlan

#: The civil year in which year N begins, unless told otherwise.
YEAR = 2025
#: Fewest people a school must have room for: classes, staff, families.
FEWEST_PEOPLE = 60


@dataclass(frozen=True, kw_only=True)
class KnownMember:
    """Somebody with a name of their own on a post; ``also``: a second school in which they teach."""

    title: str
    first_name: str
    last_name: str
    also: SchoolPlan | None = None


class Academy:
    """The people of an academy of ``people`` people (pupils, their adults, staff) in ``schools`` schools, made from ``seed``.

    ``begins`` is the civil year in which the school year begins. ``first_families`` and ``known_staff`` are hooks through which the
    demo puts its cast among them. Raises ``ValueError`` for an academy too small for its schools.
    """

    def __init__(self, seed: int, schools: int, people: int, *, begins: int = YEAR) -> None:
        if schools < 1 or people < FEWEST_PEOPLE * schools:
            raise ValueError(f"an academy of {schools} schools has at least {FEWEST_PEOPLE * max(schools, 1)} people")
        self.seed, self.people, self.begins = seed, people, begins
        # Some 1.4 adults a pupil; schools and posts follow from pupils, families fill what posts leave.
        self.schools = plans.plan_schools(schools, int(people / 2.55))
        self.posts = {plan.key: list(plans.posts(plan)) for plan in self.schools}
        self.first_families: Callable[[FamilyMaker], Iterator[Family]] | None = None
        self.known_staff: dict[tuple[str, int], KnownMember] = {}

    def staff_count(self) -> int:
        """How many people work in the schools."""
        return sum(len(posts) for posts in self.posts.values()) - len(self._vacant())

    def _vacant(self) -> set[tuple[str, int]]:
        """Posts of the second degree that nobody holds: one in forty."""
        rng = Random(f"{self.seed}:vacant")
        return {
            (plan.key, index)
            for plan in self.schools
            for index in range(len(self.posts[plan.key]))
            if rng.random() < 0.025 and plan.kind != "primary" and (plan.key, index) not in self.known_staff
        }

    def staff(self) -> Iterator[StaffMember]:
        """Everybody who works in a school; in secondary one teacher in twelve also teaches in a neighbouring one."""
        rng = Random(f"{self.seed}:staff")
        vacant = self._vacant()
        key = 3_000_000
        for plan in self.schools:
            neighbours = [
                other
                for other in self.schools
                if other.sector == plan.sector and other is not plan and other.kind != "primary"
            ]
            rooms: Counter[str] = Counter()
            for index, (code, label, discipline) in enumerate(self.posts[plan.key]):
                key += 1
                member = self._member(rng, key, plan, code, label, discipline)
                if (plan.key, index) in vacant:
                    continue
                known = self.known_staff.get((plan.key, index))
                if known is not None:
                    member.title, member.first_name, member.last_name = known.title, known.first_name, known.last_name
                if plan.kind == "primary":
                    _teach_primary(member, plan, rooms)
                elif discipline is not None:
                    _teach(member, plan, discipline, rooms)
                    if known is not None and known.also is not None:
                        _teach_elsewhere(member, known.also, discipline)
                    elif known is None and neighbours and rng.random() < 0.08:
                        _teach_elsewhere(member, pick(rng, neighbours), discipline)
                yield member

    def _member(
        self, rng: Random, key: int, plan: SchoolPlan, code: str, label: str, discipline: Discipline | None
    ) -> StaffMember:
        woman = rng.random() < 0.66
        first = pick(rng, WOMEN if woman else MEN)
        last = pick(rng, SURNAMES)
        title = "Mme" if woman else "M."
        birth = f"{1 + int(rng.random() * 28):02d}/{1 + int(rng.random() * 12):02d}/{1962 + int(rng.random() * 38)}"
        return StaffMember(
            key=key,
            title=title,
            last_name=last,
            first_name=first,
            birth=birth,
            email=f"p{key}@ac-valmont.example",
            home=plan,
            functions=[Function(plan, code, label, discipline)],
        )

    def families(self) -> Iterator[Family]:
        """Every family, sector by sector, until the academy has as many people as it should."""
        left = self.people - self.staff_count()
        sectors = sorted({plan.sector for plan in self.schools})
        weight = {sector: sum(plan.pupils for plan in self.schools if plan.sector == sector) for sector in sectors}
        whole = sum(weight.values())
        maker = FamilyMaker(self.seed, self.begins)
        shared = left
        for position, sector in enumerate(sectors):
            last = position == len(sectors) - 1
            budget = left if last else shared * weight[sector] // whole
            left -= budget
            maker.open_sector([plan for plan in self.schools if plan.sector == sector])
            if position == 0 and self.first_families is not None:
                for family in self.first_families(maker):
                    budget -= family.size
                    yield family
            while budget > 0:
                family = maker.family(budget)
                budget -= family.size
                yield family


def _teach_primary(member: StaffMember, plan: SchoolPlan, rooms: Counter[str]) -> None:
    """One class each; the director too (function DIR and a class)."""
    room = plan.classes[rooms["rooms"] % len(plan.classes)]
    rooms["rooms"] += 1
    if member.functions[0].code == "DIR":
        member.functions.append(Function(plan, "ENS", "ENSEIGNEMENT"))
    member.classes.append((plan, room, ""))


def _teach(member: StaffMember, plan: SchoolPlan, discipline: Discipline, rooms: Counter[str]) -> None:
    """The next classes of that discipline; the first teachers of French and mathematics are each the head teacher of one."""
    start = rooms[discipline.subject]
    for room in plan.classes[start : start + discipline.classes]:
        member.classes.append((plan, room, discipline.subject))
    rooms[discipline.subject] += discipline.classes
    if discipline.subject in ("020700", "061300", "030201") and rooms["heads"] < len(plan.classes):
        member.head_of.append((plan, plan.classes[rooms["heads"]]))
        rooms["heads"] += 1
    if discipline.subject == "030602" and plan.groups and start == 0:
        member.groups.append((plan, plan.groups[0][0], discipline.subject))


def _teach_elsewhere(member: StaffMember, plan: SchoolPlan, discipline: Discipline) -> None:
    member.functions.append(Function(plan, "ENS", "ENSEIGNEMENT", discipline))
    member.classes.append((plan, plan.classes[-1], discipline.subject))


def make_academy(seed: int, schools: int, people: int, *, begins: int = YEAR) -> Academy:
    """A fictional academy of exactly ``people`` people: pupils, adults and staff."""
    return Academy(seed, schools, people, begins=begins)
