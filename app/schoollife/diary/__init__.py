"""The class diary: lessons, homework and its states, the binder's activities given to pupils (PORTAL-17)."""
