"""Families wait where the new classes have not arrived: their window does not end by itself there (CAL-11)."""
