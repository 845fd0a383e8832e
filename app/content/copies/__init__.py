"""Copies of media: as a ZIP, or in one's personal space (DATA-4); the room of a section (PORTAL-14)."""
