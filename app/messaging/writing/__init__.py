"""Writing a message: recipients, text, files, the count before it leaves (PORTAL-4, PORTAL-20)."""
