"""Minisite pages of primary classes: in order, published by the teacher, read by everybody where SITE-2 allows (PORTAL-1)."""
