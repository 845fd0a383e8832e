"""Whom a delivery speaks of: structures and people found among the known ones, before anything is written."""
