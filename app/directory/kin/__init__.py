"""Who stands for a pupil, who follows them, and what changes in mid-year (KIN, ACCT-8, PORTAL-9)."""
