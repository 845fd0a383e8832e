"""What stands in the place of the diary while it is closed on its own (GATE-10)."""
