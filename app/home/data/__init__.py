"""'Mes données et la bascule': what is mine, what becomes of it, how to change that, and taking it along (DATA-3, DATA-4, LAW-4)."""
