"""Map points of a section: places with a text, shown by a sketch and links to OpenStreetMap; no tile is loaded (PORTAL-1)."""
