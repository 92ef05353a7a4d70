"""What a page says about a new password, and to whom."""

import pytest

from auth.domain.password_faults import PasswordFault
from auth.domain.password_policy import BOUNDS, RULES, SPECIALS
from auth.entrypoints.pages.new_password import fault_errors, new_password_shown
from auth.entrypoints.pages.words import Words
from shared.kit.texts import Catalogue
from tests.html_tree import plain

TEXTS = Catalogue("auth")
ANY = {"version": "1", "title": "", "box": "", "characters": ""}
"""Values for whichever sentence."""

OTHER_FAULTS = ("missing", "identifier", "name", "school", "common", "first_password")


@pytest.mark.requirement("R16")
def test_the_five_lines_are_those_of_the_leaflet_in_its_order() -> None:
    assert [plain(rule.sentence) for rule in new_password_shown(TEXTS).rules] == [
        "Inclure au moins 8 caractères",
        "Inclure au moins 1 lettre minuscule",
        "Inclure au moins 1 lettre majuscule",
        "Inclure au moins 1 chiffre",
        f"Inclure au moins 1 caractère spécial de la liste suivante : {SPECIALS}",
    ]


@pytest.mark.requirement("R23")
@pytest.mark.parametrize(
    "slug", [*(rule.slug for rule in RULES), *(slug for slug, _ in BOUNDS), *OTHER_FAULTS]
)
def test_every_fault_of_a_password_has_a_sentence(slug: str) -> None:
    [error] = fault_errors(TEXTS, [PasswordFault("password", slug)])

    assert error.field == "mot_de_passe"
    assert error.sentence.endswith(".")


@pytest.mark.requirement("R22", "R23")
def test_the_faults_of_a_confirmation_stand_beside_it() -> None:
    faults = [PasswordFault("confirmation", slug) for slug in ("missing", "different")]

    assert [error.field for error in fault_errors(TEXTS, faults)] == ["confirmation", "confirmation"]


def test_no_sentence_scolds() -> None:
    scolding = ("erreur", "invalide", "veuillez")
    ours = [each for each in TEXTS if each.startswith(("first_connection.", "new_password."))]

    assert [each for each in ours if any(word in TEXTS.say(each, **ANY).lower() for word in scolding)] == []


def test_pupils_are_spoken_to_in_their_words_and_others_in_the_usual_ones() -> None:
    pupil, parent = Words(TEXTS, "eleve"), Words(TEXTS, "parent")

    assert pupil("first_connection.charter.lead") != parent("first_connection.charter.lead")
    assert pupil("first_connection.charter.title") == parent("first_connection.charter.title")
    assert "first_connection.contacts.advice" in pupil
    assert "first_connection.contacts.advice" not in parent
