"""What arrives, read and checked, and the spool in which its rows wait. Its one module does the reading."""
