"""The campaign lets go of its maintenance where the steps are through and their checks are green (GATE-14)."""
