"""People as those see them who answer for them: their accounts, new codes, roles. A part of the room ``accounts``."""
