"""Setting the portal up, saving it and bringing it back. Imports rooms to its left.

``commands`` setup, people list; ``actions`` project, years and first operator. Parts: ``backup`` backup and restore, ``canonical`` the
export by which two moments of a portal are compared.
"""
