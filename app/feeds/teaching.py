"""Who teaches, who heads, from what a feed says of a staff member. Plain.

Half of the people with a teaching function have no service yet in September, so being in front of pupils is not needed.
"""

from __future__ import annotations

from collections.abc import Collection

#: Functions of teachers and school librarians.
TEACHING = frozenset({"ENS", "DOC"})
#: The function that makes somebody a head (commands: role 'head' taken from the feed).
HEADING = "DIR"


def teaches(
    declared: str, before_pupils: str, functions: Collection[str], *, has_class: bool, specialities: bool
) -> bool:
    """Is that staff member a teacher?

    ``declared`` is the feed's own O or N ('' where it does not say) and decides alone; else presence before pupils (O), a
    teaching function, a class of their own, or (first degree) a teacher's specialities.
    """
    if declared in ("O", "N"):
        return declared == "O"
    return before_pupils == "O" or not TEACHING.isdisjoint(functions) or has_class or specialities
