"""The windows of the project on the screens: limits, authorisation, first days, maintenance. A part of the room ``gate``."""
