"""Copying what a teacher takes along, exactly once (CLASS-3)."""
