"""What somebody typed into a form that came after the closing: kept seven days, given back. A part of the room ``gate``."""
