"""The rows of a delivery in temporary tables of the transaction that applies it."""
