"""Who has left: found, warned, shut out and erased in time, or back again (LAW-1, LAW-3, ACCT-6, CAL-9, G17).

``directory.leaving`` holds who they are and the law's clock; ``rollover`` erases; ``actions`` what is done to whom; ``jobs`` the
scheduler's; ``letters`` the words.
"""
