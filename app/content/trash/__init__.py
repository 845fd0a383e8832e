"""What was thrown away, and how it comes back (PORTAL-1, S1-2)."""
