"""One plain file a format: bytes in, rows and rejects out. ``xml_bytes`` is what every XML format needs before its parser."""
