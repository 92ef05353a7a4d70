"""The schools of the sample: five that are always there, and as many more as a size asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

_KEY_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
REGION = "Auvergne-Rhône-Alpes"

_PLACES = (
    ("069", "69", "Lyon"),
    ("042", "42", "Lyon"),
    ("001", "01", "Lyon"),
    ("038", "38", "Grenoble"),
    ("026", "26", "Grenoble"),
    ("073", "73", "Grenoble"),
    ("074", "74", "Grenoble"),
    ("063", "63", "Clermont-Ferrand"),
    ("003", "03", "Clermont-Ferrand"),
    ("043", "43", "Clermont-Ferrand"),
)
_KINDS = ("college", "college", "lycee", "college", "lycee", "agricole", "college", "cfa")
_TITLES = {"college": "Collège", "lycee": "Lycée", "agricole": "Lycée agricole", "cfa": "CFA"}
_PATRONS = (
    "Marguerite-Durand-d'Été",
    "Émile-Zélé",
    "Hélène-Boucher-des-Prés",
    "Les Trois Glycines",
    "Antoine-Forêt",
    "L'Île-aux-Saules",
    "Françoise-Noël",
    "Les Coteaux-Fleuris",
    "Élise-Château",
    "Le Grand-Séquoia",
)


@dataclass(frozen=True, slots=True)
class Establishment:
    """One school, as the accounts file names it (docs/interfaces.md)."""

    uai: str
    name: str
    kind: str
    departement: str
    academie: str
    region: str = REGION

    @property
    def columns(self) -> tuple[str, ...]:
        """From `establishment_uai` to `region`."""
        return (self.uai, self.name, self.kind, self.departement, self.academie, self.region)


def uai(prefix: str, number: int) -> str:
    """A code with its control letter; numbers from 9000 are given to no real school."""
    digits = f"{prefix}{number:04d}"
    return digits + _KEY_LETTERS[int(digits) % 23]


COLLEGE_OF_LEO = Establishment(uai("069", 9001), "Collège Les Tilleuls-Dorés", "college", "69", "Lyon")
SECOND_COLLEGE = Establishment(uai("069", 9002), "Collège Élisée-Réséda", "college", "69", "Lyon")
LYCEE_OF_INES = Establishment(uai("069", 9003), "Lycée Suzanne-Étoile", "lycee", "69", "Lyon")
AGRICULTURAL = Establishment(uai("069", 9004), "Lycée agricole Le Pré-Fleuri", "agricole", "69", "Lyon")
CFA = Establishment(uai("069", 9005), "CFA des Métiers du Rhône", "cfa", "69", "Lyon")

ALWAYS = (COLLEGE_OF_LEO, SECOND_COLLEGE, LYCEE_OF_INES, AGRICULTURAL, CFA)


def establishments(count: int) -> list[Establishment]:
    """The five, then others over the région until there are `count` (never fewer than five)."""
    more = _others()
    return [*ALWAYS, *(next(more) for _ in range(count - len(ALWAYS)))]


def _others() -> Iterator[Establishment]:
    numbers = dict.fromkeys((prefix for prefix, _, _ in _PLACES), 9100)
    for index, ((prefix, departement, academie), kind) in enumerate(
        zip(cycle(_PLACES), cycle(_KINDS), strict=False)
    ):
        name = f"{_TITLES[kind]} {_PATRONS[index % len(_PATRONS)]}"
        number = numbers[prefix]
        numbers[prefix] += 1
        yield Establishment(uai(prefix, number), name, kind, departement, academie)
