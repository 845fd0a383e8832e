"""The directory on screens: simple, advanced and technical search, and the card of somebody (PORTAL-6, KIN-2)."""
