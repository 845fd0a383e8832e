"""Who is in no school of the project any more, and the law's clock for their data (LAW-1, CAL-9, ACCT-6)."""
