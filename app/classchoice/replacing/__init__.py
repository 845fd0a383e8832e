"""Who stands in for a teacher, with dates (CLASS-8)."""
