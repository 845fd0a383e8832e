"""What every page shares and no room owns: who may, page or fragment, language, security headers, errors, filters.

Imports no room. ``allowed`` declares who may use a route; ``fragments`` answers a page or one of its blocks; ``say``
turns ``Words`` into the reader's language; ``language`` reads it from the path; ``security`` sets headers and refuses forged
requests; ``failures`` renders errors; ``pagecache`` serves public pages from memory, before Flask; ``theme`` computes accents.
"""
