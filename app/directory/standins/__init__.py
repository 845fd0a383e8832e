"""Who stands in for a school's head or administrator, with dates, so that no step waits on one person (CHECK-4)."""
