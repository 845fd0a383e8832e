"""What is taught in a year: for each subject its chapters, in the order of the year, with what is to be remembered. Plain.

A chapter stretches over several lessons, each a step of it (``STEPS``). Texts that a school writes are not translated.
"""

from __future__ import annotations

from typing import NamedTuple


class Chapter(NamedTuple):
    """A chapter: its title, and the sentence that goes into the exercise book."""

    title: str
    essence: str


class Subject(NamedTuple):
    """A subject as pupils call it, its weekly hours, and its chapters."""

    name: str
    hours: int
    chapters: tuple[Chapter, ...]


def _subject(name: str, hours: int, text: str) -> Subject:
    """Chapters between lines, title and sentence between bars."""
    pairs = [line.split(" | ") for line in text.strip().split("\n")]
    return Subject(name, hours, tuple(Chapter(title.strip(), essence.strip()) for title, essence in pairs))


#: Title of a lesson, its text, in the order of a chapter's steps; {t} is the chapter, {e} its sentence, {p} a page.
STEPS = (
    ("{t} : découverte", "On part de ce que chacun sait déjà, puis d’un document (p. {p} du manuel).\n\n- lecture à deux ;\n"
     "- questions au brouillon ;\n- mise en commun au tableau."),
    ("{t} : le cours", "**À retenir.** {e}\n\nLa trace écrite est collée dans le cahier ; ceux qui étaient absents la recopient."),
    ("{t} : exercices", "Exercices 1 à 4 p. {p}, seul puis par deux. Correction au tableau des deux premiers.\n\n{e}"),
    ("{t} : on approfondit", "Travail en îlots : chaque groupe prépare une affiche et l’explique aux autres en deux minutes."),
    ("{t} : correction et bilan", "Retour sur les erreurs fréquentes, puis cinq questions rapides sur l’ardoise.\n\n**Rappel.** {e}"),
    ("{t} : évaluation", "Évaluation de quarante minutes, sans document. La correction sera faite à la séance suivante."),
)  # fmt: skip

#: Title and text of what is given to do; the step after which it is given is the same position in STEPS.
TO_DO = (
    ("Lire la page {p}", "Lire la page {p} du manuel et noter deux questions à poser en classe.", 15),
    ("Apprendre le cours : {t}", "Savoir redire sans le cahier : {e}", 20),
    ("Exercices 5 et 6 p. {p}", "Exercices 5 et 6 p. {p}, au propre, sur une feuille. On commence par relire l’exemple du cours.", 30),
    ("Terminer l’affiche", "Finir sa partie de l’affiche et s’entraîner à la présenter à voix haute.", 20),
    ("Réviser : {t}", "Relire le chapitre et refaire un exercice raté. Évaluation à la prochaine séance.", 30),
    ("Reprendre son évaluation", "Corriger sur la copie ce qui n’allait pas, d’une autre couleur.", 20),
)  # fmt: skip

#: What may be handed in, with a file or a text.
TO_HAND_IN = (
    "À rendre : {t}",
    "Une page au plus, manuscrite et photographiée, ou tapée. On y explique {t} avec un exemple à soi.",
)

COLLEGE = {
    "020700": _subject("Français", 4, """
Le récit d’aventures | Un récit d’aventures met un héros face à des épreuves et tient le lecteur par le suspense.
Le portrait d’un personnage | Un portrait choisit des détails physiques et moraux et les fait sentir par des adjectifs précis.
Le passé simple et l’imparfait | L’imparfait pose le décor, le passé simple fait avancer l’action.
La poésie et ses images | La comparaison se sert d’un outil (comme, tel), la métaphore s’en passe.
Les monstres, aux limites de l’humain | Un monstre montre par contraste ce qui fait un être humain.
La lettre et le dialogue | Dans un dialogue, chaque prise de parole commence par un tiret et un verbe de parole l’annonce.
La fable | Une fable raconte une courte histoire dont on tire une morale.
Le théâtre et le rire | Le comique naît des mots, des gestes, des situations et des caractères.
"""),
    "061300": _subject("Mathématiques", 4, """
Fractions et quotients | Une fraction ne change pas quand on multiplie ses deux termes par un même nombre non nul.
Droites et angles | Deux droites perpendiculaires à une même troisième sont parallèles entre elles.
Proportionnalité | Dans un tableau de proportionnalité, on passe d’une ligne à l’autre par un même coefficient.
Symétrie axiale | La symétrie conserve les longueurs, les angles et les aires.
Aires et périmètres | L’aire d’un triangle est la moitié du produit d’une base par la hauteur correspondante.
Nombres décimaux | Le rang d’un chiffre dit ce qu’il vaut : dix fois plus à chaque pas vers la gauche.
Statistiques et graphiques | La moyenne est la somme des valeurs divisée par leur nombre.
Solides et volumes | Le volume d’un pavé droit est le produit de ses trois dimensions.
"""),
    "030201": _subject("Anglais", 3, """
My school day | Le présent simple dit les habitudes : he gets up, avec un s à la troisième personne.
Families and friends | Le génitif se marque par ’s : my brother’s friend.
What is happening? | Le présent en be + -ing dit ce qui se passe maintenant.
Food and markets | Some et any : some dans les phrases affirmatives, any dans les questions et les négations.
A trip to Wales | Le prétérit des verbes réguliers se forme avec -ed.
Describing a picture | On situe d’abord : in the foreground, in the background, on the left.
Rules and dreams | Must dit l’obligation, can la possibilité, would like le souhait.
"""),
    "043700": _subject("Histoire-géographie", 3, """
Se repérer : frises et cartes | Un siècle compte cent ans ; le premier va de l’an 1 à l’an 100.
Les débuts de l’humanité | L’agriculture et l’élevage ont rendu les hommes sédentaires.
Habiter une métropole | Une métropole concentre des habitants, des emplois et des lieux de décision.
Le monde des cités grecques | Les cités sont indépendantes, mais partagent une langue, des dieux et des jeux.
Habiter un littoral | Un littoral est une bande de terre au contact de la mer, souvent disputée entre usages.
Rome, du mythe à l’histoire | Les sources écrites et les fouilles ne racontent pas toujours la même fondation.
Habiter un espace de faible densité | Peu d’habitants ne veut pas dire peu d’activités.
Citoyens au collège | Un règlement protège chacun : il donne des droits et fixe des devoirs.
"""),
    "100100": _subject("EPS", 3, """
Course de durée | On tient plus longtemps en gardant une allure régulière.
Badminton | On gagne le point en jouant loin de l’adversaire.
Gymnastique | Un enchaînement a un début, une fin et des liaisons.
Handball | Le porteur de balle a besoin de deux appuis : un proche, un lointain.
Escalade en moulinette | Celui qui assure ne quitte jamais des yeux celui qui grimpe.
Relais-vitesse | Le témoin se passe à pleine vitesse dans la zone.
"""),
    "030602": _subject("Espagnol", 2, """
Me presento | Ser dit ce que l’on est, estar où et comment l’on est.
Mi barrio | Hay annonce l’existence, está situe.
El fin de semana | Gustar s’accorde avec ce qui plaît : me gustan los libros.
Fiestas y tradiciones | Le présent des verbes à diphtongue : quiero, queremos.
Un viaje por Andalucía | Le passé composé se forme avec haber et le participe.
Cuidar la salud | Tener que dit l’obligation.
"""),
    "062900": _subject("SVT", 2, """
Les êtres vivants et leur milieu | La répartition des êtres vivants dépend de la lumière, de l’eau et de la température.
La cellule | Tous les êtres vivants sont faits de cellules.
Respirer dans l’air et dans l’eau | Un organe respiratoire met le milieu en contact avec le sang.
Volcans et séismes | Les séismes se produisent là où les plaques se déplacent les unes contre les autres.
Digérer, se nourrir | La digestion transforme les aliments en nutriments qui passent dans le sang.
La biodiversité du collège | Compter régulièrement au même endroit permet de voir ce qui change.
"""),
    "062300": _subject("Physique-chimie", 2, """
Les états de l’eau | Pendant un changement d’état la température d’un corps pur ne varie pas.
Mélanges et solutions | On sépare un mélange hétérogène par décantation ou filtration.
Le circuit électrique | Le courant ne circule que dans une boucle fermée.
La lumière et les ombres | La lumière se propage en ligne droite dans un milieu transparent.
Mouvement et vitesse | La vitesse moyenne est la distance parcourue divisée par la durée.
Transformations chimiques | Dans une transformation chimique la masse totale se conserve.
"""),
    "070800": _subject("Technologie", 1, """
Le besoin et l’objet | Un objet technique répond à un besoin ; une fonction dit ce qu’il fait.
Matériaux et recyclage | On choisit un matériau pour ses propriétés, son coût et ce qu’il devient.
Programmer un robot | Un programme est une suite d’instructions, de tests et de répétitions.
Le réseau du collège | Chaque machine d’un réseau a une adresse qui n’est qu’à elle.
Concevoir en trois dimensions | Une maquette numérique se mesure et se corrige avant d’être fabriquée.
"""),
    "090100": _subject("Arts plastiques", 1, """
La ressemblance | Représenter, c’est choisir ce que l’on garde du réel.
L’espace dans l’image | Plan, cadre et point de vue conduisent le regard.
La matière et le geste | La trace dit la main, l’outil et la vitesse.
Récit en images | Une suite d’images crée du temps entre les cases.
Installer une œuvre | Le lieu change ce que l’on voit de l’œuvre.
"""),
    "080300": _subject("Éducation musicale", 1, """
La voix et le souffle | Bien respirer, c’est déjà chanter.
Le rythme et la pulsation | La pulsation reste régulière, le rythme se pose dessus.
Musique et image | La musique peut dire le contraire de ce que montre l’image.
Le blues et ses descendants | Une grille de douze mesures, et tout un siècle de chansons.
Préparer le concert | Écouter les autres, c’est chanter juste.
"""),
}  # fmt: skip

LYCEE = {
    "020700": _subject("Français", 4, """
La poésie du XIXe siècle | Le poème moderne fait de la ville et du banal une matière poétique.
Le commentaire de texte | Un commentaire démontre : une idée, une citation, une analyse.
Le roman et ses personnages | Le point de vue décide de ce que le lecteur sait et de ce qu’il croit.
La dissertation | On ne récite pas un cours : on discute une affirmation.
Le théâtre, texte et représentation | La double énonciation fait du spectateur le complice de la scène.
L’essai et l’argumentation | Convaincre s’adresse à la raison, persuader à l’émotion.
"""),
    "061300": _subject("Mathématiques", 4, """
Suites numériques | Une suite géométrique de raison comprise entre 0 et 1 tend vers zéro.
Dérivation | Le nombre dérivé est le coefficient directeur de la tangente.
Probabilités conditionnelles | P(A sachant B) est P(A et B) divisé par P(B).
Géométrie repérée | Deux vecteurs sont orthogonaux quand leur produit scalaire est nul.
Fonction exponentielle | L’exponentielle est égale à sa dérivée et vaut 1 en 0.
Variables aléatoires | L’espérance est la moyenne des valeurs pondérées par leurs probabilités.
"""),
    "030201": _subject("Anglais", 3, """
Identities and exchanges | Le present perfect relie le passé au présent : I have lived here for ten years.
Fictions and realities | Un narrateur peu fiable oblige le lecteur à enquêter.
Private and public spaces | Les modaux nuancent : might, should, must.
Innovation and responsibility | Le passif met en avant ce qui subit l’action.
Territory and memory | Used to dit une habitude révolue.
"""),
    "043700": _subject("Histoire-géographie", 3, """
Un monde de ruptures | Une rupture se date, mais elle se prépare toujours de longue main.
Villes et métropolisation | La métropolisation concentre les richesses et creuse les écarts dans la ville même.
La guerre au XXe siècle | La guerre totale mobilise les civils autant que les soldats.
Les espaces productifs | Une chaîne de production s’étend aujourd’hui sur plusieurs continents.
La République et ses libertés | Les grandes lois scolaires et associatives datent des années 1880 à 1905.
Méthode : l’étude de documents | Présenter, prélever, confronter, critiquer.
"""),
    "100100": _subject("EPS", 2, """
Demi-fond | Se donner un projet d’allure et s’y tenir.
Volley-ball | Le premier contact oriente tout le reste.
Musculation | La charge vient après le geste juste.
Danse | Une composition a une intention que le public doit pouvoir lire.
Course d’orientation | Orienter la carte d’abord, courir ensuite.
"""),
    "030602": _subject("Espagnol", 2, """
Fronteras | Le subjonctif suit l’expression d’un souhait : quiero que vengas.
Memoria histórica | L’imparfait et le passé simple alternent dans le récit.
Ciudades de América Latina | Comparer : tan como, más que, menos que.
Arte y compromiso | Une œuvre peut témoigner et accuser.
Mundos digitales | Le futur dit aussi la probabilité : serán las ocho.
"""),
    "062900": _subject("SVT", 2, """
L’ADN et l’expression des gènes | Un gène est une portion d’ADN qui code une protéine.
La géodynamique interne | La lithosphère océanique s’enfonce quand elle est devenue plus dense que l’asthénosphère.
Écosystèmes et services | Un écosystème rend des services que l’on mesure mal avant de les perdre.
Le cerveau et le mouvement | Le réflexe passe par la moelle, le geste volontaire par le cortex.
Immunité et vaccination | La vaccination prépare une mémoire immunitaire sans la maladie.
"""),
    "062300": _subject("Physique-chimie", 2, """
La mole et les solutions | La concentration est la quantité de matière divisée par le volume.
Mouvement et forces | La variation du vecteur vitesse a la direction de la somme des forces.
Ondes et signaux | La célérité est le produit de la longueur d’onde par la fréquence.
Oxydoréduction | Un oxydant gagne des électrons, un réducteur en cède.
Énergie et conversions | Le rendement compare l’énergie utile à l’énergie reçue.
"""),
    "070800": _subject("Sciences numériques", 2, """
Données structurées | Un format ouvert se lit sans demander la permission à personne.
Le Web | Un navigateur demande, un serveur répond.
Localisation et cartographie | Trois satellites ne suffisent pas : le quatrième règle l’horloge.
Objets connectés | Un capteur mesure, un actionneur agit, un programme décide.
"""),
    "090100": _subject("Arts plastiques", 2, """
Dessiner pour penser | Le croquis garde la trace d’une hésitation.
Documenter, collecter | Une collection devient une œuvre par son ordre.
Présenter son travail | Le titre fait partie de l’œuvre.
"""),
    "080300": _subject("Musique", 2, """
Musiques et société | Une chanson voyage mieux qu’un discours.
Création sonore | Enregistrer, couper, superposer : le studio est un instrument.
Le chœur du lycée | La nuance se décide ensemble.
"""),
}  # fmt: skip

#: In primary one teacher teaches everything; keys stand in for the codes that the first degree does not have.
PRIMARY = {
    "LEC": _subject("Lecture", 4, """
Le loup dans les contes | Le loup des contes dit ce qui fait peur, et comment on s’en sort.
Lire à voix haute | On prépare son souffle, on regarde loin devant, on ralentit aux virgules.
Un album, des questions | Ce que le texte ne dit pas, l’image le montre parfois.
Le documentaire | Un sommaire et des titres aident à trouver sans tout lire.
Le roman de la classe | Un personnage change entre le début et la fin.
Poèmes de printemps | Un poème s’apprend par images autant que par mots.
"""),
    "ECR": _subject("Étude de la langue", 3, """
La phrase | Une phrase commence par une majuscule, finit par un point et veut dire quelque chose.
Le nom et le déterminant | Le déterminant s’accorde avec le nom qu’il présente.
Le verbe au présent | Le verbe s’accorde avec son sujet : il chante, ils chantent.
Les lettres muettes | Chercher le féminin ou un mot de la famille fait entendre la lettre.
Le futur | Demain nous chanterons : la terminaison suffit à dire quand.
Dictées et révisions | On relit trois fois : le sens, les accords, les mots.
"""),
    "MAT": _subject("Mathématiques", 4, """
Les nombres jusqu’où l’on sait | Dix unités font une dizaine, dix dizaines une centaine.
Additions posées | On aligne les unités sous les unités et l’on n’oublie pas la retenue.
Mesurer des longueurs | Un mètre vaut cent centimètres.
Figures et symétrie | On plie : si les bords se superposent, le pli est un axe.
Multiplier | Multiplier, c’est ajouter plusieurs fois le même nombre.
La monnaie | Dix pièces de dix centimes font un euro.
Problèmes | On lit, on dessine, on calcule, on répond par une phrase.
"""),
    "MON": _subject("Questionner le monde", 2, """
Les saisons au potager | La graine a besoin d’eau et de chaleur, pas encore de lumière.
L’eau dans tous ses états | La glace fond, l’eau s’évapore, la buée se condense.
Le jour et la nuit | La Terre tourne sur elle-même en un jour.
Les petites bêtes | Six pattes : un insecte. Huit : une araignée.
La ville d’hier et d’aujourd’hui | Une photographie ancienne se lit comme un document.
Grandir et bien manger | De l’eau, un fruit, du sommeil : on grandit surtout la nuit.
"""),
    "EPS": _subject("EPS", 2, """
Jeux d’équipe | Passer, c’est aussi regarder.
Natation | Souffler dans l’eau avant de reprendre de l’air.
Acrosport | Le porteur décide quand on monte.
Danse collective | On écoute, on compte, on entre ensemble.
"""),
    "ART": _subject("Arts et musique", 1, """
Couleurs chaudes, couleurs froides | Deux couleurs primaires en font une troisième.
La chorale de l’école | On se tient droit, on sourit, on chante plus juste.
Papiers découpés | Le vide compte autant que la forme.
Un instrument, un pays | Chaque pays a son tambour.
"""),
    "ANG": _subject("Anglais", 1, """
Hello, my name is… | On salue, on se présente, on demande comment ça va.
Colours and animals | L’adjectif se place avant le nom et ne change pas.
The weather | It is sunny, it is raining : on regarde par la fenêtre.
Songs and rhymes | On apprend d’abord la musique de la langue.
"""),
}  # fmt: skip

#: Titles of marked work, by position in the period.
ASSESSMENTS = ("Contrôle : {t}", "Interrogation : {t}", "Devoir maison : {t}", "Bilan : {t}")

#: Activities of the binder: title, text; {s} is the subject.
ACTIVITIES = (
    ("Carte mentale à compléter", "Complétez la carte avec les mots de la liste, puis ajoutez-en deux à vous."),
    ("Quiz de révision", "Dix questions, trois réponses possibles. On recommence autant de fois que l’on veut."),
    ("Lecture accompagnée", "Le texte est découpé en cinq parties ; une question après chacune."),
    ("Défi de la semaine", "Un problème ouvert. On accepte toutes les pistes, à condition de les expliquer."),
    ("Fiche méthode", "Les étapes à suivre, avec un exemple corrigé et un exemple à faire."),
    ("Enquête à mener chez soi", "Relevez dix mesures, notez-les dans le tableau, apportez-le en classe."),
)
