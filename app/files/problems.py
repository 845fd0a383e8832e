"""Why a file is not taken. Nothing of it is kept. Plain."""

from __future__ import annotations

from app.errors import Refused
from app.words import N_


class FileRefused(Refused):
    """An upload that is not taken (guarantees, Security)."""

    status = 422


class TooLarge(FileRefused):
    message = N_("« %(name)s » pèse plus de %(most)s : c’est trop pour un fichier ici.")
    advice = N_("Réduisez-le (une photo plus petite, un PDF compressé), ou partagez-en une partie.")


class WrongKind(FileRefused):
    message = N_("« %(name)s » n’est pas d’un type accepté, ou son contenu ne correspond pas à son nom.")
    advice = N_(
        "Sont acceptés les images, les PDF, les documents bureautiques, les textes, les sons, les vidéos et les archives ZIP."
    )


class BadName(FileRefused):
    message = N_("Le nom de ce fichier ne convient pas.")
    advice = N_("Renommez-le avec des lettres, des chiffres et une extension, puis recommencez.")


class Bomb(FileRefused):
    message = N_("« %(name)s » se déplierait en bien plus de données qu’il n’en montre : il est refusé.")
    advice = N_("Préparez une archive ordinaire, avec moins de fichiers ou des fichiers plus petits.")


class Empty(FileRefused):
    message = N_("« %(name)s » est vide.")
    advice = N_("Choisissez le fichier de nouveau ; il n’a peut-être pas été enregistré.")


class QuotaReached(FileRefused):
    message = N_("Il reste %(left)s dans cet espace et ce que vous ajoutez pèse %(size)s.")
    advice = N_("Supprimez des fichiers et videz la corbeille, ou demandez plus de place au gestionnaire.")


class Damaged(Refused):
    """An archive that is no longer what was made (G9)."""

    exit_code = 1
    message = N_("Cette archive est abîmée : « %(part)s » n’est plus ce qui a été archivé.")
    advice = N_(
        "Ne supprimez rien de ce qu’elle devait garder : faites-la de nouveau, ou reprenez-en une copie intacte."
    )


class NoArchive(Refused):
    """There is nothing to read at the path given."""

    message = N_("« %(path)s » ne se lit pas : il n’y a là aucun fichier que le portail puisse ouvrir.")
    advice = N_("Donnez le chemin d’une archive ZIP faite par le portail.")
