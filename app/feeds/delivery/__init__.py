"""What arrives: files, folders, archives, and the spool in which their rows wait. Its one module does the reading."""
