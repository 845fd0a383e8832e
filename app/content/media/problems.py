"""What a media library will not do, and why. Plain."""

from __future__ import annotations

from app.errors import Refused
from app.words import N_


class TooDeep(Refused):
    status = 422
    message = N_("Un dossier ne peut pas être placé là.")
    advice = N_("Choisissez un dossier qui n’est pas dans celui-ci, à huit niveaux au plus.")


class TooManyFolders(Refused):
    status = 422
    message = N_("Cet espace a déjà mille dossiers.")
    advice = N_("Supprimez ceux qui ne servent plus, et videz la corbeille.")


class OtherKind(Refused):
    status = 422
    message = N_("Le nouveau nom doit garder la même extension : « %(ending)s ».")


class QuotaTooLarge(Refused):
    status = 422
    message = N_("Un espace peut avoir au plus %(most)s, et au moins ce qu’il occupe déjà : %(used)s.")
    advice = N_("Pour davantage, demandez à l’administrateur de l’établissement.")


class NothingChosen(Refused):
    status = 422
    message = N_("Aucun fichier n’est choisi.")
    advice = N_("Cochez au moins un fichier, puis recommencez.")


class TooMuchAtOnce(Refused):
    status = 422
    message = N_("Ce dossier pèse plus de %(most)s : c’est trop pour une seule archive.")
    advice = N_("Téléchargez ses sous-dossiers l’un après l’autre.")
