"""Why a backup is not made or not restored. Plain."""

from __future__ import annotations

from app.errors import Refused
from app.words import N_


class NotABackup(Refused):
    message = N_("« %(path)s » ne contient pas de sauvegarde complète.")
    advice = N_(
        "Donnez le dossier qui contient « manifest.json » : il est écrit en dernier, quand la sauvegarde est entière."
    )


class FolderTaken(Refused):
    message = N_("Le dossier « %(path)s » contient autre chose qu’une sauvegarde.")
    advice = N_(
        "Donnez un dossier vide, nouveau, ou celui d’une sauvegarde à rafraîchir ; jamais le dossier de données."
    )


class BackupRunning(Refused):
    message = N_("Une autre sauvegarde s’écrit déjà dans « %(path)s ».")
    advice = N_("Attendez sa fin, ou donnez un autre dossier.")


class Damaged(Refused):
    message = N_("La sauvegarde est abîmée : « %(member)s » n’est plus ce qui a été écrit. Rien n’a été touché.")
    advice = N_("Reprenez une autre copie de cette sauvegarde, ou une sauvegarde plus ancienne.")


class NewerSchema(Refused):
    message = N_("Cette sauvegarde vient d’une version plus récente du portail (schéma %(revision)s).")
    advice = N_("Installez d’abord cette version ou une plus récente.")


class NotEmpty(Refused):
    message = N_("La base n’est pas vide : elle contient déjà un portail.")
    advice = N_("Pour la remplacer par la sauvegarde, arrêtez le portail et ajoutez --replace.")


class InUse(Refused):
    message = N_("Quelqu’un travaille encore dans la base. Rien n’a été touché.")
    advice = N_("Arrêtez les processus du portail, puis recommencez.")


class WrongCount(Refused):
    message = N_(
        "« %(table)s » devait recevoir %(wanted)s lignes et en a %(found)s. L’ancienne base est de nouveau en place."
    )
    advice = N_("Recommencez ; si cela se répète, la sauvegarde ne convient pas à cette version du portail.")


class CannotWrite(Refused):
    message = N_(
        "La sauvegarde n’a pas pu être écrite dans « %(path)s » (%(why)s). La précédente, s’il y en a une, est intacte."
    )
    advice = N_("Libérez de la place ou donnez un autre dossier, puis recommencez.")


class NoRight(Refused):
    message = N_("PostgreSQL ne permet pas de mettre l’ancienne base de côté. Rien n’a été touché.")
    advice = N_("Donnez au compte du portail le droit CREATE sur la base, puis recommencez.")
