"""Blogs as PDF: whole, by category, or all that somebody has written (DATA-4)."""
