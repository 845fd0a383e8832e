"""Files, folders and archives: what was given, opened one by one within limits. Its one module does the opening."""
