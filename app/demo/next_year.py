"""The same fictional academy a year later, as the feed of late August tells it (S4-1). Plain.

Pupils go up a level, or one in fifty stays; who was in the last level of a school goes to the next school of the sector, with a
new join key and the same INE where the degree changes; new families bring children to the first class. Staff stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from app.demo.academy import Academy
from app.demo.families import FamilyMaker, Place
from app.demo.people import Family, Pupil
from app.demo.schools import SchoolPlan

#: What is added to the join key of a pupil whom the other degree's feed tells of now, and where newcomers' keys begin.
OTHER_DEGREE, NEWCOMERS = 700_000, 800_000
_FIRST_AGE, _LAST_AGE = 6, 17


class NextYear(Academy):
    """The year after ``before``."""

    def __init__(self, before: Academy) -> None:
        super().__init__(before.seed, len(before.schools), before.people, begins=before.begins + 1)
        self.schools, self.posts, self.known_staff = before.schools, before.posts, before.known_staff
        self._before = before
        #: The places of an age in a sector, by school.
        self._places: dict[tuple[int, int], dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
        for plan in self.schools:
            for room in plan.classes:
                for training in room.trainings:
                    self._places[plan.sector, training.age][plan.key].append((plan, room, training))

    def families(self) -> Iterator[Family]:
        """Those who stay, in last year's order, then those who come."""
        for family in self._before.families():
            pupils = [later for pupil in family.pupils if (later := self._a_year_later(pupil)) is not None]
            named = {link.adult for pupil in pupils for link in pupil.links}
            if pupils:
                yield Family([adult for adult in family.adults if adult.key in named], pupils)
        yield from self._newcomers()

    def _a_year_later(self, pupil: Pupil) -> Pupil | None:
        """Where a pupil is now; None for who has left the academy."""
        age = pupil.training.age
        if age == _LAST_AGE:
            return None
        if pupil.key % 50 == 0:
            return pupil
        schools = self._places[pupil.school.sector, age + 1]
        if not schools:
            return None
        keys = sorted(schools)
        places = schools[pupil.school.key if pupil.school.key in schools else keys[pupil.key % len(keys)]]
        plan, room, training = places[pupil.key // len(keys) % len(places)]
        groups = plan.groups_of.get(room.code)
        return replace(
            pupil,
            key=pupil.key + (OTHER_DEGREE if plan.degree != pupil.school.degree else 0),
            school=plan,
            school_class=room,
            training=training,
            group=groups[pupil.key % 3] if groups is not None and pupil.key % 3 < 2 else "",
        )

    def _newcomers(self) -> Iterator[Family]:
        maker = FamilyMaker(self.seed + 1, self.begins, first_key=NEWCOMERS)
        by_sector: dict[int, list[SchoolPlan]] = defaultdict(list)
        for plan in self.schools:
            by_sector[plan.sector].append(plan)
        for sector, plans in by_sector.items():
            maker.open_sector(plans)
            for places in self._places[sector, _FIRST_AGE].values():
                plan = places[0][0]
                for number in range(max(len(places), plan.pupils // 5)):
                    yield maker.family_of([places[number % len(places)]])
