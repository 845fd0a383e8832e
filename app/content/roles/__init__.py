"""Who holds which role in a section, given by hand or by what the section is (PORTAL-2)."""
