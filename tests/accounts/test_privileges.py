"""Who may reset whom and grant what (ACCT-4): nobody hands on, or takes over, a verb that they lack."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app.accounts.people.privileges import Target, covers, grant_refusal, grantable, reset_refusal, revoke_refusal
from app.accounts.role_table import role_table
from app.profiles import PROJECT_ROLES, TABLE, Place, Profile, Role, Verb, Visitor

SCHOOL, OTHER = 1, 2
OPERATOR = Visitor(person_id=1, roles=frozenset({(Role.OPERATOR, None)}))
OWNER = Visitor(person_id=2, roles=frozenset({(Role.OWNER, None)}))
HEAD = Visitor(person_id=3, roles=frozenset({(Role.HEAD, SCHOOL)}))
ADMIN = Visitor(person_id=4, roles=frozenset({(Role.SCHOOL_ADMIN, SCHOOL)}))
TEACHER = Visitor(person_id=5, places=(Place(school_id=SCHOOL, profile=Profile.TEACHER),))


def target(*here: Profile, roles: frozenset[tuple[Role, int | None]] = frozenset(), **more: object) -> Target:
    facts = {"everywhere": frozenset(here), "person_id": 50, **more}
    return Target(here=frozenset(here), roles=roles, **facts)  # type: ignore[arg-type]


PUPIL, GUARDIAN, STAFF = target(Profile.STUDENT), target(Profile.GUARDIAN), target(Profile.STAFF)
TAUGHT = target(Profile.STUDENT, taught=True)


def test_teachers_reset_their_own_pupils_only() -> None:
    assert reset_refusal(TEACHER, TAUGHT, SCHOOL) is None
    for other in (PUPIL, GUARDIAN, STAFF, target(Profile.TEACHER)):
        assert reset_refusal(TEACHER, other, SCHOOL) is not None
    assert reset_refusal(TEACHER, TAUGHT, OTHER) is not None


def test_administrators_and_heads_reset_pupils_and_staff_of_their_school() -> None:
    for actor in (HEAD, ADMIN):
        for one in (PUPIL, STAFF, target(Profile.TEACHER)):
            assert reset_refusal(actor, one, SCHOOL) is None
            assert reset_refusal(actor, one, OTHER) is not None
        assert reset_refusal(actor, GUARDIAN, SCHOOL) is not None


def test_a_school_gives_codes_to_the_guests_it_made() -> None:
    """PORTAL-8: somebody who is a guest and nothing else."""
    for actor in (HEAD, ADMIN):
        assert reset_refusal(actor, target(Profile.GUEST), SCHOOL) is None
        assert reset_refusal(actor, target(Profile.GUEST), OTHER) is not None
        mixed = target(Profile.GUEST, everywhere=frozenset({Profile.GUEST, Profile.GUARDIAN}))
        assert reset_refusal(actor, mixed, SCHOOL) is not None


def test_operators_reset_anybody_but_themselves() -> None:
    for one in (PUPIL, GUARDIAN, STAFF, target(roles=frozenset({(Role.OPERATOR, None)}))):
        assert reset_refusal(OPERATOR, one, SCHOOL) is None
    assert reset_refusal(OPERATOR, target(Profile.STAFF, person_id=1), SCHOOL) is not None


def test_nobody_takes_over_a_role_that_they_lack() -> None:
    """Who gets a code could come in with it."""
    for roles in ({(Role.OPERATOR, None)}, {(Role.OWNER, None)}, {(Role.HEAD, OTHER)}):
        one = target(Profile.STAFF, roles=frozenset(roles))
        assert reset_refusal(ADMIN, one, SCHOOL) is not None
    assert reset_refusal(ADMIN, target(Profile.STAFF, roles=frozenset({(Role.HEAD, SCHOOL)})), SCHOOL) is not None
    assert reset_refusal(HEAD, target(Profile.STAFF, roles=frozenset({(Role.SCHOOL_ADMIN, SCHOOL)})), SCHOOL) is None
    assert reset_refusal(OWNER, target(Profile.STAFF, roles=frozenset({(Role.OPERATOR, None)})), SCHOOL) is not None


def test_who_is_known_elsewhere_or_has_no_account_is_not_reset() -> None:
    elsewhere = target(Profile.STUDENT, portal_door=False, providers=("EduConnect",))
    assert "EduConnect" in str(reset_refusal(OPERATOR, elsewhere, SCHOOL))
    assert reset_refusal(OPERATOR, target(has_account=False), SCHOOL) is not None


def test_a_pupil_who_is_also_something_else_is_not_a_teachers_to_reset() -> None:
    grown = target(Profile.STUDENT, taught=True, everywhere=frozenset({Profile.STUDENT, Profile.STAFF}))
    assert reset_refusal(TEACHER, grown, SCHOOL) is not None


def test_who_may_grant_what() -> None:
    assert set(grantable(OPERATOR, None)) == PROJECT_ROLES
    assert grantable(OWNER, None) == grantable(HEAD, None) == grantable(TEACHER, None) == ()
    for actor in (OPERATOR, OWNER, HEAD):
        assert set(grantable(actor, SCHOOL)) == {Role.SCHOOL_ADMIN, Role.HEAD}
    assert set(grantable(ADMIN, SCHOOL)) == {Role.SCHOOL_ADMIN}, (
        "a head may cut links, an administrator may not (KIN-3)"
    )
    assert grantable(HEAD, OTHER) == grantable(TEACHER, SCHOOL) == ()


def test_nobody_gives_a_role_to_themselves_or_to_a_pupil() -> None:
    assert grant_refusal(HEAD, target(Profile.STAFF, person_id=3), Role.SCHOOL_ADMIN, SCHOOL) is not None
    assert grant_refusal(OPERATOR, target(Profile.STUDENT), Role.SCHOOL_ADMIN, SCHOOL) is not None
    assert grant_refusal(OPERATOR, target(Profile.STAFF, has_account=False), Role.HEAD, SCHOOL) is not None


def test_a_school_gives_its_roles_to_those_who_work_there() -> None:
    assert grant_refusal(HEAD, STAFF, Role.SCHOOL_ADMIN, SCHOOL) is None
    assert grant_refusal(HEAD, GUARDIAN, Role.SCHOOL_ADMIN, SCHOOL) is not None
    assert grant_refusal(HEAD, target(), Role.SCHOOL_ADMIN, SCHOOL) is not None
    assert grant_refusal(OPERATOR, target(), Role.SCHOOL_ADMIN, SCHOOL) is None


ROLES = st.frozensets(
    st.one_of(
        st.tuples(st.sampled_from(sorted(PROJECT_ROLES)), st.none()),
        st.tuples(st.sampled_from([Role.HEAD, Role.SCHOOL_ADMIN]), st.sampled_from([SCHOOL, OTHER])),
    ),
    max_size=3,
)


def verbs(visitor: Visitor) -> set[tuple[Verb, int | None]]:
    return {(verb, school) for verb, school in product(Verb, (None, SCHOOL, OTHER)) if visitor.may(verb, school)}


@given(actor=ROLES, theirs=ROLES, role=st.sampled_from(list(Role)), school=st.sampled_from([None, SCHOOL, OTHER]))
def test_no_grant_and_no_reset_ever_escalates(
    actor: frozenset[tuple[Role, int | None]],
    theirs: frozenset[tuple[Role, int | None]],
    role: Role,
    school: int | None,
) -> None:
    by = Visitor(person_id=1, roles=actor)
    one = target(Profile.STAFF, roles=theirs)
    if grant_refusal(by, one, role, school) is None:
        assert verbs(Visitor(person_id=9, roles=frozenset({(role, school)}))) <= verbs(by)
        assert revoke_refusal(by, role, school) is None
    if reset_refusal(by, one, school) is None:
        assert verbs(Visitor(person_id=9, roles=theirs)) <= verbs(by)


def test_covering_is_holding_every_verb() -> None:
    assert covers(OPERATOR, Role.OPERATOR, None)
    assert not covers(OWNER, Role.OPERATOR, None)
    assert TABLE[Role.HEAD] <= TABLE[Role.OWNER]


def test_the_table_in_the_docs_is_the_one_of_the_code() -> None:
    docs = Path(__file__).resolve().parents[2] / "docs" / "roles.md"
    assert docs.read_text(encoding="utf-8") == role_table(), "print it again: flask --app wsgi accounts table"
