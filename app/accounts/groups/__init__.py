"""Free groups on screens: mine, my school's, their members, how long they last (PORTAL-7, S3-4)."""
