"""Addresses of a school that has a new UAI, or has ended (FEED-7)."""
