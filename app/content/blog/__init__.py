"""The blog of a section: written, submitted, approved, published, commented (PORTAL-1, PORTAL-2)."""
