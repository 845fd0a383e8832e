"""What of a delivery's people cannot be taken as it is written, each with a reason that the school sees (S4-7)."""
