"""Spaces that people open themselves: personal, of a free group, partnerships between classes (PORTAL-3, PORTAL-7, DATA-6)."""
