"""What the roles of a space may do, and who has one without being given any, as it stands in docs/spaces.md. Plain."""

from __future__ import annotations

from app.content.spaces import (
    SPACE_NAMES,
    SPACE_ROLE_NAMES,
    SPACE_TABLE,
    SPACE_VERB_NAMES,
    SpaceKind,
    SpaceRole,
    SpaceVerb,
)
from app.words import N_

#: Who has which role by what a space is; the sentences follow ``access.queries``, whose tests hold them to it.
BY_NATURE: dict[SpaceKind, tuple[tuple[str, SpaceRole], ...]] = {
    SpaceKind.PERSONAL: ((N_("son propriétaire, et personne d’autre"), SpaceRole.MANAGER),),
    SpaceKind.CLASS: (
        (N_("les enseignants de la classe"), SpaceRole.MANAGER),
        (N_("ses élèves"), SpaceRole.WRITER),
        (N_("leurs responsables"), SpaceRole.VISITOR),
        (N_("le chef d’établissement et les administrateurs"), SpaceRole.MANAGER),
    ),
    SpaceKind.GROUP: (
        (N_("les gestionnaires du groupe"), SpaceRole.MANAGER),
        (N_("ses membres"), SpaceRole.WRITER),
        (N_("le chef d’établissement et les administrateurs"), SpaceRole.MANAGER),
    ),
    SpaceKind.PARTNERSHIP: (
        (N_("les enseignants des classes associées"), SpaceRole.MANAGER),
        (N_("leurs élèves"), SpaceRole.WRITER),
        (N_("les responsables de ces élèves"), SpaceRole.VISITOR),
        (N_("le chef de l’établissement qui l’a fondé et ses administrateurs"), SpaceRole.MANAGER),
    ),
    SpaceKind.SCHOOL: (
        (N_("le chef d’établissement et les administrateurs"), SpaceRole.MANAGER),
        (N_("toute personne de l’établissement, si la rubrique est visible et n’est pas réservée"), SpaceRole.VISITOR),
    ),
    SpaceKind.TOWN: (
        (N_("les personnes de la collectivité"), SpaceRole.MANAGER),
        (N_("le chef d’établissement et les administrateurs"), SpaceRole.MANAGER),
        (N_("toute personne de l’établissement, si la rubrique est visible et n’est pas réservée"), SpaceRole.VISITOR),
    ),
}

_ADMINISTRATORS = (N_("le chef d’établissement et les administrateurs"), SpaceRole.MANAGER)
_MANAGERS = (N_("ceux qui la géraient"), SpaceRole.MANAGER)
#: Who has which role in a section that step 2 has archived (S2-2); every other access is withdrawn.
ARCHIVED_ROLES: dict[SpaceKind, tuple[tuple[str, SpaceRole], ...]] = {
    SpaceKind.CLASS: (
        _ADMINISTRATORS,
        (N_("les enseignants de l’établissement"), SpaceRole.VISITOR),
        (N_("ceux qui la géraient"), SpaceRole.VISITOR),
    ),
    **dict.fromkeys((SpaceKind.GROUP, SpaceKind.SCHOOL, SpaceKind.TOWN), (_ADMINISTRATORS, _MANAGERS)),
}


def as_markdown() -> str:
    """docs/spaces.md, whole."""
    roles = list(SpaceRole)
    lines = [
        "# Roles in a space",
        "",
        "Printed from `app/content/spaces.py` and `app/content/roles/table.py`; a test compares. Each role contains those to its left.",
        "The French words are those of the pages.",
        "",
        "| | " + " | ".join(f"{role} ({SPACE_ROLE_NAMES[role]})" for role in roles) + " |",
        "|---|" + "---|" * len(roles),
    ]
    for verb in SpaceVerb:
        marks = ("yes" if verb in SPACE_TABLE[role] else "" for role in roles)
        lines.append(f"| {verb}: {SPACE_VERB_NAMES[verb]} | " + " | ".join(marks) + " |")
    lines += [
        "",
        "## Roles that come with what a space is",
        "",
        "A role may also be given, to a person, a free group, a teaching group, a class, a profile or the whole school; the highest",
        "counts. Roles are given at the school's door: by teachers and staff who are managers there, by the head and administrators.",
        "A closed school and a class of year N+1 that may not be known yet give no role (GATE-8, GATE-15).",
        "",
        "| space | who | role |",
        "|---|---|---|",
    ]
    lines += [f"| {SPACE_NAMES[kind]} | {who} | {role} |" for kind, given in BY_NATURE.items() for who, role in given]
    lines += [
        "",
        "## Archived sections",
        "",
        "Step 2 moves class and temporary sections into the trash (S2-1) and changes their roles (S2-2). Nobody has a role by what an",
        "archived section is but those named here; whoever has one reads, and does nothing else until the section is restored.",
        "",
        "| section | who | role |",
        "|---|---|---|",
    ]
    lines += [
        f"| {SPACE_NAMES[kind]} | {who} | {role} |" for kind, given in ARCHIVED_ROLES.items() for who, role in given
    ]
    return "\n".join(lines) + "\n"
