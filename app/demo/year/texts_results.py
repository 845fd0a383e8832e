"""What is said of pupils' work and of their year: report cards, reviews, councils, absences, measures. Plain, French only."""

from __future__ import annotations

#: A subject's line by average, in twentieths: below 8, 11, 14, 17, and from there on.
LINES = (
    ("Des difficultés réelles, mais des efforts à l’oral. Il faut demander de l’aide sans attendre.", "Travail trop "
     "irrégulier : les bases sont à reprendre."),
    ("Ensemble fragile. Un apprentissage plus suivi des leçons suffirait.", "Des progrès en fin de période, à confirmer."),
    ("Un trimestre correct. La participation peut être plus régulière.", "Du sérieux. Il reste à soigner la rédaction."),
    ("Bon travail, participation utile à la classe.", "De bons résultats, obtenus avec régularité."),
    ("Excellent trimestre, une curiosité qui entraîne les autres.", "Très bon travail, précis et personnel. Félicitations."),
)  # fmt: skip
BOUNDS = (800, 1100, 1400, 1700)

#: The council's words and distinction by the same steps.
COUNCIL_WORDS = (
    ("Une période difficile. L’équipe propose un tutorat ; la famille est invitée à prendre rendez-vous.", ""),
    ("Des résultats fragiles qui peuvent remonter avec un travail plus suivi.", ""),
    ("Un ensemble convenable. Les efforts sont encouragés.", "encouragements"),
    ("Une bonne période, sérieuse et vivante.", "compliments"),
    ("Un travail remarquable dans toutes les matières.", "congratulations"),
)
COUNCIL = (
    "Une classe agréable, de plus en plus attentive.\n\n- les bavardages ont diminué ;\n- l’oral progresse ;\n- "
    "quelques retards le lundi matin.",
    "Classe dynamique, parfois trop. Les écarts se creusent entre ceux qui relisent et les autres : un temps de "
    "relecture est mis en place.",
    "Bonne fin d’année. Les délégués remercient l’équipe pour la sortie et demandent des casiers.",
)
REVIEW_WORDS = (
    "Le cycle est terminé avec des acquis solides ; il reste à gagner en autonomie.",
    "Les compétences du cycle sont acquises. Lecture et oral sont de vrais points forts.",
    "Des acquis encore fragiles à l’écrit : un accompagnement est prévu à la rentrée.",
)
#: Domain and skill.
SKILLS = (
    ("Langages", "Lire et comprendre un texte long"),
    ("Langages", "S’exprimer à l’oral devant la classe"),
    ("Langages", "Calculer et modéliser"),
    ("Méthodes et outils", "Organiser son travail"),
    ("Formation de la personne et du citoyen", "Respecter la parole d’autrui"),
    ("Systèmes naturels et techniques", "Mener une démarche d’expérience"),
    ("Représentations du monde", "Se repérer dans le temps et l’espace"),
)
PERIODS = ("1er trimestre", "2e trimestre", "3e trimestre")

EXPLANATIONS = (
    "Fièvre, resté à la maison.", "Rendez-vous médical, certificat au secrétariat.", "Le bus n’est pas passé.",
    "Enterrement d’un proche.", "Réveil manqué, cela ne se reproduira pas.", "Convocation à un concours de musique.",
)  # fmt: skip
PUNISHMENTS = (
    "Téléphone utilisé en cours malgré un rappel.", "Travail non fait pour la troisième fois.",
    "A lancé une gomme, puis une deuxième.", "Retards répétés après la récréation.", "Copie d’un devoir.",
)  # fmt: skip
SANCTIONS = (
    "Paroles blessantes envers un camarade ; excuses présentées devant la classe.",
    "Dégradation d’un casier, réparée avec l’agent d’entretien.",
)
REPLACEMENTS = ("Absence pour formation : le cours est assuré.", "Stage de secourisme : le cours n’a pas lieu.")

#: Interdisciplinary projects: title, theme, subjects, text; what is said of two pupils' work.
PROJECTS = (
    ("L’eau de la ville", "Transition écologique", "SVT, Technologie, Géographie",
     "Suivre l’eau du château d’eau à la rivière, mesurer, cartographier, raconter.\n\n- une enquête ;\n- une "
      "maquette ;\n- un exposé public."),
    ("Un journal en trois langues", "Langues et cultures étrangères", "Français, Anglais, Espagnol",
     "Rédiger, traduire et mettre en page un journal de huit pages, tiré à cent exemplaires."),
    ("Le corps en mouvement", "Corps, santé, bien-être", "EPS, Mathématiques, SVT",
     "Mesurer l’effort : pouls, allures, graphiques, et un conseil que l’on adresse à plus jeune que soi."),
)  # fmt: skip
PROJECT_WORDS = (
    "A tenu le carnet de mesures avec soin.",
    "S’est chargé de la maquette et l’a défendue à l’oral.",
    "A relié les idées des autres.",
)

LETTERS = (
    ("Réunion d’orientation", "Madame, Monsieur {responsable},\n\nnous vous attendons jeudi à 18 h pour parler de "
     "l’orientation de {élève}, "
     "élève de {classe}.\n\nLe chef d’établissement"),
    ("Remise des manuels", "Madame, Monsieur {responsable},\n\nles manuels de {élève} ({classe}) sont à rendre avant le 3 juillet."),
)  # fmt: skip


#: Of people's own: title and address; title, place, month, day, hour, minutes.
BOOKMARKS = (
    ("Éduscol", "https://eduscol.education.gouv.fr"),
    ("Le dictionnaire de l’Académie", "https://www.dictionnaire-academie.fr"),
    ("Horaires des cars", "https://www.example.org/horaires"),
    ("Mes espaces", "/espaces"),
)
EVENTS = (
    ("Réunion d’équipe", "Salle des professeurs", 7, 6, 14, 60),
    ("Dentiste", "", 7, 8, 9, 30),
    ("Répétition du concert", "Salle de musique", 6, 9, 17, 90),
    ("Anniversaire de Maé", "", 7, 11, 15, 180),
)
QUESTIONNAIRES = (
    ("Sortie de fin d’année : quel lieu ?", "Une réponse par famille, avant vendredi.",
     (("one", "Quel lieu préférez-vous ?", ("Le parc", "Le musée", "La base de loisirs")), ("text", "Une remarque ?", ()))),
    ("Comment s’est passée l’année ?", "Réponses anonymes, lues en équipe.",
     (("one", "Le travail à la maison était", ("trop long", "bien dosé", "trop court")),
      ("several", "Ce qui vous a plu", ("les sorties", "les projets", "la chorale", "la cantine")), ("text", "Et l’an prochain ?", ()))),
)  # fmt: skip
#: What a primary school asks its families instead.
FAIR = (
    "Kermesse de l’école : qui fait quoi ?",
    "Une réponse par famille, avant vendredi.",
    (
        ("one", "Que pouvez-vous apporter ?", ("Un gâteau", "Des boissons", "Deux bras")),
        ("text", "Une idée de stand ?", ()),
    ),
)
REMARKS = ("Merci pour tout.", "Plus de sorties !", "", "Moins de photocopies.", "Continuez la chorale.")
