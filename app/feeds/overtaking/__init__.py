"""Imports that the rollover overtakes."""
