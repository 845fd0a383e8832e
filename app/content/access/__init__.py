"""Who may do what in which section (PORTAL-2). Every page of the room asks here first."""
