"""What was erased for good, so that no restored backup brings it back. Beside the audit, and outside the database too.

``models`` the ledger; ``spans`` numbers written short (plain); ``actions`` a room tells what it erases; ``queries`` both
ledgers read together.
"""
