"""Targeted communication: news, announcements and messages to a population, with their own roles (PORTAL-10)."""
