"""The tables that no rollover touches, and why; the rest of the table of fates (DATA-1, G19) stands in ``fates``. Plain."""

from __future__ import annotations

from collections.abc import Mapping

from app.words import N_

#: How the tables begin in which a delivery waits to be applied (G14): no models, in no migration, no backup, no rollover.
STAGED = "staged_"

#: The portal's own tables: what no rollover touches, and why.
STANDING: Mapping[str, str] = {
    "project": N_("le projet lui-même"),
    "school_year": N_("les dates de chaque année"),
    "school": N_("les établissements"),
    **dict.fromkeys(("role_grant", "announcement_grant"), N_("les droits sur les services sont conservés (DATA-2)")),
    "hidden_entry": N_("qui voit qui est un réglage de l’établissement (PORTAL-5)"),
    **dict.fromkeys(("mef", "subject"), N_("nomenclature nationale")),
    "school_site": N_("le site public reste en ligne (SITE-1)"),
    "closing_window": N_("les fenêtres passées restent dans l’historique de l’établissement (GATE-5)"),
    "gate_rules": N_("les limites que le projet fixe (GATE-4)"),
    "school_days": N_("la rentrée propre à un établissement (GATE-17)"),
    "redirect_text": N_("les textes des pages de redirection (GATE-7)"),
    "practical_notice": N_("un avis cesse de lui-même à sa date (SITE-8)"),
    "reopening_wish": N_("l’adresse est effacée dès que le message est parti (SITE-7)"),
    "wish_count": N_("un nombre par heure, sans adresse (SITE-7)"),
    "outbox_message": N_("les envois ont leur propre durée de conservation"),
    "job_run": N_("ce que le planificateur a fait"),
    "throttle": N_("les essais de connexion s’effacent d’eux-mêmes"),
    "sessions_cut": N_("depuis quand les connexions d’un profil sont valables"),
    **dict.fromkeys(("audit_head", "audit_line"), N_("le journal survit à la bascule (G10)")),
    "guardian_merge": N_("deux fiches d’un même responsable restent rapprochées (KIN-4)"),
    "feed_alias": N_("deux identifiants d’une même personne restent rapprochés (KIN-4)"),
    **dict.fromkeys(("leaver_pause", "hand_verdict"), N_("ce que l’administration a décidé elle-même (S4-4, FEED-9)")),
    "feed_departure": N_("qui n’est plus alimenté garde sa date de départ (ACCT-6)"),
    "unplaced": N_("qui est encore alimenté, sans établissement, n’est pas parti (ACCT-6)"),
    "feed_arrival": N_("ce qui est arrivé dans le dossier de dépôt, pendant trois mois"),
    "feed_rhythm": N_("les jours où une livraison est attendue (S4-6)"),
    "feed_structure": N_("les structures que les flux annoncent (FEED-9)"),
    "school_declaration": N_("ce qui est déclaré d’un établissement qui change (FEED-7)"),
    "feed_decision": N_("ce qui a été décidé d’une livraison, avec elle (S4-3)"),
    "feed_refused_class": N_("les classes que l’établissement a refusées, par année (S4-3)"),
    "erasure": N_("des numéros sans nom, pour qu’une sauvegarde restaurée ne ramène pas ce qui est effacé"),
    "backup_made": N_("quand la dernière sauvegarde a été faite"),
    "blob": N_("les octets partent un jour après leur dernière référence"),
    **dict.fromkeys(("campaign", "campaign_school", "calendar_event"), N_("la campagne et son calendrier")),
    **dict.fromkeys(("event_window", "event_pause", "event_school", "feed_pause"), N_("ce que le calendrier a écrit")),
    "service_closure": N_("ce qui est fermé à part, jusqu’à sa réouverture (GATE-10)"),
    "stand_in": N_("une suppléance a ses propres dates (CHECK-4)"),
    "gate_hold": N_("quel passage retient la fermeture d’un établissement (GATE-14)"),
    **dict.fromkeys(("rollover_plan", "rollover_plan_line", "rollover_approval"), N_("ce qui a été approuvé (G1)")),
    **dict.fromkeys(("rollover_run", "rollover_part", "rollover_task"), N_("ce que les étapes ont fait (G20)")),
    "rollover_problem": N_("ce qui n’a pas pu être fait, et pourquoi (G15)"),
    "rollover_image": N_("ce qu’il faut pour annuler un passage (G8)"),
    "archive": N_("les archives ont leur propre durée de conservation (S2-9, LAW-2)"),
    "revision": N_("numéros de version des caches"),
}
