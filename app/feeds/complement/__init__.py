"""SIECLE's exports complete people whom the directory knows, and create nobody (``formats.siecle`` says what we decided)."""
