"""The folders of media libraries, and the trash of both folders and files (PORTAL-1)."""
