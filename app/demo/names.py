"""The names of a fictional academy: real French given names and surnames, invented towns and streets. Plain.

No name holds a character that XML would have to escape, and every one is in ISO-8859-15: ``tests/demo`` checks it.
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    """Names between spaces; an underscore is a space inside one."""
    return tuple(word.replace("_", " ") for word in text.split())


GIRLS = _words(
    """Emma Louise Jade Alice Chloé Léa Lina Mila Léna Anna Inès Camille Zoé Juliette Manon Sarah Lucie Romane Nour Éva Agathe
    Rose Julia Charlotte Jeanne Clémence Margaux Élise Maëlys Noémie Anaïs Yasmine Aya Fatou Aïcha Maïssa Elsa Héloïse Célia Adèle
    Apolline Capucine Constance Salomé Maya Océane Ambre Léonie Victoire Soline Éléonore Assia Soraya Awa Mariam Khadija Lætitia Ève
    Maud Garance Lou Thaïs Lilou Kenza Alix Thi-Mai Ylona Anouk Cléa Diane Faustine Gabrielle Hortense Iris Joséphine"""
)
BOYS = _words(
    """Gabriel Louis Raphaël Jules Adam Lucas Léo Hugo Arthur Nathan Liam Éthan Paul Nolan Sacha Tom Gabin Noé Timéo Mathis Aaron
    Théo Mohamed Maël Victor Martin Axel Robin Clément Antoine Baptiste Rayan Yanis Ibrahim Ismaël Eliott Augustin Samuel Enzo Maxence
    Valentin Simon Rafaël Côme Loïc Gaël Joël Noam Malo Titouan Amadou Moussa Youssef Bilal Karim Mehdi Naïm Oscar Basile Célestin
    Corentin Damien Étienne Félix Gaspard Jérémie Kylian Léandre Marius Matéo Naël Octave Quentin Rémi Tristan"""
)
WOMEN = _words(
    """Sophie Céline Sandrine Stéphanie Nathalie Isabelle Karine Émilie Aurélie Virginie Laetitia Delphine Séverine Élodie Caroline
    Sabrina Fatima Nadia Samira Hélène Valérie Véronique Anne-Sophie Marie-Laure Christelle Mélanie Vanessa Audrey Julie Amélie Claire
    Florence Gaëlle Maryam Aminata Khadidja Béatrice Frédérique Agnès Cécile Magali Solène Joëlle Noémie Rachida Lucile Ingrid Maud
    Angélique Bérengère Charlène Dorothée Estelle Fanny Géraldine Hafida Irène Jocelyne Katia Linda"""
)
MEN = _words(
    """Nicolas Christophe Stéphane Laurent Frédéric Sébastien Julien David Olivier Jérôme Thierry Éric François Benoît Mickaël Grégory
    Cédric Ludovic Guillaume Karim Rachid Mohamed Saïd Mamadou Ousmane Philippe Bruno Fabrice Jean-Marc Jean-François Pierre-Yves Loïc
    Gaël Raphaël Emmanuel Matthieu Anthony Yann Arnaud Samuel Rémy Aurélien Vincent Fabien Régis Hervé Gérard Hakim Idriss Joaquim
    Kévin Lionel Marc Noël Pascal Quentin Romain Sylvain Tanguy Ulrich"""
)
SURNAMES = _words(
    """Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefèvre Leroy Roux David Bertrand Morel
    Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Müller Lefebvre Faure André Mercier Blanc Guérin Boyer Garnier
    Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry Roussel Mathieu Gautier Masson Marchand Duval
    Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun Blanchard Giraud Joly Rivière Lucas Brunet Gaillard Barbier Arnaud
    Martinez Gérard Roche Renard Schmitt Roy Leroux Colin Vidal Caron Picard Roger Fabre Aubert Lemoine Renaud Dumas Lacroix Olivier
    Philippe Bourgeois Pierre Benoît Rey Leclerc Payet Rolland Leclercq Guillaume Lecomte Lopez Jean Dupuy Guillot Hubert Berger
    Carpentier Sánchez Dupuis Moulin Louis Deschamps Huet Vasseur Perez Boucher Fleury Royer Klein Jacquet Adam Paris Poirier Marty
    Aubry Guyot Carré Charles Renault Charpentier Ménard Maillard Baron Bertin Bailly Hervé Schneider Fernandez Le_Gall Collet Léger
    Bouvier Julien Prévost Millet Perrot Daniel Cousin Germain Breton Besson Langlois Rémy Le_Goff Pelletier Lévêque Perrier Leblanc
    Barré Lebrun Marchal Weber Mallet Hamon Boulanger Jacob Monnier Michaud Rodríguez Guichard Gillet Étienne Grondin Poulain Tessier
    Chevallier Collin Chauvin Da_Silva Bouchet Gay Lemaître Bénard Maréchal Humbert Reynaud Antoine Hoarau Perret Barthélemy Cordier
    Pichon Lejeune Gilbert Lamy Delaunay Pasquier Carlier Laporte Benali Haddad Traoré Diallo Diop Nguyen Tran Bouzid Belkacem
    Kaddouri Cissé Coulibaly Ferreira Pereira Dos_Santos Kowalski Öztürk Rakoto D'Almeida O'Connor L'Hostis Œuvrard"""
)

STREETS = tuple(
    f"{kind} {name}"
    for kind, names in (
        (
            "rue",
            "des Tilleuls|du Moulin|de l'Église|des Écoles|Pasteur|Victor-Hugo|de la Gare|des Lilas|du Four-Banal|Marie-Curie",
        ),
        ("avenue", "de la République|Jean-Jaurès|des Peupliers|du Général-Leclerc|Simone-Veil"),
        ("impasse", "des Hirondelles|du Lavoir|des Rosiers|de la Fontaine"),
        ("chemin", "des Vignes|du Pré-Vert|de la Garenne|des Deux-Rives|du Gué"),
        ("allée", "des Érables|des Châtaigniers|Jules-Verne|George-Sand"),
        ("place", "du Marché|de la Mairie|Saint-Éloi"),
        ("quai", "des Tanneurs|de l'Ondaine"),
    )
    for name in names.split("|")
)
#: Towns that do not exist, with postal codes that no post office uses.
TOWNS = (
    ("Valmont-sur-Ondaine", "99100"),
    ("Saint-Aubin-des-Prés", "99110"),
    ("Rochevive", "99120"),
    ("Montfleury-le-Vieux", "99130"),
    ("La Chapelle-Ondaine", "99140"),
    ("Bourg-en-Vallon", "99150"),
    ("Les Essarts-du-Lac", "99160"),
    ("Villeneuve-les-Tilleuls", "99170"),
    ("Pont-Sérène", "99180"),
    ("Beauvoir-la-Forêt", "99190"),
    ("Sainte-Ève-sur-Mer", "99200"),
    ("Clairefontaine-d'Ondaine", "99210"),
)
#: After whom schools are named, by kind.
PATRONS = {
    "primary": (
        "Jacques-Prévert", "Les Hirondelles", "Jules-Ferry", "du Lavoir", "Louise-Michel", "Les Tilleuls", "Maria-Montessori",
        "Saint-Exupéry", "des Deux-Rives", "Marcel-Pagnol", "Françoise-Dolto", "du Centre", "George-Sand", "Les Coquelicots",
    ),
    "college": (
        "Simone-Veil", "Marie-Curie", "Jean-Moulin", "Germaine-Tillion", "Albert-Camus", "Rosa-Parks", "Les Trois-Vallons",
        "Émile-Zola", "Aimé-Césaire", "Joséphine-Baker",
    ),
    "lycee": ("Ada-Lovelace", "Sophie-Germain", "Victor-Schœlcher", "Olympe-de-Gouges", "Denis-Diderot", "Katherine-Johnson"),
}  # fmt: skip
KIND_WORDS = {"primary": "École", "college": "Collège", "lycee": "Lycée"}
COLOURS = ("BLEUE", "VERTE", "JAUNE", "ROUGE", "ORANGE", "VIOLETTE", "BLANCHE", "ROSE")
