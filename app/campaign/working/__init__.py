"""Doing a run: a part is leased, its tasks walk through their rows slice by slice, each slice in a transaction of its own (G5, G6)."""
