"""The sections of a school and the page of one: tree, what is new, settings (PORTAL-1, PORTAL-3)."""
