"""Who writes to whom: messages with their folders, the recipients' assistant, announcements.

Owns messages, copies, folders, announcements and the rules of who sees whom; ``ending`` is what a year's end takes and tells.
Imports audit, files, directory, gate, notifications, accounts and content.
"""
