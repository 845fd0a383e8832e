"""Hiding entries of the recipients' assistant from a profile (PORTAL-5)."""
