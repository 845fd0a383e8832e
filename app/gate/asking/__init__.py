"""'Qui entre, quand ?' and the words of the redirect pages, on the screens. A part of the room ``gate``."""
