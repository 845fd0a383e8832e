"""Setting the portal up: ``commands`` setup, ``actions`` project, years and first operator. Imports rooms to its left."""
