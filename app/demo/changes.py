"""A delta some days after the initialisation feed: who came, changed and left since, with only what changed (``formats/aaf`` 2). Plain.

It also puts right what the initialisation feed got wrong: pupils told with last year's class get their own, and services arrive
from STS.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.demo import aaf_entries as entries
from app.demo.families import FamilyMaker, Place
from app.demo.next_staff import follow
from app.demo.next_year import NextYear, by_chance
from app.demo.people import CONTACTS_LEGAL, FAMILY, Adult, Family, Link, Pupil, StaffMember
from app.demo.returning import LAST_LEVEL

#: Where the keys of those begin who come with the delta.
FIRST_KEY = 40_000_000
ADD, MODIFY, DELETE = "addRequest", "modifyRequest", "deleteRequest"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: on whom, and as it stands in the file."""

    degree: str
    category: str
    tag: str
    key: int
    entry: str


def operations(later: NextYear, *, every: int) -> Iterator[Operation]:
    """The operations of a delta that touches about one family in ``every``, and the services of one school in ``every`` / 20."""
    told = _Changes(later)
    for number, family in enumerate(later.families()):
        mended = [operation for pupil in family.pupils for operation in told.put_right(pupil)]
        yield from mended
        # Of one person a delta tells once.
        if not mended and number % every == every // 2 and family.pupils[0].key % 1_000_000 > 20:
            yield from told.of_family(number // every, family)
    chosen = {plan.key for number, plan in enumerate(later.schools) if number % max(1, every // 20) == 0}
    for member in later.staff():
        if member.home.degree == "2D":
            yield from told.of_staff(member, every, sts=member.home.key in chosen)


def _degrees(adult: Adult, family: Family) -> list[str]:
    """In whose files an adult stands."""
    named = {
        pupil.school.degree
        for pupil in family.pupils
        if any(
            link.adult == adult.key and (link.legal != CONTACTS_LEGAL or pupil.school.degree == "2D")
            for link in pupil.links
        )
    }
    return sorted(named)


def _adult(degree: str, adult: Adult, family: Family) -> str:
    return entries.adult_1d(adult, family) if degree == "1D" else entries.adult_2d(adult)


class _Changes:
    """What happens to families and staff between two deliveries."""

    def __init__(self, later: NextYear) -> None:
        self._later = later
        self._maker = FamilyMaker(later.seed + 5, later.begins, first_key=FIRST_KEY)
        self._wrong = {(one.school.key, one.room.code): one for one in later.returning if one.evidence == LAST_LEVEL}

    def put_right(self, pupil: Pupil) -> Iterator[Operation]:
        """The class of a pupil whom the complete delivery told with last year's."""
        if pupil.also:
            yield _modify(pupil, _classes(replace(pupil, also=())))
        elif (pupil.school.key, pupil.school_class.code) in self._wrong and pupil.entered < self._later.begins:
            plan, room, training = (found := self._places(pupil, pupil.training.age + 1))[pupil.key % len(found)]
            new = replace(
                pupil, school=plan, school_class=room, training=training, group="", entered=self._later.begins
            )
            yield _modify(new, [("ENTEleveMEF", [training.code]), *_classes(new), ("ENTEleveGroupes", [])])

    def _places(self, pupil: Pupil, age: int) -> list[Place]:
        """Where in the pupil's school that age is taught."""
        plan = next(plan for plan in self._later.schools if plan.key == pupil.school.key)
        return [(plan, room, training) for room in plan.classes for training in room.trainings if training.age == age]

    # Families ----------------------------------------------------------------------------------------------------------

    def of_family(self, turn: int, family: Family) -> Iterator[Operation]:
        """One of the things that happen to families, in turn."""
        happenings = (self._change_class, self._reach, self._leave, self._arrive, self._gain)
        told = list(happenings[turn % len(happenings)](family))
        yield from told or self._arrive(family)

    def _change_class(self, family: Family) -> Iterator[Operation]:
        pupil = family.pupils[0]
        others = [
            place
            for place in self._places(pupil, pupil.training.age)
            if place[1].code != pupil.school_class.code and place[2] is pupil.training
        ]
        if others and not pupil.also and pupil.entered == self._later.begins:
            plan, room, training = others[0]
            new = replace(pupil, school=plan, school_class=room, training=training, group="")
            yield _modify(new, [*_classes(new), *([("ENTEleveGroupes", [])] if plan.degree == "2D" else [])])

    def _reach(self, family: Family) -> Iterator[Operation]:
        """Another telephone and address; in the second degree the old telephone at home is said to be none."""
        for adult in family.adults[:1]:
            mobile, email = f"06 39 98 {adult.key % 90 + 10} {adult.key % 89 + 10}", f"n{adult.key}@courriel.example"
            for degree in _degrees(adult, family):
                if degree == "2D":
                    changes = [("mobile", [mobile]), ("mail", [email]), ("homePhone", [])]
                else:
                    changes = [("ENTPersRelEleveTelMobile", [mobile]), ("ENTPersonMail", [email])]
                entry = entries.modified("PersRelEleve", adult.key, changes)
                yield Operation(degree, "PersRelEleve", MODIFY, adult.key, entry)

    def _leave(self, family: Family) -> Iterator[Operation]:
        for pupil in family.pupils:
            yield Operation(pupil.school.degree, "Eleve", DELETE, pupil.key, entries.deleted("Eleve", pupil.key))
        for adult in family.adults:
            for degree in _degrees(adult, family):
                entry = entries.deleted("PersRelEleve", adult.key)
                yield Operation(degree, "PersRelEleve", DELETE, adult.key, entry)

    def _arrive(self, family: Family) -> Iterator[Operation]:
        """New neighbours: a child in the same class."""
        pupil = family.pupils[0]
        places = self._places(pupil, pupil.training.age)
        self._maker.open_sector([places[0][0]])
        comers = self._maker.family_of([places[pupil.key % len(places)]])
        for child in comers.pupils:
            one_d = child.school.degree == "1D"
            entry = entries.pupil_1d(child) if one_d else entries.pupil_2d(child)
            yield Operation(child.school.degree, "Eleve", ADD, child.key, entry)
        for adult in comers.adults:
            for degree in _degrees(adult, comers):
                yield Operation(degree, "PersRelEleve", ADD, adult.key, _adult(degree, adult, comers))

    def _gain(self, family: Family) -> Iterator[Operation]:
        """One more adult in charge of the first child."""
        pupil = family.pupils[0]
        comer = self._maker.woman(pupil.last_name, (pupil.street, pupil.postal_code, pupil.town))
        new = replace(pupil, links=[*pupil.links, Link(comer.key, FAMILY, "2")])
        degree = pupil.school.degree
        yield Operation(degree, "PersRelEleve", ADD, comer.key, _adult(degree, comer, Family([comer], [new])))
        if degree == "1D":
            authority = [f"{one.adult}${one.code}" for one in new.links if one.legal != CONTACTS_LEGAL]
            yield _modify(new, [("ENTEleveAutoriteParentale", authority)])
        else:
            relations = [
                f"{one.adult}${one.code}${one.pays}${one.legal}${'1' if one.legal == '0' else '0'}${one.pays}"
                for one in new.links
            ]
            yield _modify(new, [("ENTElevePersRelEleve", relations)])

    # Staff -------------------------------------------------------------------------------------------------------------

    def of_staff(self, member: StaffMember, every: int, *, sts: bool) -> Iterator[Operation]:
        """A service that arrives, or somebody who leaves and whoever follows them."""
        if by_chance(member.key, every * 2, 9) and member.teaches:
            yield Operation("2D", "PersEducNat", DELETE, member.key, entries.deleted("PersEducNat", member.key))
            comer = replace(member, classes=member.due or member.classes, due=None)
            follow(comer, self._later.seed + 5)
            yield Operation("2D", "PersEducNat", ADD, comer.key, entries.staff_2d(comer))
        elif sts and member.due:
            new = replace(member, classes=member.due, due=None)
            entry = entries.modified("PersEducNat", member.key, entries.taught_2d(new))
            yield Operation("2D", "PersEducNat", MODIFY, member.key, entry)


def _classes(pupil: Pupil) -> list[tuple[str, list[str]]]:
    """The attributes that tell a pupil's one class."""
    school, room = pupil.school.key, pupil.school_class
    if pupil.school.degree == "1D":
        return [("ENTPersonClasses", [f"{school}$$${room.number}${room.code}"])]
    entered = f"{school}$01/09/{pupil.entered}${room.code}"
    return [("ENTEleveClasses", [f"{school}${room.code}"]), ("ENTEleveDateEntreeClasses", [entered])]


def _modify(pupil: Pupil, changes: list[tuple[str, list[str]]]) -> Operation:
    entry = entries.modified("Eleve", pupil.key, changes)
    return Operation(pupil.school.degree, "Eleve", MODIFY, pupil.key, entry)
