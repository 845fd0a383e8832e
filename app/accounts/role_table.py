"""The role x verb table as it stands in docs/roles.md. Plain; ``flask accounts table`` prints it."""

from __future__ import annotations

from app.profiles import PROJECT_ROLES, ROLE_NAMES, TABLE, VERB_NAMES, Role, Verb

_HEAD = """\
# What each role may do

Printed from `app/profiles.py` by `flask --app wsgi accounts table`; a test compares. A role is granted beside a profile: those of
the project hold their verbs in every school, the others in one school. Nobody grants a role that holds a verb they lack.
"""


def role_table() -> str:
    """The table in Markdown, a line a verb, a column a role."""
    lines = [_HEAD, "| verb | | " + " | ".join(f"`{role}`" for role in Role) + " |"]
    lines.append("|---|---|" + "---|" * len(Role))
    for verb in Verb:
        marks = " | ".join(_mark(role, verb) for role in Role)
        lines.append(f"| `{verb}` | {VERB_NAMES[verb]} | {marks} |")
    lines += ["", *(f"- `{role}`: {ROLE_NAMES[role]}" for role in Role), ""]
    return "\n".join(lines)


def _mark(role: Role, verb: Verb) -> str:
    if verb not in TABLE[role]:
        return ""
    return "project" if role in PROJECT_ROLES else "own school"
