"""Contests of a class or school: a text, a period, one entry each, winners (PORTAL-1)."""
