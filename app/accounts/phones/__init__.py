"""Numbers that guardians change themselves, and the list of those that the office has not taken over (PORTAL-6)."""
