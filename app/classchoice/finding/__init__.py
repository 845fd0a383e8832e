"""Somebody who may stand in for a teacher, sought in the whole portal."""
