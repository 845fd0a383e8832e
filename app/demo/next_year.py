"""The same fictional academy a year later, as the feed of late August tells it (S4-1). Plain.

Pupils go up a level, or one in fifty stays; who was in the last level of a school goes to the next school of the sector, with a
new join key and the same INE where the degree changes. Some families move away, new ones come, a few pupils have one more
adult, staff change (``next_staff``). And what such a feed gets wrong: three classes of last year (``returning``), two guardians told
twice (FEED-5), one pupil told in two schools (GATE-15).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from app.demo.academy import Academy
from app.demo.families import FamilyMaker, Place
from app.demo.next_staff import later_staff
from app.demo.people import CONTACTS_LEGAL, FAMILY, Adult, Family, Link, Pupil, StaffMember
from app.demo.returning import ANOTHER_CLASS, LAST_LEVEL, in_the_new_year, returning_classes
from app.demo.schools import SchoolPlan

#: What is added to the join key of a pupil whom the other degree's feed tells of now, and where the keys of others begin.
OTHER_DEGREE, NEWCOMERS, GAINED = 10_000_000, 20_000_000, 30_000_000
#: The first keys are those of the demo's own cast, to whom nothing happens by chance.
_CAST = 20
_FIRST_AGE, _LAST_AGE = 6, 17
#: Guardians told twice.
_DOUBLES = 2


def by_chance(key: int, every: int, rest: int) -> bool:
    """One key in ``every``, always the same; never the cast's."""
    return key % 1_000_000 > _CAST and key % every == rest


class NextYear(Academy):
    """The year after ``before``."""

    def __init__(self, before: Academy) -> None:
        super().__init__(before.seed, len(before.schools), before.people, begins=before.begins + 1)
        self.before = before
        self.returning = returning_classes(before.schools)
        self.schools = [in_the_new_year(plan, self.returning) for plan in before.schools]
        self.posts, self.known_staff = before.posts, before.known_staff
        #: The places of an age in a sector, by school.
        self._places: dict[tuple[int, int], dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
        for plan in self.schools:
            for room in plan.classes:
                for training in room.trainings:
                    self._places[plan.sector, training.age][plan.key].append((plan, room, training))
        self._evidence = {(one.school.key, one.room.code): one.evidence for one in self.returning}

    def staff(self) -> Iterator[StaffMember]:
        """Those who stay, and those who come in the stead of others."""
        return later_staff(self.before, self.schools, self.returning)

    def families(self) -> Iterator[Family]:
        """Those who stay, in last year's order, then those who come."""
        happening = _Happenings(self)
        for family in self.before.families():
            if by_chance(family.pupils[0].key, 97, 50):
                continue  # moved to another academy
            was = {pupil.ine: pupil for pupil in family.pupils}
            pupils = [later for pupil in family.pupils if (later := self._a_year_later(pupil)) is not None]
            if pupils:
                adults = {adult.key: adult for adult in family.adults}
                happening.change(pupils, adults, was)
                named = {link.adult for pupil in pupils for link in pupil.links}
                yield Family([adult for key, adult in adults.items() if key in named], pupils)
        yield from self._newcomers()

    def _a_year_later(self, pupil: Pupil) -> Pupil | None:
        """Where a pupil is now; None for who has left the academy."""
        age, old = pupil.training.age, pupil.school
        evidence = self._evidence.get((old.key, pupil.school_class.code))
        if evidence == LAST_LEVEL:
            return pupil
        if age == _LAST_AGE:
            return None
        repeats = by_chance(pupil.key, 50, 0)
        age += not repeats
        schools = self._places[old.sector, age]
        if not schools:
            return None
        keys = sorted(schools)
        places = schools[old.key if old.key in schools else keys[pupil.key % len(keys)]]
        if repeats:
            places = [place for place in places if place[1] is pupil.school_class] or places
        elif technological := [place for place in places if _track(place) == "STMG"]:
            # Who has begun the technological track goes on in it; the others choose after the 2de.
            if "STMG" in pupil.training.label:
                places = technological
            elif age == _LAST_AGE:
                places = [place for place in places if _track(place) != "STMG"] or places
        plan, room, training = places[pupil.key // len(keys) % len(places)]
        groups = plan.groups_of.get(room.code)
        also = ((old, pupil.school_class, pupil.entered),) if evidence == ANOTHER_CLASS and plan.key == old.key else ()
        return replace(
            pupil,
            key=pupil.key + (OTHER_DEGREE if plan.degree != old.degree else 0),
            school=plan,
            school_class=room,
            training=training,
            group=groups[pupil.key % 3] if groups is not None and pupil.key % 3 < 2 else "",
            entered=self.begins,
            also=also,
        )

    def _newcomers(self) -> Iterator[Family]:
        """New families: a whole first level where no school of the sector teaches the one before, else a few."""
        maker = FamilyMaker(self.seed + 1, self.begins, first_key=NEWCOMERS)
        by_sector: dict[int, list[SchoolPlan]] = defaultdict(list)
        for plan in self.schools:
            by_sector[plan.sector].append(plan)
        for sector, plans in by_sector.items():
            maker.open_sector(plans)
            for age in (_FIRST_AGE, 11, 15):
                whole = (sector, age - 1) not in self._places
                for places in self._places.get((sector, age), {}).values():
                    share = places[0][0].pupils // (5 if whole else 40)
                    for number in range(max(len(places), share)):
                        yield maker.family_of([places[number % len(places)]])


def _track(place: Place) -> str:
    return "STMG" if "STMG" in place[2].label else ""


class _Happenings:
    """What changes in families that stay, while they are told one after another."""

    def __init__(self, year: NextYear) -> None:
        self._maker = FamilyMaker(year.seed + 2, year.begins, first_key=GAINED)
        self._doubles, self._in_two_schools, self._begins = 0, False, year.begins

    def change(self, pupils: list[Pupil], adults: dict[int, Adult], was: dict[str, Pupil]) -> None:
        """Let happen to a family what happens to it; ``was``: its pupils last year, by INE."""
        if pupils[0].key % 1_000_000 <= _CAST:
            return
        if by_chance(pupils[0].key, 40, 7) and adults:
            home = pupils[0].street, pupils[0].postal_code, pupils[0].town
            comer = self._maker.man(pupils[0].last_name, home)
            adults[comer.key] = comer
            pupils[0].links = [*pupils[0].links, Link(comer.key, FAMILY, "2")]
        if self._doubles < _DOUBLES and len(pupils) > 1 and pupils[0].school.key == pupils[1].school.key:
            self._tell_twice(pupils[1], adults)
        if not self._in_two_schools:
            for pupil in pupils:
                old = was[pupil.ine]
                if old.school.degree != pupil.school.degree and old.links:
                    # The first degree has not let go of a pupil whom the second has taken (GATE-15).
                    pupils.append(replace(old, entered=self._begins))
                    self._in_two_schools = True
                    break

    def _tell_twice(self, pupil: Pupil, adults: dict[int, Adult]) -> None:
        """A sibling's adult stands in the file under another key."""
        for position, link in enumerate(pupil.links):
            adult = adults.get(link.adult)
            if adult is not None and adult.first_name and link.legal != CONTACTS_LEGAL:
                home = adult.street, adult.postal_code, adult.town
                twin = self._maker.adult(adult.title, adult.last_name, adult.first_name, home)
                twin = replace(
                    twin, birth_name=adult.birth_name, mobile=adult.mobile, home_phone=adult.home_phone, email=""
                )
                adults[twin.key] = twin
                pupil.links = [*pupil.links[:position], replace(link, adult=twin.key), *pupil.links[position + 1 :]]
                self._doubles += 1
                return
