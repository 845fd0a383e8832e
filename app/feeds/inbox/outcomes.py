"""What became of what lay in the drop folder, in words. Plain."""

from __future__ import annotations

from app.words import N_

#: State -> (how it is drawn, its word).
STATES: dict[str, tuple[str, str]] = {
    "seen": ("waiting", N_("Vue, attend d’être entière")),
    "taking": ("running", N_("En cours de réception")),
    "receiving": ("running", N_("En cours de réception")),
    "received": ("done", N_("Reçue et appliquée")),
    "stopped": ("waiting", N_("Simulée, attend une décision")),
    "kept": ("waiting", N_("Gardée, imports arrêtés")),
    "refused": ("failed", N_("Refusée")),
    "failed": ("failed", N_("Réception interrompue")),
}
