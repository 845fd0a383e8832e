"""Support workers and tutors linked to a pupil, for as long as the link stands (PORTAL-9)."""
