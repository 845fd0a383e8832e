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

#: State of a school in a delivery -> (how it is drawn, its word).
LINE_STATES: dict[str, tuple[str, str]] = {
    "waiting": ("waiting", N_("À appliquer")),
    "applied": ("done", N_("Appliqué")),
    "stopped": ("failed", N_("Arrêté par une limite")),
    "failed": ("failed", N_("Échoué")),
}
#: A school's figures in words, in the order of ``figures.loaders.SCHOOL_COUNTS``.
COUNT_NAMES: dict[str, str] = {
    "pupils": N_("Élèves"),
    "created": N_("Nouveaux élèves"),
    "arrived": N_("Élèves connus, nouveaux ici"),
    "moved": N_("Élèves venus d’un autre établissement"),
    "reappeared": N_("Élèves de retour"),
    "changed": N_("Fiches d’élèves modifiées"),
    "unchanged": N_("Élèves inchangés"),
    "left": N_("Élèves qui ne sont plus dans la livraison"),
    "gone": N_("Élèves partis dans un autre établissement"),
    "without_class": N_("Élèves sans classe"),
    "classes": N_("Classes"),
    "classes_new": N_("Nouvelles classes"),
    "teachers_in": N_("Personnels qui arrivent"),
    "teachers_out": N_("Personnels qui partent"),
    "guardians_in": N_("Responsables qui arrivent"),
    "guardians_out": N_("Responsables qui partent"),
    "members_in": N_("Places dans les classes et groupes, à créer"),
    "members_out": N_("Places dans les classes et groupes, à retirer"),
    "rejected": N_("Fiches laissées de côté"),
}
