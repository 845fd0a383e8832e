"""Erasing for good what runs have set aside, after its retention (G7)."""
