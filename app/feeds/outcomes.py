"""What became of a delivery, in words. Plain."""

from __future__ import annotations

from app.words import N_

#: State -> (how it is drawn, its word).
STATES: dict[str, tuple[str, str]] = {
    "applied": ("done", N_("Appliqué")),
    "staging": ("running", N_("En lecture")),
    "planned": ("info", N_("Simulé")),
    "applying": ("running", N_("En cours d’application")),
    "withdrawn": ("info", N_("Retiré")),
    "refused": ("failed", N_("Refusé")),
    "kept": ("waiting", N_("Gardé, imports arrêtés")),
}
#: A report's counts in words, in the order of the contract: what the delivery holds, then what became of the people.
HELD: dict[str, str] = {
    "schools": N_("Établissements"),
    "classes": N_("Classes"),
    "groups": N_("Groupes"),
    "students": N_("Élèves"),
    "guardians": N_("Responsables"),
    "contacts": N_("Personnes à contacter, sans compte"),
    "unreferenced": N_("Adultes qu’aucun élève ne cite"),
    "teachers": N_("Enseignants"),
    "staff": N_("Autres personnels"),
}
BECAME: dict[str, str] = {
    "created": N_("Nouvelles personnes"),
    "changed": N_("Fiches modifiées"),
    "unchanged": N_("Inchangées"),
    "moved": N_("Ont changé d’établissement"),
    "left": N_("Ne sont plus dans la livraison"),
    "reappeared": N_("De retour"),
}
