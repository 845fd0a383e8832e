"""The classes and groups of a delivery, and who is in them."""
