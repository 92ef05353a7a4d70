"""The people of the sample, family by family, without holding more than one family in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from carillon.sample.contacts import email_address, fixed_number, mobile_number
from carillon.sample.establishments import COLLEGE_OF_LEO, LYCEE_OF_INES, Establishment, establishments
from carillon.sample.names import first_name, last_name

SEED = 69
PEOPLE_PER_ESTABLISHMENT = 900
_SCHOOL_YEAR_START = date(2026, 9, 1)
_CLASSES = {
    "college": ("6e A", "6e B", "5e A", "5e C", "4e B", "3e D"),
    "lycee": ("2de 1", "2de 4", "1re G2", "1re STMG", "Tle G3", "Tle STI2D"),
    "agricole": ("2de GT", "1re STAV", "Tle STAV", "CAPa 1"),
    "cfa": ("CAP 1", "CAP 2", "BP 1", "BTS 1"),
}
_YOUNGEST = {"college": 11, "lycee": 15, "agricole": 15, "cfa": 16}


@dataclass(frozen=True, slots=True)
class Place:
    """One person at one school: a line of the accounts file."""

    establishment: Establishment
    classroom: str = ""
    transported: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """One account of the directory."""

    number: int
    profile: str
    last_name: str
    first_name: str
    born: date
    places: tuple[Place, ...]
    children: tuple[str, ...] = ()
    email: str = ""
    phone_home: str = ""
    phone_work: str = ""
    phone_mobile: str = ""

    @property
    def person_id(self) -> str:
        """Stable: the same number is the same person in every size of académie."""
        return person_id(self.number)


def person_id(number: int) -> str:
    """`P0000001`."""
    return f"P{number:07d}"


SONIA, LEO, INES, VIAL = person_id(1), person_id(2), person_id(3), person_id(4)


@dataclass(slots=True)
class _Register:
    """Draws people; the same seed and size draw the same ones."""

    random: Random
    schools: Sequence[Establishment]
    given: int = field(default=0)

    def number(self) -> int:
        self.given += 1
        return self.given

    def family(self) -> list[Person]:
        """One to three pupils, then one or two parents who are at each of their schools."""
        name = last_name(self.random)
        pupils = [self._pupil(name) for _ in range(self.random.choice((1, 1, 1, 2, 2, 3)))]
        parents = [self._parent(name, pupils) for _ in range(self.random.choice((1, 1, 2)))]
        return [*pupils, *parents]

    def adult(self) -> Person:
        """A teacher, or somebody of the staff; one teacher in six works in two schools."""
        teacher = self.random.random() < 0.75
        schools = self.random.sample(self.schools, 2 if teacher and self.random.random() < 1 / 6 else 1)
        first, last, number = first_name(self.random), last_name(self.random), self.number()
        return Person(
            number=number,
            profile="enseignant" if teacher else "personnel",
            last_name=last,
            first_name=first,
            born=self._born(24, 64),
            places=tuple(Place(school) for school in schools),
            email=email_address(first, last, number),
            phone_work=fixed_number(self.random),
        )

    def _pupil(self, name: str) -> Person:
        school = self.random.choice(self.schools)
        youngest = _YOUNGEST[school.kind]
        place = Place(school, self.random.choice(_CLASSES[school.kind]), self.random.random() < 0.3)
        return Person(
            number=self.number(),
            profile="eleve",
            last_name=name,
            first_name=first_name(self.random),
            born=self._born(youngest, youngest + 3),
            places=(place,),
        )

    def _parent(self, name: str, children: Sequence[Person]) -> Person:
        first, number = first_name(self.random), self.number()
        last = name if self.random.random() < 0.7 else last_name(self.random)
        return Person(
            number=number,
            profile="parent",
            last_name=last,
            first_name=first,
            born=self._born(32, 58),
            places=places_of_parent(children),
            children=tuple(child.person_id for child in children),
            email=email_address(first, last, number) if self.random.random() < 0.7 else "",
            phone_home=fixed_number(self.random) if self.random.random() < 0.3 else "",
            phone_mobile=mobile_number(number) if self.random.random() < 0.8 else "",
        )

    def _born(self, years_min: int, years_max: int) -> date:
        days = self.random.randrange(years_min * 365, (years_max + 1) * 365)
        return _SCHOOL_YEAR_START - timedelta(days=days)


def places_of_parent(children: Sequence[Person]) -> tuple[Place, ...]:
    """Each school of the children once; transported when a child there is."""
    schools = {place.establishment.uai: place.establishment for child in children for place in child.places}
    return tuple(
        Place(
            school,
            transported=any(
                place.transported
                for child in children
                for place in child.places
                if place.establishment == school
            ),
        )
        for school in schools.values()
    )


def family_of_sonia() -> list[Person]:
    """Sonia, with Léo in a collège and Inès in a lycée: the family the product is judged by."""
    leo = Person(
        2,
        "eleve",
        "Benali-Lefèvre",
        "Léo",
        date(2015, 5, 12),
        (Place(COLLEGE_OF_LEO, "6e B", transported=True),),
    )
    ines = Person(
        3,
        "eleve",
        "Benali-Lefèvre",
        "Inès",
        date(2010, 3, 2),
        (Place(LYCEE_OF_INES, "2de 4", transported=True),),
    )
    sonia = Person(
        number=1,
        profile="parent",
        last_name="Benali-Lefèvre",
        first_name="Sonia",
        born=date(1984, 11, 23),
        places=places_of_parent([leo, ines]),
        children=(LEO, INES),
        email="sonia.benali-lefevre@example.org",
        phone_mobile=mobile_number(1),
    )
    return [sonia, leo, ines]


def madame_vial() -> Person:
    """The secretary of Léo's collège, who prints the slips."""
    return Person(
        number=4,
        profile="personnel",
        last_name="Vial",
        first_name="Hélène",
        born=date(1979, 2, 14),
        places=(Place(COLLEGE_OF_LEO),),
        email=email_address("Hélène", "Vial", 4),
        phone_work="0199004004",
    )


def people(accounts: int, *, seed: int = SEED) -> Iterator[Person]:
    """Exactly `accounts` people (three at least), always the same for the same size and seed.

    Roughly one in seven is a teacher or staff; the others come as families.
    """
    schools = establishments(max(5, accounts // PEOPLE_PER_ESTABLISHMENT))
    register = _Register(Random(seed), schools, given=4)  # noqa: S311  # repeatable, not secret
    always = [*family_of_sonia(), madame_vial()][:accounts]
    yield from always
    left = accounts - len(always)
    while left > 0:
        family = register.family() if left >= 5 and register.random.random() < 0.65 else [register.adult()]
        yield from family
        left -= len(family)
