"""Punishments and sanctions."""
