"""Why a campaign refuses something, and what to do. Plain."""

from __future__ import annotations

from app.errors import Misused, NotFound, Refused
from app.words import N_


class UnknownCampaign(NotFound):
    message = N_("Cette campagne n’existe pas.")
    advice = N_("Créez-en une : campaign create --preset … --year …")


class SeveralCampaigns(Misused):
    message = N_("Plusieurs campagnes sont en cours.")
    advice = N_("Dites laquelle avec --campaign : %(numbers)s.")


class UnknownStep(Misused):
    message = N_("L’étape « %(step)s » n’existe pas.")
    advice = N_("Les étapes sont : %(steps)s. La cinquième est dans les mains des établissements.")


class UnknownPlan(NotFound):
    message = N_("Le plan %(number)s n’existe pas.")
    advice = N_("Faites un plan : campaign plan ÉTAPE.")


class UnknownRun(NotFound):
    message = N_("Le passage %(number)s n’existe pas.")
    advice = N_("La liste : campaign status.")


class NotInCampaign(Refused):
    message = N_("L’établissement %(uai)s n’est pas dans cette campagne.")
    advice = N_("Choisissez un établissement de la campagne.")


class NotApproved(Refused):
    message = N_("Le plan %(number)s n’est pas approuvé.")
    advice = N_("Lisez-le, puis approuvez-le : campaign approve %(number)s --by IDENTIFIANT.")


class SecondMissing(Refused):
    message = N_("Le plan %(number)s attend l’approbation d’une seconde personne.")
    advice = N_("Une autre personne qui mène la campagne l’approuve à son tour.")


class SamePerson(Refused):
    message = N_("La seconde approbation est celle d’une autre personne.")
    advice = N_("Demandez-la à un collègue qui mène aussi la campagne.")


class MayNotApprove(Refused):
    message = N_("« %(login)s » ne mène pas la campagne et ne peut pas approuver.")
    advice = N_("Un exploitant du projet approuve.")


class OldPlan(Refused):
    message = N_("Le plan %(number)s n’est plus le plus récent de son étape.")
    advice = N_("Approuvez le dernier plan, après l’avoir lu.")


class NotToApprove(Refused):
    message = N_("Le plan %(number)s a été fait par un passage ; on n’approuve que ceux que l’on demande.")
    advice = N_("Faites un plan : campaign plan ÉTAPE.")


class DeclarationsWaiting(Refused):
    """FEED-7: what becomes of a school is known before step 1."""

    message = N_("Un changement déclaré attend encore un second exploitant : %(schools)s.")
    advice = N_("Faites confirmer la déclaration, ou retirez-la, puis approuvez l’étape 1.")


class PlansChanged(Refused):
    message = N_("Les plans ont changé depuis que cette page a été ouverte.")
    advice = N_("Relisez-les ci-dessous, puis approuvez.")


class GateOpen(Refused):
    message = N_("L’espace authentifié n’est pas fermé dans %(count)s établissement(s) : %(schools)s.")
    advice = N_(
        "Fermez-le d’abord (gate close, ou la maintenance du calendrier) : une étape n’agit que derrière une porte close."
    )


class NoDelivery(Refused):
    """Step 4 applies a delivery that was read and planned (S4-1)."""

    message = N_("Aucune livraison complète de la nouvelle année n’est simulée pour cette étape.")
    advice = N_("Importez la livraison (« feeds import aaf … --plan »), puis refaites le plan et approuvez-le.")


class PeopleNotWritten(Refused):
    """Before any school gets its share, the delivery's people are written."""

    message = N_("Les personnes de la livraison n’ont pas pu être enregistrées : %(why)s")
    advice = N_("Rien n’a changé dans cet établissement. Corrigez, puis relancez-le.")


class PreviousStepMissing(Refused):
    message = N_("L’étape %(step)s n’est terminée dans aucun établissement du plan.")
    advice = N_("Lancez d’abord l’étape %(step)s.")


class PlanOutdated(Refused):
    message = N_("Le plan approuvé ne correspond plus : %(differences)s.")
    advice = N_("Rien n’a été fait. Faites un nouveau plan, lisez la différence et approuvez-le.")


class CannotNow(Refused):
    message = N_("Ce passage est dans l’état « %(state)s » : cela ne se peut pas maintenant.")
    advice = N_("Regardez son état : campaign status.")


class LaterRunFirst(Refused):
    message = N_("Un passage plus récent a touché les mêmes établissements : le passage %(number)s.")
    advice = N_("Annulez d’abord ce passage-là.")


class LaterRunUnfinished(Refused):
    """A later step, or the same one again, is at work where an earlier run would be taken back (G8, G9)."""

    message = N_("Un passage plus récent n’est pas terminé dans les mêmes établissements : le passage %(number)s.")
    advice = N_("Laissez-le finir, ou reprenez-le s’il est en pause, puis annulez-le d’abord.")


class UndoUnfinished(Refused):
    """Nothing is done in a school while a step is being taken back there (G8, G9)."""

    message = N_("Une annulation n’est pas terminée dans ces établissements : le passage %(number)s.")
    advice = N_("Laissez-la finir, ou reprenez-la si elle est en pause ou en échec ; puis recommencez.")


class Conflicts(Refused):
    message = N_("Tout ne peut pas être rétabli : %(count)s ligne(s) ont changé depuis.")
    advice = N_(
        "La liste dit lesquelles. Corrigez-les, ou annulez en les laissant comme elles sont (--leave-conflicts)."
    )


class RunUndone(Refused):
    """An approval serves one run, also where that was undone (G1, G4)."""

    message = N_("Le passage %(number)s de ce plan a été annulé : le plan ne sert plus.")
    advice = N_("Faites un nouveau plan, lisez-le et approuvez-le.")


class NothingToUndo(Refused):
    message = N_("Ce passage n’a rien fait qui puisse être annulé.")
    advice = N_("La liste des passages : campaign status.")


class NotCovered(Refused):
    message = N_(
        "Les archives « %(archive)s » ne couvrent pas ces lignes : %(archived)s archivées, %(planned)s prévues."
    )
    advice = N_("Rien n’est retiré. Annulez l’étape 2 dans cet établissement et refaites-la.")


class ArchiveDamaged(Refused):
    message = N_("L’archive « %(title)s » ne se relit pas : %(why)s")
    advice = N_("Rien n’est retiré. Restaurez le fichier d’une sauvegarde, ou annulez l’étape 2 et refaites-la.")


class EarlierFailed(Refused):
    message = N_("Ce qui doit venir avant a échoué.")
    advice = N_("Corrigez-en la cause, puis relancez l’établissement.")


class NobodyToSend(Refused):
    message = N_("Personne n’exerce la fonction de chef d’établissement.")
    advice = N_("Nommez un chef d’établissement ou son suppléant, puis relancez l’établissement.")


class ClassesLeft(Refused):
    message = N_("Il reste %(count)s classe(s) de l’année dans l’annuaire.")
    advice = N_("Un import ou une saisie les a refaites : retirez-les, puis relancez l’établissement.")


class OpenedMeanwhile(Refused):
    message = N_("L’établissement a été ouvert pendant le passage.")
    advice = N_("Fermez-le de nouveau, puis reprenez le passage.")


class OthersUnfinished(Refused):
    message = N_("%(count)s message(s) ou bilan(s) d’import concernent aussi un autre établissement inachevé.")
    advice = N_("Ils partent quand cet établissement est terminé : relancez-le.")
