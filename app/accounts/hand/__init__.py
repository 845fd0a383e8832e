"""Accounts made by hand: guests and administrators only, with a lifetime (PORTAL-8, ACCT-5)."""
