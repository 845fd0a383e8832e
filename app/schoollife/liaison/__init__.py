"""The liaison notebook between school and home, and the agenda of classes and schools (PORTAL-17)."""
