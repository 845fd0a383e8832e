"""For which functions somebody can stand in, for how long, and what of it counts on a day (CHECK-4). Plain."""

from __future__ import annotations

from datetime import date, timedelta

from app.profiles import Role
from app.words import N_, Words

#: The functions that a school needs at each step.
FUNCTIONS: tuple[Role, ...] = (Role.HEAD, Role.SCHOOL_ADMIN)
FUNCTION_NAMES: dict[Role, str] = {
    Role.HEAD: N_("chef d’établissement ou directeur"),
    Role.SCHOOL_ADMIN: N_("administrateur de l’établissement"),
}
#: What a grant that a stand-in has given is known by.
SOURCE = "stand-in"
#: A year at most, the last day included: somebody looks at it again.
LONGEST = timedelta(days=366)


def refusal(from_day: date, last_day: date, today: date) -> Words | None:
    """Why somebody cannot stand in from one day to the other; None if they can."""
    if last_day < from_day:
        return Words(N_("La fin doit venir après le début."))
    if last_day < today:
        return Words(N_("Ces jours sont passés."))
    if last_day - from_day > LONGEST:
        return Words(N_("Une suppléance dure un an au plus ; elle peut être donnée de nouveau."))
    return None


def in_force(from_day: date, last_day: date, today: date) -> bool:
    """Does it count on ``today``? Both days are inclusive."""
    return from_day <= today <= last_day
