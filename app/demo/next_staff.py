"""Who works in the schools a year later, and what the feed of late August says they teach. Plain.

Where several teach a subject they change classes. Whoever teaches it alone has no class yet: their service comes with the STS data of
September. A few still stand with last year's classes (S4-5). In the first degree nearly nobody is placed: teachers choose (CLASS-1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from random import Random

from app.demo.academy import Academy
from app.demo.names import MEN, SURNAMES, WOMEN
from app.demo.people import StaffMember, pick
from app.demo.returning import ONLY_TEACHERS, Returning
from app.demo.schools import ClassPlan, SchoolPlan

#: What is added to the key of a post's holder for whoever follows them.
FOLLOWER = 10_000_000
_FIRST_KEY = 3_000_000

Taught = tuple[SchoolPlan, ClassPlan, str]
#: A place of last year in the new year's classes.
Now = Callable[[Taught], Taught]


def later_staff(
    before: Academy, schools: Sequence[SchoolPlan], returning: Sequence[Returning]
) -> Iterator[StaffMember]:
    """The staff of ``before`` a year later, school by school; ``schools`` are those of the new year."""
    known = {
        _FIRST_KEY + 1 + number
        for number, post in enumerate(
            (plan.key, index) for plan in before.schools for index in range(len(before.posts[plan.key]))
        )
        if post in before.known_staff
    }
    plans = {plan.key: plan for plan in schools}
    rooms = {(one.school.key, one.room.code): one.instead for one in returning}
    ghosts = {(one.school.key, one.room.code) for one in returning if one.evidence == ONLY_TEACHERS}

    def now(taught: Taught) -> Taught:
        plan, room, subject = taught
        return plans[plan.key], rooms.get((plan.key, room.code), room), subject

    for _school, group in groupby(before.staff(), key=lambda member: member.home.key):
        yield from _of_school(list(group), known, ghosts, now, before.seed)


def _of_school(
    members: list[StaffMember], known: Collection[int], ghosts: Collection[tuple[str, str]], now: Now, seed: int
) -> Iterator[StaffMember]:
    teams: dict[str, list[StaffMember]] = defaultdict(list)
    for member in members:
        if member.classes:
            teams[member.classes[0][2]].append(member)
    # What each taught at home, before anybody changes.
    at_home = {member.key: [one for one in member.classes if one[0].key == member.home.key] for member in members}
    haunted = False
    for number, member in enumerate(members):
        names_a_ghost = any((plan.key, room.code) in ghosts for plan, room, _subject in member.classes)
        if member.home.kind == "primary":
            keeps = number % 5 == 3
        else:
            keeps = (member.key % 9 == 4 and member.key not in known) or (names_a_ghost and not haunted)
        if keeps and member.classes:
            haunted = haunted or names_a_ghost
            yield replace(member, due=[now(one) for one in member.classes])
            continue
        new = replace(member, classes=[], groups=[], head_of=[])
        team = teams[member.classes[0][2]] if member.classes else []
        if member.home.kind != "primary" and len(team) > 1:
            follows = team[(team.index(member) + 1) % len(team)]
            elsewhere = [one for one in member.classes if one[0].key != member.home.key]
            new.classes = [now(one) for one in (*at_home[follows.key], *elsewhere)]
            new.groups = follows.groups
            if member.head_of and at_home[follows.key]:
                new.head_of = [new.classes[0][:2]]
        elif member.home.kind != "primary" and member.classes:
            new.due = [now(one) for one in member.classes]
        if member.key not in known and member.key % 20 == 7:
            follow(new, seed)
        yield new


def follow(member: StaffMember, seed: int) -> None:
    """Somebody else holds the post now: another key, another name."""
    rng = Random(f"{seed}:follower:{member.key}")
    member.key += FOLLOWER
    woman = rng.random() < 0.66
    member.title, member.first_name = ("Mme", pick(rng, WOMEN)) if woman else ("M.", pick(rng, MEN))
    member.last_name, member.email = pick(rng, SURNAMES), f"p{member.key}@ac-valmont.example"
