"""A school's own dates inside the windows of the project, on the screens. A part of the room ``gate``."""
