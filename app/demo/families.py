"""Families of a fictional academy, made one after another from a seed, and their children's places in classes. Plain."""

from __future__ import annotations

from collections import Counter
from random import Random

from app.demo.names import BOYS, GIRLS, MEN, STREETS, SURNAMES, TOWNS, WOMEN
from app.demo.people import (
    ASCENDANT,
    CONTACTS_LEGAL,
    FAMILY,
    FATHER,
    FOSTER,
    MOTHER,
    ONESELF,
    WELFARE,
    Adult,
    Family,
    Link,
    Pupil,
    pick,
)
from app.demo.schools import CLASS_SIZE, ClassPlan, SchoolPlan, Training

#: How a family is made up, and how often in a hundred.
_SHAPES = (
    ("couple", 60), ("separated", 19), ("alone", 12), ("blended", 5), ("foster", 1), ("welfare", 1), ("nobody", 1), ("two-mothers", 1),
)  # fmt: skip
_INE = "ABCDEFGHJK"

#: A class's free place: school, class, training.
Place = tuple[SchoolPlan, ClassPlan, Training]


class FamilyMaker:
    """Makes families one after another and seats their children in the classes of a sector."""

    def __init__(self, seed: int, begins: int, *, first_key: int = 0) -> None:
        """``begins`` is the civil year in which the school year begins: ages are reckoned from it."""
        self._rng = Random(f"{seed}:families")
        self._begins = begins
        self._pupils, self._adults = 1_000_000 + first_key, 2_000_000 + first_key
        self._places: dict[int, list[Place]] = {}
        self._order: list[int] = []
        self._schools: list[SchoolPlan] = []
        self._seated: Counter[tuple[str, str]] = Counter()
        self._shapes = [shape for shape, often in _SHAPES for _ in range(often)]

    # Classes -----------------------------------------------------------------------------------------------------------

    def open_sector(self, schools: list[SchoolPlan]) -> None:
        """Seat children from now on in these schools."""
        self._schools = schools
        self._seated.clear()
        self._places, self._order = {}, []
        self._add_places(first=True)

    def _add_places(self, *, first: bool) -> None:
        """Free places in every class; one of each class comes before all others, so that none stays empty."""
        by_age: dict[int, list[Place]] = {}
        one_each: dict[int, list[Place]] = {}
        for plan in self._schools:
            size = -(-plan.pupils // len(plan.classes)) if first else CLASS_SIZE[plan.kind] // 3
            for room in plan.classes:
                for seat in range(size):
                    training = room.trainings[seat % len(room.trainings)]
                    target = one_each if seat < len(room.trainings) else by_age
                    target.setdefault(training.age, []).append((plan, room, training))
        for age in sorted(one_each):
            rest = by_age.get(age, [])
            self._rng.shuffle(rest)
            self._places.setdefault(age, []).extend(rest + one_each[age])
            self._order += [age] * (len(rest) + len(one_each[age]))
        self._rng.shuffle(self._order)

    def _next_age(self) -> int:
        while True:
            while self._order:
                age = self._order.pop()
                if self._places.get(age):
                    return age
            self._add_places(first=False)

    def seat(self, age: int) -> Place | None:
        """A free place for a child of that age, if the sector has one left."""
        places = self._places.get(age)
        return places.pop() if places else None

    # People ------------------------------------------------------------------------------------------------------------

    def address(self) -> tuple[str, str, str]:
        """Street, postal code and town, in the sector's town mostly."""
        random = self._rng.random
        town, postal_code = (
            TOWNS[int(random() * len(TOWNS))]
            if random() < 0.3
            else (self._schools[0].town, self._schools[0].postal_code)
        )
        return f"{1 + int(random() * 90)} {STREETS[int(random() * len(STREETS))]}", postal_code, town

    def adult(
        self,
        title: str,
        last_name: str,
        first_name: str,
        address: tuple[str, str, str],
        *,
        birth_name: str = "",
    ) -> Adult:
        """An adult with phones of the ranges kept for fiction, and often an e-mail address."""
        self._adults += 1
        random = self._rng.random
        draw = int(random() * 10_000)
        mobile = f"06 39 98 {draw // 100:02d} {draw % 100:02d}" if random() < 0.93 else ""
        home = f"+33 3 53 01 {draw % 100:02d} {draw // 100:02d}" if random() < 0.3 else ""
        email = f"a{self._adults}@courriel.example" if random() < 0.7 else ""
        street, postal_code, town = address
        return Adult(
            self._adults,
            title,
            last_name,
            birth_name or last_name,
            first_name,
            mobile,
            home,
            "",
            email,
            street,
            postal_code,
            town,
        )

    def woman(self, last_name: str, address: tuple[str, str, str], birth_name: str = "") -> Adult:
        """A woman with a first name by chance; one in twenty without a title, as in real files."""
        return self.adult(self._title("Mme"), last_name, pick(self._rng, WOMEN), address, birth_name=birth_name)

    def man(self, last_name: str, address: tuple[str, str, str]) -> Adult:
        """A man with a first name by chance."""
        return self.adult(self._title("M."), last_name, pick(self._rng, MEN), address)

    def _title(self, title: str) -> str:
        return title if self._rng.random() < 0.95 else ""

    def pupil(
        self,
        place: Place,
        last_name: str,
        links: list[Link],
        address: tuple[str, str, str],
        first_name: str = "",
        title: str = "",
    ) -> Pupil:
        """A pupil in that place; one in twenty-five is a year late."""
        self._pupils += 1
        random = self._rng.random
        plan, room, training = place
        if not first_name:
            girl = random() < 0.49
            first_name, title = (pick(self._rng, GIRLS), "Mme") if girl else (pick(self._rng, BOYS), "M.")
        other = pick(self._rng, GIRLS if title == "Mme" else BOYS)
        born = self._begins - training.age - (1 if random() < 0.04 else 0)
        number = self._seated[plan.key, room.code]
        self._seated[plan.key, room.code] = number + 1
        groups = plan.groups_of.get(room.code)
        draw = int(random() * 336)
        street, postal_code, town = address
        return Pupil(
            self._pupils,
            f"{self._pupils + 90_000_000:09d}{_INE[self._pupils % 10]}{_INE[self._pupils // 10 % 10]}",
            last_name,
            first_name,
            other,
            title,
            f"{draw % 28 + 1:02d}/{draw // 28 + 1:02d}/{born}",
            plan,
            room,
            training,
            groups[number % 3] if groups is not None and number % 3 < 2 else "",
            street,
            postal_code,
            town,
            links,
            self._begins,
        )

    # Families ----------------------------------------------------------------------------------------------------------

    def family(self, budget: int) -> Family:
        """The next family, of at most ``budget`` people; the last one may be a pupil of age who stands for himself."""
        if budget < 4:
            return self._small(budget)
        random = self._rng.random
        ages = [self._next_age()]
        if budget >= 8 and random() < 0.42:
            ages.append(ages[0] + (-1 if random() < 0.5 else 1) * int(random() * 5))
            if random() < 0.25:
                ages.append(ages[0] + (2 if ages[1] < ages[0] else -2))
        places = [place for age in ages if (place := self.seat(age)) is not None]
        if ages[0] == 17 and random() < 0.1:
            return self._of_age(places[0])
        family = self.family_of(places)
        if random() < 0.08 and budget > family.size:
            self._add_grandparent(family)
        if random() < 0.01:
            # Real files hold adults whom no pupil names any more.
            family.strays.append(self.man(pick(self._rng, SURNAMES), self.address()))
        return family

    def family_of(self, places: list[Place]) -> Family:
        """A family whose children sit in these places, of one of the shapes that families have."""
        shape = self._shapes[int(self._rng.random() * len(self._shapes))]
        family: Family = getattr(self, "_" + shape.replace("-", "_"))(places)
        return family

    def _small(self, budget: int) -> Family:
        place = self.seat(self._next_age())
        while place is None:
            place = self.seat(self._next_age())
        family = self._alone([place]) if budget >= 2 else self._nobody([place])
        if budget == 3:
            self._add_grandparent(family)
            if len(family.adults) == 1:  # in the first degree no contact is told: an aunt takes part in the charge
                aunt = self.woman(pick(self._rng, SURNAMES), self.address())
                family.adults.append(aunt)
                family.pupils[0].links.append(Link(aunt.key, FAMILY, "1"))
        return family

    def _couple(self, places: list[Place]) -> Family:
        home, father_name, mother_name = self.address(), pick(self._rng, SURNAMES), pick(self._rng, SURNAMES)
        random = self._rng.random
        married = random() < 0.55
        mother = self.woman(father_name if married else mother_name, home, mother_name)
        father = self.man(father_name, home)
        draw = random()
        name = father_name if draw < 0.8 else mother_name if draw < 0.9 else f"{father_name}-{mother_name}"
        children = [
            self.pupil(place, name, [Link(mother.key, MOTHER, "1", "1"), Link(father.key, FATHER, "1")], home)
            for place in places
        ]
        return Family([mother, father], children)

    def _separated(self, places: list[Place]) -> Family:
        """Two legal guardians who live apart; the children's address is the mother's, three times in four."""
        hers, his = self.address(), self.address()
        name = pick(self._rng, SURNAMES)
        mother, father = self.woman(pick(self._rng, SURNAMES), hers), self.man(name, his)
        home = hers if self._rng.random() < 0.75 else his
        links = (mother.key, MOTHER, "1", "1"), (father.key, FATHER, "1", "0")
        return Family(
            [mother, father], [self.pupil(place, name, [Link(*link) for link in links], home) for place in places]
        )

    def _alone(self, places: list[Place]) -> Family:
        home, name = self.address(), pick(self._rng, SURNAMES)
        woman = self._rng.random() < 0.8
        parent = self.woman(name, home) if woman else self.man(name, home)
        code = MOTHER if woman else FATHER
        return Family([parent], [self.pupil(place, name, [Link(parent.key, code, "1", "1")], home) for place in places])

    def _two_mothers(self, places: list[Place]) -> Family:
        home, name = self.address(), pick(self._rng, SURNAMES)
        one, other = self.woman(name, home), self.woman(pick(self._rng, SURNAMES), home)
        return Family(
            [one, other],
            [
                self.pupil(place, name, [Link(one.key, MOTHER, "1", "1"), Link(other.key, MOTHER, "1")], home)
                for place in places
            ],
        )

    def _blended(self, places: list[Place]) -> Family:
        """A mother, the father of the first child who lives elsewhere, and the father of the others."""
        home = self.address()
        mother = self.woman(pick(self._rng, SURNAMES), home)
        fathers = [self.man(pick(self._rng, SURNAMES), self.address()), self.man(pick(self._rng, SURNAMES), home)]
        if len(places) == 1:
            fathers.pop()
        children = []
        for index, place in enumerate(places):
            father = fathers[min(index, len(fathers) - 1)]
            links = [Link(mother.key, MOTHER, "1", "1"), Link(father.key, FATHER, "1")]
            children.append(self.pupil(place, father.last_name, links, home))
        return Family([mother, *fathers], children)

    def _foster(self, places: list[Place]) -> Family:
        """A foster carer is in charge; a parent stays a legal guardian."""
        home = self.address()
        carer = self.woman(pick(self._rng, SURNAMES), home)
        parent = self.woman(pick(self._rng, SURNAMES), self.address())
        links = (carer.key, FOSTER, "2", "1"), (parent.key, MOTHER, "1", "0")
        children = [self.pupil(place, parent.last_name, [Link(*link) for link in links], home) for place in places[:1]]
        return Family([carer, parent], children)

    def _welfare(self, places: list[Place]) -> Family:
        """A body is the legal guardian: no title, no first name."""
        home = self.address()
        body = self.adult("", "AIDE SOCIALE ENFANCE VALM", "", home)
        links = [Link(body.key, WELFARE, "1", "1")]
        return Family([body], [self.pupil(places[0], pick(self._rng, SURNAMES), links, home)])

    def _nobody(self, places: list[Place]) -> Family:
        """As in three of a hundred real entries: no adult at all."""
        return Family([], [self.pupil(places[0], pick(self._rng, SURNAMES), [], self.address())])

    def _of_age(self, place: Place) -> Family:
        pupil = self.pupil(place, pick(self._rng, SURNAMES), [], self.address())
        pupil.links.append(Link(pupil.key, ONESELF, "1", "1"))
        pupil.birth = pupil.birth[:6] + str(self._begins - 18)
        return Family([], [pupil])

    def _add_grandparent(self, family: Family) -> None:
        """Somebody to contact, who has no account (KIN-1); only the second degree tells of such people."""
        pupils = [pupil for pupil in family.pupils if pupil.school.degree == "2D"]
        if pupils:
            elder = self.woman(family.pupils[0].last_name, self.address())
            family.adults.append(elder)
            for pupil in pupils:
                pupil.links.append(Link(elder.key, ASCENDANT, CONTACTS_LEGAL))
