"""What is mine: the page on which somebody arrives, bookmarks, preferences, personal agenda, questionnaires, and what becomes of my data.

Imports every room to its left. Parts: ``data`` ('Mes données et la bascule', the public help page), ``questionnaires``.
"""
