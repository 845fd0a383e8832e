"""Who may give whom which role, and a new code (ACCT-4). Plain: facts in, None or the reason why not out.

One law holds for both: nobody hands on, or takes over, a verb that they lack.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.accounts.doors import Roles
from app.profiles import PROJECT_ROLES, TABLE, Profile, Role, Verb, Visitor
from app.words import N_, Words

STAFF = frozenset({Profile.TEACHER, Profile.STAFF})


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Somebody as far as these rules look at them.

    ``here`` are their profiles in the school in question, ``everywhere`` those of all schools; ``taught`` says that they are a
    pupil in a class of whoever asks; ``portal_door`` that the portal keeps a secret for one of their doors; ``providers`` the
    titles of those that vouch for them otherwise.
    """

    person_id: int
    here: frozenset[Profile]
    everywhere: frozenset[Profile]
    roles: Roles
    has_account: bool = True
    taught: bool = False
    portal_door: bool = True
    providers: tuple[str, ...] = ()


def covers(actor: Visitor, role: Role, school_id: int | None) -> bool:
    """Does ``actor`` hold every verb of ``role`` in that school, or in the project?"""
    return all(actor.may(verb, school_id) for verb in TABLE[role])


def grantable(actor: Visitor, school_id: int | None) -> tuple[Role, ...]:
    """The roles that ``actor`` may give in a school, or for the project where it is None."""
    verb = Verb.GRANT_PROJECT_ROLES if school_id is None else Verb.GRANT_SCHOOL_ROLES
    if not actor.may(verb, school_id):
        return ()
    return tuple(
        role for role in Role if (role in PROJECT_ROLES) == (school_id is None) and covers(actor, role, school_id)
    )


def grant_refusal(actor: Visitor, target: Target, role: Role, school_id: int | None) -> Words | None:
    """Why ``actor`` may not give ``role`` to ``target``; None if they may."""
    if role not in grantable(actor, school_id):
        return Words(
            N_("Vous ne pouvez pas donner ce rôle : il permet plus que le vôtre, ou il n’est pas de cet endroit.")
        )
    if target.person_id == actor.person_id:
        return Words(N_("Personne ne se donne un rôle : demandez à quelqu’un d’autre qui l’administre."))
    if not target.has_account:
        return Words(N_("Cette personne n’a pas de compte : elle ne pourrait pas exercer ce rôle."))
    if target.everywhere and target.everywhere <= {Profile.STUDENT}:
        return Words(N_("Un élève ne reçoit pas de rôle."))
    if school_id is not None and not actor.is_operator and not target.here - {Profile.STUDENT, Profile.GUARDIAN}:
        return Words(
            N_(
                "Cette personne ne travaille pas dans cet établissement ; un exploitant du projet peut lui donner ce rôle."
            )
        )
    return None


def revoke_refusal(actor: Visitor, role: Role, school_id: int | None) -> Words | None:
    """Why ``actor`` may not take ``role`` back; None if they may, from themselves too."""
    if role not in grantable(actor, school_id):
        return Words(
            N_("Vous ne pouvez pas retirer ce rôle : il permet plus que le vôtre, ou il n’est pas de cet endroit.")
        )
    return None


def reset_refusal(actor: Visitor, target: Target, school_id: int | None) -> Words | None:
    """Why ``actor`` may not give ``target``, met in that school, a new code (ACCT-4); None if they may.

    Teachers their pupils, administrators and heads pupils and staff of their school, operators anybody. Whoever gets a code
    for an account could come in with it, so its roles must all be within the actor's own.
    """
    if not target.has_account:
        return Words(N_("Cette personne n’a pas de compte : une personne à contacter n’en a pas."))
    if target.person_id == actor.person_id:
        return Words(N_("C’est votre propre compte : changez de mot de passe dans « Mon compte »."))
    if not target.portal_door:
        return Words(
            N_("Cette personne entre avec %(providers)s : le portail ne garde aucun mot de passe pour elle. %(who)s"),
            providers=", ".join(target.providers),
            who=Words(
                N_("Pour un élève, demandez aux personnes que le chef d’établissement a désignées.")
                if Profile.STUDENT in target.here
                else N_("Un nouveau mot de passe se demande là-bas, pas ici.")
            ),
        )
    if not all(covers(actor, role, school) for role, school in target.roles):
        return Words(
            N_("Ce compte porte un rôle que vous n’avez pas : un exploitant du projet peut lui donner un code.")
        )
    if actor.is_operator or _is_their_pupil(actor, target, school_id) or _is_their_staff(actor, target, school_id):
        return None
    if Profile.GUARDIAN in target.here:
        return Words(
            N_("Un responsable reçoit un nouveau code des exploitants du projet, à la demande du secrétariat.")
        )
    return Words(N_("Vous ne pouvez pas donner de code à cette personne : un exploitant du projet le peut."))


def _is_their_pupil(actor: Visitor, target: Target, school_id: int | None) -> bool:
    if target.everywhere != {Profile.STUDENT} or Profile.STUDENT not in target.here:
        return False
    return (target.taught and actor.has_profile(Profile.TEACHER, school_id)) or actor.may(
        Verb.RESET_STUDENTS, school_id
    )


def _is_their_staff(actor: Visitor, target: Target, school_id: int | None) -> bool:
    # A school's own guests count among its staff here, as long as they are nothing else anywhere (PORTAL-8).
    theirs = bool(target.here & STAFF) or (Profile.GUEST in target.here and target.everywhere == {Profile.GUEST})
    return theirs and actor.may(Verb.RESET_STAFF, school_id)
