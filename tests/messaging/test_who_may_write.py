"""Who may address whom, case by case (PORTAL-4, PORTAL-5, KIN-2)."""

from __future__ import annotations

import pytest

from app.messaging.naming import answered_to, shown_to
from app.messaging.populations import HEADS, Recipient, RecipientKind
from app.messaging.who_may_write import Addressed, Hidden, Writer, may_address
from app.profiles import Profile

S, OTHER = 1, 2
STUDENT, GUARDIAN, TEACHER, STAFF = Profile.STUDENT, Profile.GUARDIAN, Profile.TEACHER, Profile.STAFF

PUPIL = Writer(person_id=10, standings=frozenset({(S, STUDENT)}), student_of=frozenset({61}), groups=frozenset({7}))
PARENT = Writer(
    person_id=20, standings=frozenset({(S, GUARDIAN)}), children_in=frozenset({61}), children=frozenset({10})
)
TEACHES = Writer(person_id=30, standings=frozenset({(S, TEACHER)}))
WORKS = Writer(person_id=40, standings=frozenset({(S, STAFF)}))
HEAD = Writer(person_id=50, standings=frozenset({(S, STAFF)}), leads=frozenset({S}))
TOWN = Writer(person_id=60, standings=frozenset({(S, Profile.AUTHORITY)}))
OWNER = Writer(person_id=70, project=True)
EVERYBODY = {
    "pupil": PUPIL,
    "parent": PARENT,
    "teacher": TEACHES,
    "staff": WORKS,
    "head": HEAD,
    "town": TOWN,
    "owner": OWNER,
}


def group(
    kind: RecipientKind, profile: Profile, number: int | None = None, code: str = "", school: int = S
) -> Recipient:
    return Recipient(kind=kind, school_id=school, number=number, code=code, profiles=frozenset({profile}))


def function(code: str, school: int | None = S) -> Recipient:
    return Recipient(kind=RecipientKind.FUNCTION, school_id=school, code=code)


CLASS, LEVEL, WHOLE = RecipientKind.CLASS, RecipientKind.LEVEL, RecipientKind.PROFILE
POPULATIONS: list[tuple[str, Recipient, set[str]]] = [
    ("pupils of their class", group(CLASS, STUDENT, 61), {"pupil", "teacher", "staff", "head"}),
    ("teachers of their class", group(CLASS, TEACHER, 61), {"pupil", "parent", "teacher", "staff", "head"}),
    ("guardians of their class", group(CLASS, GUARDIAN, 61), {"teacher", "staff", "head"}),
    ("pupils of another class", group(CLASS, STUDENT, 51), {"teacher", "staff", "head"}),
    ("teachers of another class", group(CLASS, TEACHER, 51), {"teacher", "staff", "head"}),
    ("a class of another school", group(CLASS, TEACHER, 99, school=OTHER), set()),
    ("guardians of a level", group(LEVEL, GUARDIAN, code="6e"), {"staff", "head"}),
    ("every guardian of the school", group(WHOLE, GUARDIAN), {"head"}),
    ("every teacher of the school", group(WHOLE, TEACHER), {"teacher", "staff", "head"}),
    ("a free group of the pupil's", group(RecipientKind.FREE_GROUP, STUDENT, 7), {"pupil", "head"}),
    ("heads of the school", function(HEADS), {"pupil", "parent", "teacher", "staff", "head", "town", "owner"}),
    ("heads of every school", function(HEADS, None), {"owner"}),
    ("school life", function("EDU"), {"pupil", "parent", "teacher", "staff", "head", "town"}),
    ("the bursar", function("GES"), {"parent", "teacher", "staff", "head", "town"}),
    ("a discipline", Recipient(kind=RecipientKind.SUBJECT, school_id=S, code="L1300"), {"teacher", "staff", "head"}),
]


@pytest.mark.parametrize(("to", "who"), [(to, who) for _name, to, who in POPULATIONS], ids=[p[0] for p in POPULATIONS])
def test_each_population_is_open_to_exactly_those_writers(to: Recipient, who: set[str]) -> None:
    assert {name for name, writer in EVERYBODY.items() if may_address(writer, to)} == who


PEOPLE: list[tuple[str, Addressed, Profile, set[str]]] = [
    (
        "a teacher of their class",
        Addressed(person_id=1, profiles=frozenset({TEACHER}), teaches=frozenset({61})),
        TEACHER,
        {"pupil", "parent", "teacher", "staff", "head", "town"},
    ),
    (
        "a teacher of other classes",
        Addressed(person_id=2, profiles=frozenset({TEACHER}), teaches=frozenset({51})),
        TEACHER,
        {"parent", "teacher", "staff", "head", "town"},
    ),
    (
        "a classmate",
        Addressed(person_id=3, profiles=frozenset({STUDENT}), learns_in=frozenset({61})),
        STUDENT,
        {"pupil", "teacher", "staff", "head"},
    ),
    (
        "a pupil of another class",
        Addressed(person_id=4, profiles=frozenset({STUDENT}), learns_in=frozenset({51})),
        STUDENT,
        {"teacher", "staff", "head"},
    ),
    (
        "another guardian",
        Addressed(person_id=5, profiles=frozenset({GUARDIAN})),
        GUARDIAN,
        {"teacher", "staff", "head"},
    ),
    (
        "the head",
        Addressed(person_id=6, profiles=frozenset({STAFF}), functions=frozenset({"DIR"}), head=True),
        STAFF,
        {"pupil", "parent", "teacher", "staff", "head", "town", "owner"},
    ),
]


@pytest.mark.parametrize(("them", "profile", "who"), [p[1:] for p in PEOPLE], ids=[p[0] for p in PEOPLE])
def test_each_person_can_be_written_to_by_exactly_those(them: Addressed, profile: Profile, who: set[str]) -> None:
    to = Recipient(kind=RecipientKind.PERSON, school_id=S, number=them.person_id, profiles=frozenset({profile}))
    assert {name for name, writer in EVERYBODY.items() if may_address(writer, to, them)} == who


def test_a_guardian_may_write_to_their_own_child_only() -> None:
    child = Addressed(person_id=10, profiles=frozenset({STUDENT}), learns_in=frozenset({61}))
    to = Recipient(kind=RecipientKind.PERSON, school_id=S, number=10, profiles=frozenset({STUDENT}))
    assert may_address(PARENT, to, child)
    assert not may_address(PARENT, to, None), "nobody is addressed whose facts are unknown"


def hiding(writer: Writer, **entry: object) -> Writer:
    hidden = Hidden(school_id=S, viewer=next(iter(writer.standings))[1], **entry)  # type: ignore[arg-type]
    return Writer(**{**{name: getattr(writer, name) for name in writer.__dataclass_fields__}, "hidden": (hidden,)})


def test_a_school_forbids_pupils_to_write_to_one_another_by_hiding_pupils_from_pupils() -> None:
    """PORTAL-5."""
    silent = hiding(PUPIL, profile=STUDENT)
    assert not may_address(silent, group(CLASS, STUDENT, 61))
    assert may_address(silent, group(CLASS, TEACHER, 61))


def test_what_is_hidden_from_a_profile_is_not_hidden_from_who_leads_the_school() -> None:
    """PORTAL-5."""
    assert not may_address(hiding(PARENT, function="EDU"), function("EDU"))
    assert not may_address(hiding(TEACHES, profile=TEACHER), group(WHOLE, TEACHER))
    assert may_address(hiding(HEAD, profile=GUARDIAN), group(WHOLE, GUARDIAN))


def test_former_teachers_can_be_hidden_before_their_accounts_end() -> None:
    """PORTAL-4, CAL-9."""
    gone = Addressed(person_id=8, profiles=frozenset({TEACHER}), former=True)
    to = Recipient(kind=RecipientKind.PERSON, school_id=S, number=8, profiles=frozenset({TEACHER}))
    assert may_address(PARENT, to, gone)
    assert not may_address(hiding(PARENT, former=True), to, gone)


def test_a_family_sees_populations_and_staff_among_the_recipients_and_never_another_family() -> None:
    """KIN-2."""
    alice = Recipient(kind=RecipientKind.PERSON, school_id=S, number=20, profiles=frozenset({GUARDIAN}))
    bruno = Recipient(kind=RecipientKind.PERSON, school_id=S, number=21, profiles=frozenset({GUARDIAN}))
    nurse = Recipient(kind=RecipientKind.PERSON, school_id=S, number=40, profiles=frozenset({STAFF}))
    families = group(CLASS, GUARDIAN, 61)
    everything = [alice, bruno, nurse, families]
    assert shown_to(everything, family=True, reader_id=20) == [alice, nurse, families]
    assert shown_to(everything, family=False, reader_id=30) == everything
    assert answered_to(everything, family=True, reader_id=20) == [nurse]


def test_a_recipient_survives_its_token_and_its_json() -> None:
    one = Recipient(
        kind=CLASS, school_id=3, number=12, code="6ème A: bilangue", year=2025, profiles=frozenset({GUARDIAN, STUDENT})
    )
    assert Recipient.from_token(one.token) == one
    assert Recipient.read(one.spelled()) == one
    for broken in ("", "class", "class:x:::guardian:", "everybody:::::", "class:1:2:3:nobody:"):
        with pytest.raises(ValueError, match=r"unpack|valid"):
            Recipient.from_token(broken)
