"""A choice put right: what was taken goes back; what the late feed says (CLASS-5)."""
