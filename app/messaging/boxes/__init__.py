"""The boxes of one's own messages: received, filed, archived, thrown away, sent, drafts (PORTAL-4)."""
