"""What belongs to whoever is signed in: their home and their own account. A part of the room ``accounts``."""
