"""Free groups: made by hand, with a lifetime and managers (PORTAL-7, S3-3, S3-4)."""
