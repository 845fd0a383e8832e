"""What people of a school write to one another: messages, words in the liaison notebook, announcements. Plain, French only."""

from __future__ import annotations

#: From a class's teacher to its guardians: month, subject, text; {classe} is filled in.
TO_FAMILIES = (
    (9, "Réunion de rentrée de la {classe}", "Madame, Monsieur,\n\nla réunion de présentation a lieu jeudi à 17 h 30, dans la salle de la "
     "classe. Nous parlerons du programme, du travail à la maison et des sorties.\n\nBien cordialement"),
    (10, "Matériel à renouveler", "Bonjour,\n\nbeaucoup de trousses se vident. Merci de vérifier : colle, stylo vert, "
     "règle, calculatrice."),
    (11, "Rencontres parents-professeurs", "Bonjour,\n\nles rencontres se tiennent le mardi de 17 h à 20 h. Chacun "
     "choisit son créneau dans "
     "le document joint ; écrivez-moi si aucun ne convient."),
    (1, "Ce que nous allons lire ce trimestre", "Bonjour,\n\nnous commençons un roman en janvier. Des exemplaires sont prêtés : inutile de "
     "l’acheter. Prévoir dix minutes de lecture chaque soir."),
    (3, "Sortie du mois prochain", "Bonjour,\n\nla sortie est confirmée. Départ à 8 h 15 précises, pique-nique froid, "
     "vêtement de pluie.\n\n"
     "L’autorisation se signe dans le cahier de liaison."),
    (5, "Deux accompagnateurs recherchés", "Bonjour,\n\nil nous manque deux adultes pour le jeudi 28 mai. Une réponse "
     "d’ici lundi nous aiderait."),
    (6, "Rendre les livres", "Bonjour,\n\nles livres de la classe et du CDI sont à rendre avant le 26 juin. Ceux qui sont perdus nous sont "
     "signalés sans drame."),
    (6, "Merci pour cette année", "Bonjour à tous,\n\nl’année s’achève. Les cahiers, les travaux et les photographies "
     "de la {classe} restent "
     "à votre disposition jusqu’à la fermeture de juillet : pensez à copier ce que vous voulez garder."),
)  # fmt: skip

#: From a class's teacher to its pupils.
TO_PUPILS = (
    (
        10,
        "Exposés : l’ordre de passage",
        "Bonjour,\n\nl’ordre est joint. Cinq minutes chacun, une image au plus, aucune lecture de notes.",
    ),
    (3, "Le club reprend", "Bonjour,\n\nle club reprend jeudi à 12 h 45. Venez avec une idée, même mauvaise."),
    (6, "Dernière séance", "Bonjour,\n\non rangera, on jouera, et chacun dira ce qu’il garde de l’année."),
)

#: Between one guardian and a teacher: subject, the guardian's words, the teacher's answer.
EXCHANGES = (
    ("Absence de vendredi", "Bonjour,\n\nmon enfant avait de la fièvre vendredi. Pouvez-vous nous dire ce qu’il faut rattraper ?",
     "Bonjour,\n\nle cours est dans le cahier de textes. Les exercices peuvent attendre lundi. Bon rétablissement."),
    ("Rendez-vous", "Bonjour,\n\nserait-il possible de vous rencontrer avant les vacances, plutôt le soir ?",
     "Bonjour,\n\nje vous propose mardi à 17 h 15, dans ma salle."),
    ("Question sur la note", "Bonjour,\n\nnous ne comprenons pas bien le barème du dernier devoir.",
     "Bonjour,\n\nle barème est au dos de la copie. Le troisième exercice comptait double ; nous l’avons revu ensemble hier."),
)  # fmt: skip

#: From the head to the teams.
TO_STAFF = (
    (9, "Calendrier des conseils", "Chers collègues,\n\nle calendrier des conseils de classe est joint. Merci de "
     "signaler tout empêchement."),
    (1, "Journée portes ouvertes", "Chers collègues,\n\nil manque deux volontaires pour l’accueil de 10 h."),
    (4, "Exercice d’évacuation", "Chers collègues,\n\nl’exercice a duré cinq minutes. Le point de rassemblement du "
     "bâtiment B change : voir le plan joint."),
    (6, "Fin d’année", "Chers collègues,\n\nles appréciations sont attendues pour le 12 juin. Les clés se rendent au "
     "secrétariat le 3 juillet."),
)  # fmt: skip

#: To those who run the school: function of the reader (DIR, EDU, ADF), subject, text; from teachers, in the last days.
TO_OFFICE = (
    ("DIR", "Accompagnateurs du 3 juillet", "Bonjour,\n\nla liste des accompagnateurs est complète. Le car est confirmé pour 8 h 15."),
    ("DIR", "Commande de manuels", "Bonjour,\n\nil manque douze manuels pour la rentrée. Faut-il commander maintenant ?"),
    ("EDU", "Retards du lundi", "Bonjour,\n\ntrois élèves arrivent en retard chaque lundi. Pouvons-nous en parler ?"),
    ("EDU", "Un élève à suivre", "Bonjour,\n\nil a très peu parlé cette semaine. Je préfère vous le dire."),
    ("ADF", "Clés de la salle 12", "Bonjour,\n\nj’ai rendu deux clés sur trois. La troisième est chez l’agent d’accueil."),
)  # fmt: skip
TO_OUTSIDERS = (
    "Votre accès à l’espace",
    "Bonjour,\n\nla rubrique du projet vous est ouverte jusqu’à la fin de l’année. Bienvenue.",
)

DRAFT = (
    "Idées pour la rentrée",
    "Bonjour,\n\nquelques idées en vrac pour septembre, à relire avant d’envoyer :\n\n- échanger nos salles ;\n- ",
)
DATED = ("Bonne rentrée à venir", "Bonjour,\n\nla liste du matériel est celle de cette année. Reposez-vous bien.")
FOLDERS = ("Projets", "Familles", "À garder")

#: Of the liaison notebook: kind, title, text, to be signed, month.
LIAISON = (
    ("word", "Photographie de classe", "La photographie sera prise lundi matin. Prévenez-nous si vous ne souhaitez pas "
     "que votre enfant y figure.", True, 10),
    ("trip", "Autorisation de sortie", "J’autorise la sortie du mois : départ 8 h 15, retour 17 h, pique-nique à prévoir.", True, 3),
    ("meeting", "Remise des bulletins", "Les bulletins sont remis en main propre jeudi, de 17 h à 19 h.", False, 12),
    ("absence", "Enseignant absent", "Le cours de demain matin n’aura pas lieu ; l’accueil est assuré.", False, 2),
    ("trip", "Sortie de fin d’année", "Vendredi 3 juillet, la classe passe la journée au parc. Chaussures de marche, "
     "chapeau, gourde. Merci de signer.", True, 6),
    ("word", "Rendre les manuels", "Les manuels se rendent le jeudi 2 juillet. Un livre abîmé peut être réparé : dites-le nous.", True, 6),
)  # fmt: skip
ABOUT_ONE = (
    ("Un bon trimestre", "Votre enfant a pris confiance à l’oral. Continuons ainsi."),
    ("Travail non rendu", "Deux travaux n’ont pas été rendus. Un mot de votre part nous aiderait à comprendre."),
    ("Lunettes oubliées", "Les lunettes sont restées à l’école : elles attendent au secrétariat."),
)
FROM_FAMILY = (
    ("Rendez-vous chez l’orthodontiste", "Mon enfant partira à 15 h mardi. Je viendrai le chercher."),
    ("Cantine", "Il ne mangera pas à la cantine jeudi."),
    ("Une question", "Pouvons-nous garder la clé de la salle de musique un soir de plus ?"),
)
ANSWERS = ("Vu, merci.", "D’accord.", "Il aura son pique-nique.", "Nous serons là.", "")

#: Announcements: form, severity, title, text, month and day on which it is shown, for how many days.
ANNOUNCEMENTS = (
    (
        "announcement",
        "information",
        "Portes ouvertes",
        "Samedi de 9 h à 12 h, visites guidées par les élèves toutes les demi-heures.",
        1,
        19,
        14,
    ),
    (
        "news",
        "information",
        "Exposition sur l’eau",
        "Le travail de l’année est dans le hall jusqu’au 4 juillet. Entrée libre.",
        6,
        24,
        14,
    ),
    (
        "announcement",
        "warning",
        "Grève des transports",
        "Les cars du matin ne circulent pas demain. L’accueil est assuré dès 7 h 30.",
        6,
        30,
        10,
    ),
    (
        "announcement",
        "alert",
        "Alerte canicule",
        "Les cours d’EPS ont lieu le matin seulement. Chapeau et gourde pour tous.",
        7,
        1,
        5,
    ),
)

#: Dates of a class's agenda and of the school's: title, words, place, month, day, hour, minutes.
AGENDA_CLASS = (
    ("Sortie au musée", "Départ à 8 h 15.", "Hall", 3, 19, 8, 540),
    ("Exposés", "Cinq minutes chacun.", "Salle 12", 5, 21, 10, 55),
    ("Journée au parc", "Chaussures de marche, pique-nique.", "Grille nord", 7, 3, 9, 420),
)
AGENDA_SCHOOL = (
    ("Réunion de rentrée", "Toutes les familles.", "Salle polyvalente", 9, 11, 17, 90),
    ("Portes ouvertes", "Visites guidées par les élèves.", "", 1, 24, 9, 180),
    ("Concert de l’orchestre et de la chorale", "Entrée libre.", "Cour d’honneur", 6, 16, 18, 90),
    ("Dernier jour de classe", "Fin des cours à midi.", "", 7, 4, 8, 240),
    ("Réunion des personnels", "Accueil des nouveaux.", "Salle polyvalente", 8, 31, 9, 120),
)

#: In a lycée other things happen than in a collège and a primary school.
ANNOUNCEMENTS_LYCEE = (
    *ANNOUNCEMENTS[:1],
    (
        "news",
        "information",
        "Le ciné-club fait sa dernière séance",
        "Vendredi à 18 h, en plein air. Apportez un coussin.",
        6,
        23,
        14,
    ),
    (
        "announcement",
        "warning",
        "Salles informatiques fermées",
        "Les postes sont mis à jour jusqu’à vendredi midi.",
        6,
        30,
        10,
    ),
    (
        "announcement",
        "alert",
        "Alerte orages",
        "Les activités de plein air sont reportées. Entrée par la porte principale.",
        7,
        1,
        5,
    ),
)
