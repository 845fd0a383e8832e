"""What a year's spaces say: articles by season and kind of school, comments, pages, points, contests. Plain, French only."""

from __future__ import annotations

from typing import NamedTuple


class Story(NamedTuple):
    """An article: month in which it appears, its category, title and text; ``{classe}``, ``{ville}`` and ``{nombre}`` are filled in."""

    month: int
    category: str
    title: str
    source: str


def _stories(text: str) -> tuple[Story, ...]:
    """Articles between lines of equals signs: 'month | category | title', then the text."""
    found = []
    for part in text.strip().split("\n====\n"):
        head, _, body = part.partition("\n")
        month, category, title = head.split(" | ")
        found.append(Story(int(month), category, title, body.strip()))
    return tuple(found)


CATEGORIES = ("Sorties", "Sciences", "Lire et écrire", "Vie de la classe")

PRIMARY = _stories("""
9 | Vie de la classe | Notre première semaine
Nous sommes {nombre} dans la classe. Nous avons choisi les métiers : **facteur**, gardien du silence, météorologue, arroseur.

Le tableau des métiers tourne tous les lundis. Celui qui oublie le sien nourrit les phasmes pendant une semaine.
====
9 | Sciences | Les phasmes sont arrivés
Ils ressemblent à des brindilles et mangent des feuilles de ronce. Nous en avons compté onze, puis neuf, puis douze.

- ils bougent surtout la nuit ;
- ils changent de peau ;
- il ne faut pas souffler dessus.
====
10 | Sorties | Une matinée aux vergers
Le car nous a laissés devant la coopérative de {ville}. M. le pomologue (oui, c’est un métier) nous a fait goûter quatre pommes.

## Nos notes

La reinette gagne de deux voix. La plus acide fait fermer un œil, toujours le gauche.
====
11 | Lire et écrire | Le dictionnaire des mots qui grattent
Chacun a choisi un mot qu’il trouve désagréable à prononcer et lui a écrit une définition. *Scrofuleux* est arrivé premier.
====
12 | Vie de la classe | La recette du pain d’épices
Pour une classe :

1. un kilo de farine ;
2. autant de miel ;
3. quatre sachets de levure ;
4. beaucoup de patience.

La cantine nous a prêté son four. L’odeur est restée jusqu’à la fin de la récréation.
====
1 | Sciences | La glace fond plus vite dans la main
Nous avons posé six glaçons : sur le radiateur, dans la laine, dans la neige, à l’ombre, dans l’eau, dans une main.

Surprise : la laine **garde le froid**. C’est une moufle, pas un chauffage.
====
2 | Lire et écrire | Le roman de la classe, chapitre 3
Le capitaine a perdu la carte. On nous demande si c’est grave. Réponse au prochain numéro ; en attendant, chacun a écrit sa suite.
====
3 | Sorties | Le jour du musée
Nous avons dessiné debout, assis, par terre. Le gardien a posé pour nous. Le tableau qui plaît le plus est aussi le plus petit.
====
4 | Sciences | Les graines ont levé
Vingt-sept pots sur trente. Ceux qui étaient dans le placard ont levé aussi, mais tout pâles : la graine n’a pas \
besoin de lumière, la plante, si.
====
5 | Vie de la classe | Élections des délégués du potager
Après un débat très sérieux sur les limaces, deux délégués ont été élus à bulletins secrets. Il y a eu un bulletin pour le chat.
====
6 | Sorties | La nuit sous la tente
Dix kilomètres, une tente à l’envers, deux hérissons et {nombre} enfants contents. Merci aux parents qui ont porté les sacs.
====
6 | Vie de la classe | Ce que nous emportons de cette année
Chacun a écrit une chose qu’il sait faire maintenant : *poser une division, nager sans frite, attendre son tour, aimer les endives*.
""")

SECONDARY = _stories("""
9 | Vie de la classe | La {classe} se présente
Nous sommes {nombre}. Les délégués seront élus début octobre ; d’ici là, deux volontaires portent le cahier d’appel.

Trois règles que nous avons écrites nous-mêmes :

- on s’écoute jusqu’au point ;
- on prévient quand on n’a pas compris ;
- le fond de la classe tourne tous les mois.
====
10 | Sciences | Mesurer la hauteur du gymnase sans y monter
Une ombre, un bâton, une règle de trois. Trois groupes ont trouvé 8,4 m, le quatrième 84 m : il avait mesuré l’ombre du lampadaire.

**Méthode retenue** : mesurer deux fois, à une heure d’écart.
====
10 | Lire et écrire | Cinq livres en cinq phrases
Chacun a résumé un livre du CDI en une phrase, sans en dire la fin. Celle qui a fait emprunter le plus : « Il ne \
fallait pas ouvrir la boîte. »
====
11 | Sorties | Aux archives départementales
Un plan de {ville} de 1832, des registres d’école, une punition signée d’un instituteur en colère. Nous avons le \
droit de toucher, avec des mains propres.

Le plus vieux document était sur parchemin. Il sentait le grenier.
====
11 | Vie de la classe | Résultats du tournoi d’échecs
Quatorze inscrits, sept parties, une finale de cinquante coups. La salle a applaudi le pat, sans trop savoir pourquoi.
====
12 | Sciences | Un indicateur coloré au chou rouge
La recette vient de la cantine : du chou, de l’eau chaude, un filtre à café. Rose dans le vinaigre, vert dans la lessive.

1. couper ;
2. infuser ;
3. tester dix produits ;
4. ranger (les paillasses ont gardé la couleur).
====
1 | Lire et écrire | Le journal parlé de la {classe}
Premier numéro en ligne : sept minutes, deux reportages, une météo en alexandrins. Le son est moins bon quand on rit.
====
2 | Sorties | Une journée au tribunal
Nous avons assisté à trois audiences. Personne ne crie « objection ». Le silence y est plus impressionnant que les robes.
====
3 | Sciences | Concours de ponts en spaghettis
Portée : cinquante centimètres. Le pont gagnant a tenu **4,2 kg** avant de se rompre d’un coup, au milieu.

Ce qui compte : les triangles, et la colle qui a eu le temps de sécher.
====
3 | Vie de la classe | Le menu dont nous avons rêvé
La commission de restauration a retenu notre proposition : lentilles, légumes rôtis, fromage de {ville} et compote \
sans sucre. On le servira en avril.
====
4 | Lire et écrire | Lettres à un élève de 1926
À quoi ressemblera l’école dans cent ans ? Nous avons répondu à une rédaction retrouvée dans une armoire du collège.
====
5 | Sorties | Le littoral en deux jours
Relevés de laisse de mer, carte au vingt-cinq millième, vent de face. La coupe géologique est affichée dans le couloir des sciences.
====
6 | Vie de la classe | Bilan des délégués
Ce qui a changé : un banc, une heure de CDI en plus, une poubelle de tri. Ce qui reste à faire : l’horloge, qui a \
toujours dix minutes d’avance.
====
6 | Sciences | Ce que les capteurs de la cour nous ont appris
Un an de mesures : la cour est plus chaude de **trois degrés** que le pré voisin. Nous proposons deux arbres et un carré sans bitume.
""")

#: Of a school's temporary section (its project of the year) and of its orchestra.
PROJECT_TITLE, PROJECT_WORDS = "Projet d’établissement 2025-2026", "Ce que nous faisons ensemble cette année."
PROJECT = _stories("""
10 | Projet | Une année sur l’eau
Toutes les classes travaillent sur l’eau : d’où elle vient, qui s’en sert, ce qu’elle devient. Un panneau par mois dans le hall.
====
2 | Projet | À mi-parcours
La consommation de l’établissement a baissé d’un dixième depuis octobre. La fuite des vestiaires y est pour beaucoup.
====
6 | Projet | L’exposition est ouverte
Jusqu’au 4 juillet, dans le hall. Les élèves guident par groupes de dix ; les familles sont invitées le vendredi soir.
""")
ORCHESTRA_TITLE, ORCHESTRA_WORDS = "Orchestre et chorale", "Répétitions le mardi, concert en juin."
ORCHESTRA = _stories("""
11 | Musique | On recrute des altos
Nous avons neuf flûtes et pas un seul alto. Débutants bienvenus, instruments prêtés.
====
5 | Musique | Le programme du concert
Trois chansons, une valse, un air de film. Répétition générale le mardi 9 juin à 17 h.
""")
RESTRICTED_TITLE, RESTRICTED_WORDS = "Salle des personnels", "Réservée aux personnels de l’établissement."
TOWN_TITLE, TOWN_WORDS = "La page de la commune", "Cantine, garderie, transports : écrit par la mairie."
TOWN = _stories("""
9 | Commune | Les horaires de la garderie
De 7 h 30 à 8 h 20 et de 16 h 30 à 18 h 30. Le goûter est fourni. Un retard se signale au 03 53 01 00 00.
====
4 | Commune | Travaux sur le chemin de l’école
La rue est en sens unique jusqu’au 30 mai. Un agent fait traverser matin et soir.
""")

PARTNERSHIP_TITLES = ("Correspondants", "Défi lecture entre deux classes", "Rallye des sciences")
PARTNERSHIP = _stories("""
12 | Échanges | Notre premier colis
Ils nous ont envoyé une carte, des photos de leur cour et un jeu qu’ils ont inventé. À nous de répondre avant les vacances.
====
4 | Échanges | La rencontre
Nous nous sommes retrouvés à mi-chemin. Personne n’a perdu son pique-nique. Le classement du rallye est secret, mais \
tout le monde le connaît.
""")
DEPARTMENTAL_TITLE = "Avec l’école départementale de musique"

COMMENTS = (
    "Bravo à toute la classe !",
    "La photo du milieu est la plus réussie.",
    "On peut venir voir l’affiche dans le couloir ?",
    "Mon groupe avait trouvé pareil, mais avec une autre méthode.",
    "Merci pour la recette, elle marche aussi avec du miel de châtaignier.",
    "Il manque le nom du quatrième groupe, non ?",
    "C’était le meilleur jour de l’année.",
    "Est-ce qu’on refera l’expérience au printemps ?",
    "Ma grand-mère a reconnu la maison sur la vieille photo.",
    "Très bel article, on s’y croirait.",
    "J’ai corrigé la faute du titre.",
    "Et pendant ce temps-là, les phasmes se reproduisent…",
)

#: Title, text of a contest; what two of those who take part hand in.
CONTESTS = (
    ("Le plus beau marque-page", "Un marque-page de 5 cm sur 18, toutes techniques. **Un seul envoi par personne.**\n\n"
     "Le jury : la classe voisine.", ("Encre et thé, deux couches.", "Papier découpé, collé sur un ticket de bus.")),
    ("Nouvelle en cent mots", "Cent mots, pas un de plus, titre compris. Thème : *la porte du fond*.",
     ("La porte du fond n’ouvrait sur rien. C’est ce que l’on nous avait dit, et c’est pour cela que nous y allions.",
      "On frappa. De l’autre côté, quelqu’un posa une question à laquelle je connaissais la réponse.")),
    ("Photographier l’eau", "Une photographie, une phrase. Pas de visage reconnaissable.",
     ("Gouttière, un matin de février.", "La flaque où tient tout le clocher.")),
)  # fmt: skip

#: Places of a sketch map: title, words, millionths of a degree (real places of the Forez and the Ondaine).
POINTS = (
    ("Départ du sentier", "Panneau de bois derrière l’arrêt de bus. On compte les arbres jusqu’au pont.", 45_388_600, 4_287_300),
    ("Le vieux lavoir", "Deux bassins, une inscription effacée, des tritons en avril.", 45_393_900, 4_301_200),
    ("Relevé n° 1 : la mare", "pH 7, douze degrés, trois espèces de libellules.", 45_402_150, 4_266_800),
    ("Point de vue", "Par temps clair on voit la chaîne des Puys.", 45_361_400, 4_254_900),
    ("La carrière", "On lit trois couches. Ne pas s’approcher du bord.", 45_411_700, 4_312_050),
    ("Pique-nique", "Tables à l’ombre, eau potable, pas de réseau.", 45_376_000, 4_291_700),
    ("Maison natale du poète", "La plaque est à gauche de la porte.", 45_439_500, 4_387_200),
    ("Jardin partagé", "Ouvert le mercredi ; on nous y a prêté trois carrés.", 45_434_100, 4_390_400),
)  # fmt: skip

PAGES = (
    ("Bienvenue chez nous", "Ici, c’est la page de la {classe}. On y raconte ce que l’on apprend, ce que l’on plante, ce que l’on chante."),
    ("Nos règles de vie", "- on lève la main ;\n- on range avant de jouer ;\n- on ne se moque pas ;\n- on finit ce que l’on commence."),
    ("Le coin des parents", "Les sorties, le matériel à prévoir, les chansons à réécouter. La maîtresse reçoit le lundi soir."),
)  # fmt: skip

LINKS = (
    ("Vikidia", "https://fr.vikidia.org", "L’encyclopédie des huit à treize ans."),
    ("Gallica, images", "https://gallica.bnf.fr", "Photographies et cartes anciennes de la Bibliothèque nationale."),
    ("Météo-France", "https://meteofrance.com", "Pour le relevé du matin."),
    ("Le Louvre, collections", "https://collections.louvre.fr", "Chercher une œuvre par un mot."),
    ("Géoportail", "https://www.geoportail.gouv.fr", "Comparer la carte d’aujourd’hui et celle de 1950."),
)

#: Folders of a class's library, and the files in them (names of ``shelf``).
FOLDERS = (
    ("Photographies", ("paysage", "potager", "paillasse", "ciel")),
    ("Documents à imprimer", ("plan-de-travail", "reglement", "fiche-methode", "liste")),
    ("Travaux des élèves", ("affiche", "recit", "releve")),
    ("Archives du trimestre", ("diaporama", "planning")),
)
SHARED_FOLDERS = (("Relevés à compléter", ("releve", "tableau")), ("Textes en cours", ("recit", "carnet")))
PERSONAL = ("carnet", "planning", "ciel", "fiche-methode")

#: Free groups: name, words, limited to the year.
GROUPS = (
    ("Club lecture", "Un livre par mois, un goûter, pas de fiche.", True),
    ("Comité d’élèves", "Délégués et volontaires ; se réunit le premier jeudi du mois.", True),
    ("Équipe numérique", "Ceux que l’on appelle quand l’écran reste noir.", False),
    ("Conseil pédagogique", "Enseignants volontaires et direction.", False),
)
