"""Blobs by content hash: written under a temporary name, synced, renamed, then referenced (G5). Imports audit.

``actions.store`` keeps bytes, ``queries.read`` gives them back, ``jobs.remove_unreferenced`` erases them a day after
their last reference. ``addresses`` names where they stand, in the data folder and on the web (plain).
"""
