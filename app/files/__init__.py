"""Blobs by content hash: written under a temporary name, synced, renamed, then referenced (G5). Imports audit."""
