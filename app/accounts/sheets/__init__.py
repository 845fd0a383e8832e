"""Credentials sheets: a slip for each pupil or guardian of a class, with a one-time code that is shown once (ACCT-3, KIN-2)."""
