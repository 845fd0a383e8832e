"""The binder: a teacher's activities, and giving them to pupils (PORTAL-17, S2-4)."""
