"""What somebody may address, by name, and the names of what was addressed (PORTAL-4, PORTAL-5, KIN-2)."""
