"""What a head does about a pupil's links, exit, death; the first name in use (KIN-3, ACCT-8)."""
