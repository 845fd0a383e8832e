"""The hall of administration: dashboard, menu, school chooser, journal. Each room keeps its own screens.

``hall`` the table of administration pages, by verb (plain); ``needs`` what waits for somebody (plain; rooms to the right
contribute through ``needs.contributions``); ``queries`` what the hall shows; ``views`` its pages. Imports every room to its left.
"""
