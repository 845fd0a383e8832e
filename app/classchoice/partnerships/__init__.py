"""The departmental school's partnerships that a new class rejoins (DATA-6)."""
