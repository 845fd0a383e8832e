"""Marks, skills, report cards, end-of-cycle reviews, class councils."""
