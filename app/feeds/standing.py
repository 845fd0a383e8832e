"""Who stands for a pupil, from the codes of a relation (KIN-1). Plain.

The meaning of 'legal = 2' depends on the nomenclature: with the old one (AAF-VE1301, link codes 1 to 7) it is the second legal
guardian, with the new one (link codes from 10) the person in charge. Link and legal codes changed together, so a relation that
still carries an old link code is read by the old table whatever the file's version says.
"""

from __future__ import annotations

LEGAL, IN_CHARGE, CONTACT = "legal", "in-charge", "contact"
#: Strongest first: one adult on two lines of a pupil keeps the strongest.
STANDINGS = (LEGAL, IN_CHARGE, CONTACT)
#: The last version known to write the old nomenclature everywhere.
LAST_OLD_VERSION = 1301


def standing_of(legal: str, link: str, version: int | None) -> str:
    """'legal', 'in-charge' or 'contact'.

    ``legal`` is the relation's own code, ``link`` its link code, ``version`` the number of AAF-VE (None where the file does not say).
    """
    if legal == "1":
        return LEGAL
    if legal == "2":
        old = (version is not None and version <= LAST_OLD_VERSION) or len(link) == 1
        return LEGAL if old else IN_CHARGE
    return CONTACT
