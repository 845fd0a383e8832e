"""How much a school's sections and people may keep, for its administrators (PORTAL-14)."""
