"""The same ways for everybody: without a mouse, in the smallest windows, without scripts; and the pages beside them."""

from typing import Any

import pytest

from tests.chromium import chromium, focused
from tests.e2e.journey import (
    CHARTER,
    CHOSEN,
    CONFIRMATION,
    CONTACTS,
    IDENTIFIER,
    NEW,
    NEW_PASSWORD,
    PASSWORD,
    Cast,
    press_key,
    type_into,
    walking,
)
from tests.e2e.portal import Portal
from tests.e2e.recoveries import HERE, ask, codes, newest_code, prove, type_code

__all__ = ["chromium"]

NOT_YET = (
    "/preferences",
    "/preferences/mes-preferences",
    "/preferences/application-mobile",
    "/m",
    "/partenaire",
)


@pytest.mark.requirement("R7", "R8", "R14", "R15", "R24")
def test_the_wizard_by_the_keyboard_alone(portal: Portal, cast: Cast, chromium: Any) -> None:
    teacher = cast.newcomer("enseignant")
    headings = []
    with walking(portal, chromium) as walk:
        walk.go("/")
        type_into(walk.page, IDENTIFIER, teacher.identifier)
        type_into(walk.page, PASSWORD, teacher.password)
        walk.page.keyboard.press("Enter")
        for heading in (CHARTER, NEW, CONTACTS):
            walk.page.get_by_role("heading", level=1, name=heading).wait_for()
            headings.append(walk.heading)
            if heading == CHARTER:
                press_key(walk.page, "J'ai lu la charte", "Space")
            if heading == NEW:
                type_into(walk.page, NEW_PASSWORD, CHOSEN)
                type_into(walk.page, CONFIRMATION, CHOSEN)
            press_key(walk.page, "Terminer" if heading == CONTACTS else "Valider")
        walk.page.wait_for_url("**/?fait=*")

        assert headings == [CHARTER, NEW, CONTACTS]
        assert walk.path == "/"
        assert focused(walk.page).startswith("Votre première connexion est terminée.")


@pytest.mark.requirement("R6", "R8", "R9", "R14", "R23", "R24", "R25")
def test_the_wizard_without_scripts(portal: Portal, cast: Cast, chromium: Any) -> None:
    pupil = cast.newcomer("eleve")
    with walking(portal, chromium, scripts=False) as walk:
        walk.sign_in(pupil)
        walk.press("Valider")
        unticked = (walk.heading, len(walk.errors))
        walk.accept()
        walk.choose("Abcdef1$")
        refused = walk.errors
        walk.choose(CHOSEN)
        last = walk.heading
        walk.press("Terminer")

        assert unticked == (CHARTER, 1)
        assert refused == ["Il manque un caractère spécial de la liste."]
        assert (last, walk.path) == (CONTACTS, "/")
        assert walk.said == "Votre première connexion est terminée. Bienvenue sur l'ENT !"


@pytest.mark.requirement("R54")
def test_a_recovery_without_scripts(portal: Portal, cast: Cast, chromium: Any) -> None:
    parent, address = cast.settled("parent"), "sans.script@example.org"
    prove(portal, parent, "--email", address)
    with walking(portal, chromium, scripts=False) as walk:
        before = codes(portal, "mail", address)
        ask(walk, parent.identifier)
        type_code(walk, newest_code(portal, "mail", address, before))
        walk.choose(CHOSEN)
        told, parent.password = walk.said, CHOSEN
        walk.sign_in(parent)

        assert told.endswith("Connectez-vous avec le nouveau.")
        assert walk.path == "/"


def test_wrong_passwords_are_told_then_delayed_and_recovery_stays_open(
    portal: Portal, cast: Cast, chromium: Any
) -> None:
    somebody = cast.newcomer("parent")
    with walking(portal, chromium) as walk:
        walk.sign_in(somebody, password="Pas le bon 7!")
        walk.photograph("connexion-refusee")
        for _ in range(5):
            walk.sign_in(somebody, password="Pas le bon 7!")
        delayed = walk.page.locator(".countdown").count()
        walk.photograph("connexion-attente")
        walk.sign_in(somebody)
        even_right = walk.path
        walk.follow("Mot de passe oublié")

        assert (delayed, even_right, walk.path) == (1, "/connexion", HERE)


def test_a_form_that_is_too_old_begins_again_and_a_mistyped_address_leads_home(
    portal: Portal, chromium: Any
) -> None:
    with walking(portal, chromium) as walk:
        walk.go("/connexion")
        walk.page.evaluate("document.querySelector('[name=csrf]').value = 'x'")
        walk.press("Se connecter")
        expired = walk.heading
        walk.look("page-expiree")
        walk.follow("Recommencer")
        again = walk.path
        missing = walk.go("/connexion/nulle-part")
        walk.look("page-inconnue")
        nobody = walk.go("/nulle-part")
        walk.look("adresse-inconnue")

        assert (expired, again) == ("Votre page a expiré, recommencez", "/connexion")
        assert (missing, nobody) == (404, 404)


@pytest.mark.requirement("R11", "R12", "R13")
def test_what_is_not_there_yet_says_so_and_the_foot_leads_to_what_cookies_are_for(
    portal: Portal, cast: Cast, chromium: Any
) -> None:
    with walking(portal, chromium) as walk:
        walk.enters(cast.settled("enseignant"))
        told = [(walk.go(path), walk.heading) for path in NOT_YET]
        walk.look("pas-encore")
        walk.follow("Vos données")
        walk.photograph("confidentialite")

        assert told == [(501, "Cette page arrive bientôt")] * len(NOT_YET)
        assert "aucun bandeau" in walk.text


def test_changing_ones_own_password(portal: Portal, cast: Cast, chromium: Any) -> None:
    somebody = cast.settled("personnel")
    with walking(portal, chromium) as walk:
        walk.enters(somebody)
        walk.go("/connexion/mot-de-passe")
        walk.photograph("changer")
        walk.fill("Mot de passe actuel", "Pas le bon 7!")
        walk.fill(NEW_PASSWORD, CHOSEN)
        walk.fill(CONFIRMATION, CHOSEN)
        walk.press("Changer mon mot de passe")
        walk.photograph("changer-refuse")
        walk.fill("Mot de passe actuel", somebody.password)
        walk.fill(NEW_PASSWORD, CHOSEN)
        walk.fill(CONFIRMATION, CHOSEN)
        walk.press("Changer mon mot de passe")
        somebody.password = CHOSEN

        assert walk.path == "/"
        assert walk.said.endswith("Vos autres appareils sont déconnectés.")
