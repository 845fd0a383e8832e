"""Roll call and absences (PORTAL-18)."""
