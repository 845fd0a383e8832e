"""What keeps a school closed: a run that has begun there and is not finished (GATE-14, G13)."""
