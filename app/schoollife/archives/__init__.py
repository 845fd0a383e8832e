"""Archives of what a class has done and of what a pupil has received, as pages that open from disk (S2-3, S2-4, LAW-2).

``rollover`` says of what an archive is made and writes it, ``loaders`` reads, ``offline``, ``diary_pages`` and ``pupil_pages`` spell
the pages (plain), ``units`` names what an archive is of (plain).
"""
