"""A backup of everything while the portal runs, and its restoration.

``manifest`` what a backup holds and how its rows are spelled, whatever the database (plain); ``problems`` why one is refused
(plain); ``queries`` the snapshot of the tables, and reading a backup back; ``actions`` making one, settling a restored database;
``loaders`` filling a fresh database, the old one standing aside until all is done; ``commands`` backup, restore.
"""
