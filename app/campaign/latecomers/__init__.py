"""What came into a school's trash only days before its purge: the administrators are told while they can restore it (S1-2)."""
