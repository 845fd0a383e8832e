"""Profiles, roles, and the one table that says what each role may do.

A profile is held per person and school; a role is granted beside it, for the project or for one school. The glossary
gives the French names; ``docs/roles.md`` is printed from ``TABLE``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from app.words import N_


class Profile(StrEnum):
    """Who somebody is in a school (GATE-2, GATE-9)."""

    STUDENT = "student"
    GUARDIAN = "guardian"
    TEACHER = "teacher"
    STAFF = "staff"
    AUTHORITY = "authority"
    GUEST = "guest"


PROFILE_NAMES: dict[Profile, str] = {
    Profile.STUDENT: N_("élève"),
    Profile.GUARDIAN: N_("responsable"),
    Profile.TEACHER: N_("enseignant"),
    Profile.STAFF: N_("personnel"),
    Profile.AUTHORITY: N_("collectivité"),
    Profile.GUEST: N_("invité"),
}
PROFILE_PLURALS: dict[Profile, str] = {
    Profile.STUDENT: N_("élèves"),
    Profile.GUARDIAN: N_("responsables"),
    Profile.TEACHER: N_("enseignants"),
    Profile.STAFF: N_("personnels"),
    Profile.AUTHORITY: N_("collectivité"),
    Profile.GUEST: N_("invités"),
}
FAMILIES = frozenset({Profile.STUDENT, Profile.GUARDIAN})


class Role(StrEnum):
    """What somebody is trusted with. Operator and owner are the project's; the others belong to one school."""

    OPERATOR = "operator"
    OWNER = "owner"
    SCHOOL_ADMIN = "school-admin"
    HEAD = "head"


ROLE_NAMES: dict[Role, str] = {
    Role.OPERATOR: N_("exploitant du projet"),
    Role.OWNER: N_("porteur du projet"),
    Role.SCHOOL_ADMIN: N_("administrateur de l’établissement"),
    Role.HEAD: N_("chef d’établissement ou directeur"),
}
PROJECT_ROLES = frozenset({Role.OPERATOR, Role.OWNER})


class Verb(StrEnum):
    """What can be done, as far as a role decides it. Every ``@allowed`` that is not a profile names one of these."""

    RUN_PROJECT = "run-project"
    SET_PROJECT_WINDOWS = "set-project-windows"
    SET_SCHOOL_WINDOWS = "set-school-windows"
    EXPLAIN_GATE = "explain-gate"
    GRANT_PROJECT_ROLES = "grant-project-roles"
    GRANT_SCHOOL_ROLES = "grant-school-roles"
    SEE_PEOPLE = "see-people"
    KEEP_PEOPLE = "keep-people"
    KEEP_KIN = "keep-kin"
    RESET_STAFF = "reset-staff"
    RESET_STUDENTS = "reset-students"
    EDIT_SITE = "edit-site"
    SEND_NOTICE = "send-notice"
    SET_MESSAGING = "set-messaging"
    SEE_MESSAGES = "see-messages"
    SET_SCHOOL_LIFE = "set-school-life"
    SEE_OUTBOX = "see-outbox"
    SEE_AUDIT = "see-audit"
    SEE_JOBS = "see-jobs"
    IMPORT_FEEDS = "import-feeds"
    SEE_CAMPAIGN = "see-campaign"
    RUN_CAMPAIGN = "run-campaign"
    SEE_ARCHIVES = "see-archives"
    TRACK_CAMPAIGN = "track-campaign"


VERB_NAMES: dict[Verb, str] = {
    Verb.RUN_PROJECT: N_("entrer pendant la maintenance et la commander"),
    Verb.SET_PROJECT_WINDOWS: N_("régler les fenêtres et les limites du projet"),
    Verb.SET_SCHOOL_WINDOWS: N_("adapter les fenêtres d’un établissement"),
    Verb.EXPLAIN_GATE: N_("demander qui entre, quand et pourquoi"),
    Verb.GRANT_PROJECT_ROLES: N_("donner ou retirer un rôle du projet"),
    Verb.GRANT_SCHOOL_ROLES: N_("donner ou retirer un rôle dans un établissement"),
    Verb.SEE_PEOPLE: N_("consulter l’annuaire d’un établissement"),
    Verb.KEEP_PEOPLE: N_("tenir l’annuaire : comptes à la main, groupes, prénom d’usage, numéros changés"),
    Verb.KEEP_KIN: N_("couper un lien de responsable, enregistrer un départ, fusionner deux fiches de responsable"),
    Verb.RESET_STAFF: N_("donner un nouveau code à un personnel"),
    Verb.RESET_STUDENTS: N_("donner un nouveau code à un élève"),
    Verb.EDIT_SITE: N_("tenir le site public de l’établissement"),
    Verb.SEND_NOTICE: N_("publier un avis pratique"),
    Verb.SET_MESSAGING: N_("régler qui voit qui, donner les rôles de la communication ciblée"),
    Verb.SEE_MESSAGES: N_("retirer un message à tout moment, voir qui l’a ouvert"),
    Verb.SET_SCHOOL_LIFE: N_("régler les périodes, les listes et les bulletins de la vie scolaire"),
    Verb.SEE_OUTBOX: N_("lire la boîte d’envoi"),
    Verb.SEE_AUDIT: N_("lire le journal"),
    Verb.SEE_JOBS: N_("voir les tâches planifiées"),
    Verb.IMPORT_FEEDS: N_("alimenter l’annuaire"),
    Verb.SEE_CAMPAIGN: N_("suivre la campagne : calendrier, plans, passages"),
    Verb.RUN_CAMPAIGN: N_("mener la campagne : dates, approbation, exécution, annulation"),
    Verb.SEE_ARCHIVES: N_("télécharger et vérifier les archives d’un établissement"),
    Verb.TRACK_CAMPAIGN: N_("lire le calendrier de la campagne dans un établissement et noter ce qui y est fait"),
}

_SCHOOL_VERBS = frozenset(
    {
        Verb.SET_SCHOOL_WINDOWS,
        Verb.EXPLAIN_GATE,
        Verb.GRANT_SCHOOL_ROLES,
        Verb.SEE_PEOPLE,
        Verb.KEEP_PEOPLE,
        Verb.RESET_STAFF,
        Verb.RESET_STUDENTS,
        Verb.EDIT_SITE,
        Verb.SEND_NOTICE,
        Verb.SET_MESSAGING,
        Verb.SET_SCHOOL_LIFE,
        Verb.SEE_ARCHIVES,
        Verb.TRACK_CAMPAIGN,
    }
)

# The table. Who holds a project's role holds its verbs in every school.
TABLE: dict[Role, frozenset[Verb]] = {
    Role.OPERATOR: frozenset(Verb),
    # The owner decides limits and authorisations but does not enter during maintenance (GATE-1) nor run imports.
    Role.OWNER: frozenset(Verb) - {Verb.RUN_PROJECT, Verb.IMPORT_FEEDS, Verb.GRANT_PROJECT_ROLES, Verb.RUN_CAMPAIGN},
    Role.SCHOOL_ADMIN: _SCHOOL_VERBS,
    # Administrators change no pupil's file (PORTAL-9); cutting a link is the head's or the deputy's, who gets the role (KIN-3).
    # What others write is seen, as far as it must be, by the head alone (PORTAL-21).
    Role.HEAD: _SCHOOL_VERBS | {Verb.KEEP_KIN, Verb.SEE_MESSAGES},
}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where somebody stands in a school: their own class, or for a guardian that of one of their children (GATE-13).

    ``level`` and ``class_id`` are None for people without a class.
    """

    school_id: int
    profile: Profile
    level: str | None = None
    class_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """The facts about whoever asks, as far as the gate and ``@allowed`` need them.

    ``places`` are those of the door used at sign-in only (GATE-15). ``roles`` maps each role to the schools it is held
    in, None standing for the whole project.
    """

    person_id: int | None = None
    places: tuple[Place, ...] = ()
    roles: frozenset[tuple[Role, int | None]] = field(default_factory=frozenset)

    @property
    def signed_in(self) -> bool:
        return self.person_id is not None

    @property
    def is_operator(self) -> bool:
        return (Role.OPERATOR, None) in self.roles

    def has_profile(self, profile: Profile, school_id: int | None = None) -> bool:
        """Does the visitor hold ``profile``, in ``school_id`` if one is named?"""
        return any(p.profile == profile and school_id in (None, p.school_id) for p in self.places)

    def may(self, verb: Verb, school_id: int | None = None) -> bool:
        """May the visitor do ``verb`` in ``school_id``? Without a school: for the whole project."""
        return any(verb in TABLE[role] and (school is None or school == school_id) for role, school in self.roles)

    def may_somewhere(self, verb: Verb) -> bool:
        """May the visitor do ``verb`` in at least one school, or for the project?"""
        return any(verb in TABLE[role] for role, _school in self.roles)

    def schools_for(self, verb: Verb) -> frozenset[int] | None:
        """The schools in which the visitor may do ``verb``; None means every school."""
        held = {school for role, school in self.roles if verb in TABLE[role]}
        return None if None in held else frozenset(s for s in held if s is not None)


NOBODY = Visitor()
