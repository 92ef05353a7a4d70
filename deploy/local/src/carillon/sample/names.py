"""Names as they are on French registers: accents, apostrophes, particles, hyphens, and very long ones."""

import unicodedata
from random import Random

FIRST_NAMES = (
    *("Léo", "Inès", "Zoé", "Maël", "Chloé", "Noé", "Anaïs", "Théo", "Éloïse", "Raphaël", "Loïc", "Gaël"),
    *("Hélène", "François", "Françoise", "Aurélie", "Jérôme", "Stéphane", "Cécile", "Frédéric", "Agnès"),
    *("Fatoumata", "Mohamed", "Yasmine", "Aïcha", "Mehdi", "Nour", "Moussa", "Aminata", "Ibrahima", "Samira"),
    *("Manon", "Lucas", "Emma", "Hugo", "Camille", "Nathan", "Jade", "Louis", "Alice", "Gabriel", "Rose"),
    *("Jean-Baptiste", "Marie-Thérèse", "Anne-Sophie", "Pierre-Emmanuel", "Marie-Amélie", "Lou-Ann"),
    *("Thi Minh Châu", "João", "Iñaki", "Zuzanna", "Björn", "Đorđe", "Siobhán", "Øyvind", "Þóra", "Ngọc"),
    *("Marie-Charlotte Élisabeth", "Abd-el-Kader", "Özlem", "Célestin", "Ophélie", "Clémence", "Barnabé"),
)
LAST_NAMES = (
    *("Martin", "Bernard", "Lefèvre", "Garçon", "Benoît", "Mercier", "Fournier", "Gauthier", "Chevalier"),
    *("Benali", "Diallo", "Nguyễn", "Traoré", "Haddad", "Ben Youssef", "El Amrani", "Öztürk", "Da Silva"),
    *("Lévêque", "Évrard", "Pétrot", "Noël", "Brûlé", "Maréchal", "Gérard", "Hervé", "Béranger", "Crépin"),
    *(
        "de La Tour",
        "d'Hauteville",
        "Le Guénnec",
        "L'Hostis",
        "du Plessis-Bélière",
        "des Essarts",
        "Saint-Exel",
    ),
    *("Roche", "Vial", "Perrin", "Girard", "Morel", "André", "Colas", "Fabre", "Blanchard", "Picard"),
    *("Rakotomalala-Andriamanjato", "Kowalczyk-Wiśniewska", "Vandenbroucke", "Sáez-Muñoz", "Papadopoúlou"),
    "de Villeneuve-Beauregard de Saint-Germain-des-Fossés",
    "Ramanantsoa-Razafindrakoto de Montvert",
    "Chevallereau-Desgranges de la Métairie-Haute",
)


def first_name(random: Random) -> str:
    """One first name; a few people have two."""
    return random.choice(FIRST_NAMES)


def last_name(random: Random) -> str:
    """One family name; one family in twelve carries two, joined."""
    name = random.choice(LAST_NAMES)
    if random.random() < 1 / 12 and len(name) < 20:
        return f"{name}-{random.choice(LAST_NAMES[:24])}"
    return name


_LETTERS = str.maketrans({"đ": "d", "Đ": "D", "ø": "o", "Ø": "O", "þ": "th", "Þ": "Th", "œ": "oe", "Œ": "Oe"})


def ascii_word(text: str) -> str:
    """`Éloïse d'Hauteville` → `eloise-d-hauteville`: what fits before the @ of an address."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(letter if letter.isalnum() else " " for letter in plain).split())
