"""Support workers' links that the rollover has ended, for whoever may make them again (PORTAL-9)."""
