"""What is fed, and can be stopped on its own (CAL-3, GATE-16). Plain."""

from __future__ import annotations

from app.words import N_

#: The portal's own directory.
PORTAL = "portal"
TARGETS: dict[str, str] = {
    PORTAL: N_("l’annuaire du portail"),
    "servers": N_("les serveurs pédagogiques (Scribe, KoXo)"),
    "gar": N_("le GAR et le médiacentre"),
    "library": N_("le logiciel documentaire"),
    "timetable": N_("les emplois du temps"),
}
