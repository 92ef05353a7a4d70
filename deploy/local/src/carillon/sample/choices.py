"""What the people of the sample chose: a mix in which every reason for silence has its examples."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from carillon.sample.contacts import email_address, mobile_number
from carillon.sample.people import INES, LEO, SEED, SONIA, VIAL, Person


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody filled in « Contact et préférences ». The first three boxes are R29, R30 and R31."""

    email_information: bool = True
    establishment_notices: bool = True
    partner_notices: bool = True
    sms_refused: bool = False
    gives_email: bool = True
    gives_phone: bool = True
    proved: bool = True


EVERYTHING = Habit()
_HABITS: tuple[tuple[int, Habit | None], ...] = (
    (42, EVERYTHING),
    (12, Habit(gives_phone=False)),
    (8, Habit(establishment_notices=False)),
    (8, Habit(partner_notices=False)),
    (6, Habit(sms_refused=True)),
    (6, Habit(proved=False)),
    (4, Habit(gives_email=False, gives_phone=False)),
    (4, Habit(email_information=False)),
    (4, Habit(email_information=False, establishment_notices=False, partner_notices=False, sms_refused=True)),
    (6, None),  # never came to the page
)
_WEIGHTS = [weight for weight, _ in _HABITS]
_KINDS = [habit for _, habit in _HABITS]

_TOLD: dict[str, Habit | None] = {
    SONIA: EVERYTHING,
    LEO: Habit(gives_phone=False, proved=False),
    INES: Habit(partner_notices=False, gives_phone=False),
    VIAL: EVERYTHING,
}


def habit_of(person: Person, *, seed: int = SEED) -> Habit | None:
    """The person's habit, or none for one who never chose; it depends on the person and the seed alone."""
    if person.person_id in _TOLD:
        return _TOLD[person.person_id]
    draw = Random(seed * 1_000_003 + person.number)  # noqa: S311  # repeatable, not secret
    habit = draw.choices(_KINDS, _WEIGHTS)[0]
    if habit and person.profile == "eleve" and draw.random() < 0.7:
        return replace(habit, gives_phone=False)
    return habit


def choices_of(person: Person, *, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """One line of the choices file for each school of a person who chose."""
    habit = habit_of(person, seed=seed)
    if habit is None:
        return
    for place in person.places:
        yield {
            "person_id": person.person_id,
            "uai": place.establishment.uai,
            "email_information": habit.email_information,
            "establishment_notices": habit.establishment_notices,
            "partner_notices": habit.partner_notices,
            "sms_refused": habit.sms_refused,
            "email": _email(person) if habit.gives_email else None,
            "email_proved": habit.gives_email and habit.proved,
            "phone": mobile_number(person.number) if habit.gives_phone else None,
            "phone_proved": habit.gives_phone and habit.proved,
        }


def _email(person: Person) -> str:
    return person.email or email_address(person.first_name, person.last_name, person.number)
