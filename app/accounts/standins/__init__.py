"""Stand-ins of a school's head and administrators on a page, and the schools that have nobody (CHECK-4)."""
