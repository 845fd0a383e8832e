"""From populations to people: who gets a copy, for which pupil, and whether it waits (PORTAL-20, GATE-8, KIN-1 to KIN-3)."""
