"""Doors by profile (GATE-9), and what counts behind each (GATE-15)."""

from __future__ import annotations

from app.accounts.doors import Door, behind, doors_of, providers_of, refusal, ways_in
from app.profiles import Place, Profile, Role

STUDENT = Place(school_id=1, profile=Profile.STUDENT, level="6e", class_id=3)
GUARDIAN = Place(school_id=1, profile=Profile.GUARDIAN, level="6e", class_id=3)
TEACHER = Place(school_id=1, profile=Profile.TEACHER)
GUEST = Place(school_id=2, profile=Profile.GUEST)
HEAD = frozenset({(Role.HEAD, 1)})
OPERATOR = frozenset({(Role.OPERATOR, None)})


def entry(door: str, number: str = "one", portal_too: str = "0") -> dict[str, str]:
    return {
        "id": number,
        "door": door,
        "title": "EduConnect",
        "issuer": "https://provider.test/",
        "client_id": "c",
        "client_secret": "s",
        "claim": "sub",
        "portal_too": portal_too,
    }


def test_each_profile_has_its_door() -> None:
    for profile, door in (
        (Profile.STUDENT, Door.FAMILIES),
        (Profile.GUARDIAN, Door.FAMILIES),
        (Profile.TEACHER, Door.SCHOOL),
        (Profile.STAFF, Door.SCHOOL),
        (Profile.AUTHORITY, Door.AUTHORITY),
        (Profile.GUEST, Door.GUEST),
    ):
        assert doors_of([Place(school_id=1, profile=profile)], frozenset()) == (door,)


def test_somebody_with_two_profiles_has_two_doors_and_each_shows_its_own() -> None:
    places = (TEACHER, GUARDIAN)
    assert doors_of(places, frozenset()) == (Door.FAMILIES, Door.SCHOOL)
    assert behind(Door.FAMILIES, places, frozenset())[0] == (GUARDIAN,)
    assert behind(Door.SCHOOL, places, frozenset())[0] == (TEACHER,)


def test_a_role_is_exercised_at_work_and_never_as_a_parent() -> None:
    assert behind(Door.SCHOOL, (TEACHER, GUARDIAN), HEAD)[1] == HEAD
    assert behind(Door.FAMILIES, (TEACHER, GUARDIAN), HEAD)[1] == frozenset()


def test_a_role_alone_is_reached_by_the_guests_door() -> None:
    assert doors_of((), OPERATOR) == (Door.GUEST,)
    assert doors_of((GUARDIAN,), OPERATOR) == (Door.FAMILIES, Door.GUEST)


def test_a_role_is_no_way_around_the_windows_of_a_profile() -> None:
    """A teacher with a role who came in as a guest would have no place, and no window would concern them (GATE-2)."""
    assert doors_of((TEACHER,), HEAD) == (Door.SCHOOL,)
    assert doors_of((TEACHER, GUEST), HEAD) == (Door.SCHOOL, Door.GUEST)


def test_the_wrong_door_names_the_right_one() -> None:
    assert "Enseignants et personnels" in str(refusal(Door.FAMILIES, (TEACHER,), frozenset()))
    both = str(refusal(Door.AUTHORITY, (TEACHER, STUDENT), frozenset()))
    assert "Enseignants et personnels" in both
    assert "Élèves et responsables" in both
    assert "aucun établissement" in str(refusal(Door.FAMILIES, (), frozenset()))


def test_a_door_without_a_provider_is_the_portals() -> None:
    providers = providers_of([entry("families"), entry("school", "two", "1")])
    families, school, guest = (ways_in(door, providers) for door in (Door.FAMILIES, Door.SCHOOL, Door.GUEST))
    assert (len(families.providers), families.portal) == (1, False)
    assert (len(school.providers), school.portal) == (1, True)
    assert (len(guest.providers), guest.portal) == (0, True)
    assert families.providers[0].issuer == "https://provider.test"
