"""A forgotten password in a real browser: the keyboard alone, narrow windows, every state by axe."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from auth.adapters.recovery_digests import RecoveryDigests
from tests.chromium import (
    axe_violations_in_both_schemes,
    chromium,
    focused,
    opened_page,
    screenshot,
    scrolls_sideways,
)
from tests.e2e.auth_pages import AuthPages
from tests.e2e.journey import CHOSEN, CONFIRMATION, NEW_PASSWORD, press_key, type_into
from tests.e2e.recoveries import HERE

__all__ = ["chromium"]

CODE = "012345"
PERSON = """
insert into account
    (person_id, profile, last_name, first_name, identifier, identifier_stem, identifier_number, created_at)
values ('{person}', 'parent', 'Canari', 'Sonia', '{person}', '{person}', 1, now());
insert into credential (person_id, step, password_hash, password_kind) values ('{person}', 'active', 'x', 'chosen');
insert into one_time_code (code_id, person_id, purpose, digest, destination_digest, issued_at, expires_at)
values (gen_random_uuid(), '{person}', 'recovery', decode('{digest}', 'hex'), '', now(), now() + interval '10 minutes');
"""


@dataclass(frozen=True, slots=True)
class People:
    """Somebody new for each test, to whom the code CODE has been sent."""

    auth: AuthPages
    numbers: Iterator[int]

    def somebody(self) -> str:
        person = f"r{next(self.numbers)}.canari"
        digest = RecoveryDigests(self.auth.environment["CODE_KEYS"]).code(person, CODE).hex()
        self.auth.sql(PERSON.format(person=person, digest=digest))
        return person


@pytest.fixture(scope="module")
def people(auth: AuthPages) -> People:
    return People(auth, count(1))


@pytest.fixture
def page(people: People, chromium: Any) -> Iterator[Any]:
    with opened_page(chromium, people.auth.url + HERE) as opened:
        yield opened


def judged(page: Any, name: str) -> None:
    """A state of a page: photographed on demand, without a violation, and whole in the narrowest window."""
    screenshot(page, f"mot-de-passe-oublie-{name}", widths=(360, 1280))

    assert axe_violations_in_both_schemes(page) == []
    assert scrolls_sideways(page) == []


def ask(page: Any, identifier: str) -> None:
    page.get_by_label("Identifiant").fill(identifier)
    page.get_by_role("button", name="Recevoir un code").click()
    page.wait_for_url("**/code")


def prove(page: Any, identifier: str) -> None:
    ask(page, identifier)
    page.get_by_label("Code reçu").fill(CODE)
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/nouveau")


@pytest.mark.requirement("R54")
def test_the_form_is_accessible_empty_and_to_correct(page: Any) -> None:
    judged(page, "identifiant")

    page.get_by_role("button", name="Recevoir un code").click()
    page.locator(".error-summary:focus").wait_for()

    assert focused(page).startswith("Il reste une chose à corriger")
    judged(page, "identifiant-a-corriger")


@pytest.mark.requirement("R54")
def test_the_page_of_the_code_is_accessible_in_every_state(page: Any) -> None:
    ask(page, "personne.inconnue")
    judged(page, "code")

    page.get_by_label("Code reçu").fill("999 999")
    page.get_by_role("button", name="Continuer").click()
    judged(page, "code-refuse")

    page.get_by_role("button", name="Recevoir un nouveau code").click()
    page.wait_for_url("**/code?fait=recovery_again")
    assert focused(page).startswith("Votre demande est enregistrée")
    judged(page, "code-redemande")


@pytest.mark.requirement("R14", "R16", "R23", "R54")
def test_the_page_of_the_password_is_accessible_in_every_state(page: Any, people: People) -> None:
    prove(page, people.somebody())
    judged(page, "nouveau")

    page.get_by_label("Mot de passe (*)").fill("abc")
    page.get_by_role("button", name="Valider").click()
    judged(page, "nouveau-a-corriger")

    page.get_by_label("Mot de passe (*)").fill(CHOSEN)
    page.get_by_label("Confirmation (*)").fill(CHOSEN)
    page.get_by_role("button", name="Valider").click()
    page.wait_for_url("**/connexion?fait=password_recovered")
    judged(page, "reussi")


def test_a_recovery_that_is_over_is_accessible(page: Any, people: People) -> None:
    page.goto(people.auth.url + HERE)
    ask(page, "personne.inconnue")
    page.goto(f"{people.auth.url}{HERE}/nouveau")

    assert focused(page).endswith("Recommencez ici, c'est rapide.")
    judged(page, "terminee")


@pytest.mark.requirement("R54")
def test_the_whole_recovery_by_the_keyboard_alone(page: Any, people: People) -> None:
    page.goto(people.auth.url + "/connexion")
    press_key(page, "Mot de passe oublié")
    page.wait_for_url(f"**{HERE}")
    type_into(page, "Identifiant", people.somebody())
    page.keyboard.press("Tab")
    first_card = focused(page)
    page.keyboard.press("ArrowDown")
    second_card = focused(page)
    press_key(page, "Recevoir un code")
    page.get_by_role("heading", name="Saisissez le code reçu", level=1).wait_for()
    type_into(page, "Code reçu", f"{CODE[:3]} {CODE[3:]}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/nouveau")
    type_into(page, NEW_PASSWORD, CHOSEN)
    type_into(page, CONFIRMATION, CHOSEN)
    press_key(page, "Valider")
    page.wait_for_url("**/connexion?fait=password_recovered")

    assert first_card.startswith("Recevoir le code par e-mail")
    assert second_card.startswith("Recevoir le code par SMS")
    assert focused(page).startswith("Votre mot de passe est changé.")
