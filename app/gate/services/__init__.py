"""Closing one service while the rest stays open: the class diary between two school years (GATE-10)."""
