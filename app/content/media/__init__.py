"""Media libraries and shared folders: files by content hash, quotas, previews, copies (PORTAL-1, PORTAL-14, DATA-4, DATA-5)."""
