"""The same ways for everybody: without a mouse, in the smallest windows, without scripts; and the pages beside them."""

from typing import Any

import pytest

from tests.chromium import chromium, focused, scrolls_sideways
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
    Walk,
    tab_to,
    walking,
)
from tests.e2e.portal import Portal
from tests.e2e.recoveries import HERE, ask, codes, newest_code, prove, type_code

__all__ = ["chromium"]

UNCOVERED = """(each) => { const box = each.getBoundingClientRect();
    const met = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return box.top >= 0 && box.bottom <= innerHeight && (met === each || each.contains(met)); }"""
"""Whether a finger in the middle of an element meets the element itself."""
NOT_YET = (
    "/preferences",
    "/preferences/mes-preferences",
    "/preferences/application-mobile",
    "/m",
    "/partenaire",
)


def presses(walk: Walk, words: str, key: str = "Enter") -> None:
    tab_to(walk.page, words)
    walk.page.keyboard.press(key)


def types(walk: Walk, words: str, text: str) -> None:
    tab_to(walk.page, words)
    walk.page.keyboard.type(text)


@pytest.mark.requirement("R7", "R8", "R14", "R15", "R24")
def test_the_wizard_by_the_keyboard_alone(portal: Portal, cast: Cast, chromium: Any) -> None:
    teacher = cast.newcomer("enseignant")
    headings = []
    with walking(portal, chromium) as walk:
        walk.go("/")
        types(walk, IDENTIFIER, teacher.identifier)
        types(walk, PASSWORD, teacher.password)
        walk.page.keyboard.press("Enter")
        for heading in (CHARTER, NEW, CONTACTS):
            walk.page.get_by_role("heading", level=1, name=heading).wait_for()
            headings.append(walk.heading)
            if heading == CHARTER:
                presses(walk, "J'ai lu la charte", "Space")
            if heading == NEW:
                types(walk, NEW_PASSWORD, CHOSEN)
                types(walk, CONFIRMATION, CHOSEN)
            presses(walk, "Terminer" if heading == CONTACTS else "Valider")
        walk.page.wait_for_url("**/?fait=*")

        assert headings == [CHARTER, NEW, CONTACTS]
        assert focused(walk.page).startswith("Votre première connexion est terminée.")


@pytest.mark.requirement("R54")
def test_a_recovery_by_the_keyboard_alone(portal: Portal, cast: Cast, chromium: Any) -> None:
    pupil, address = cast.settled("eleve"), "clavier@example.org"
    prove(portal, pupil, "--email", address)
    with walking(portal, chromium) as walk:
        before = codes(portal, "mail", address)
        walk.go("/connexion")
        presses(walk, "Mot de passe oublié")
        walk.page.wait_for_url(f"**{HERE}")
        types(walk, IDENTIFIER, pupil.identifier)
        presses(walk, "Recevoir un code")
        walk.page.wait_for_url("**/code")
        types(walk, "Code reçu", newest_code(portal, "mail", address, before))
        walk.page.keyboard.press("Enter")
        walk.page.wait_for_url("**/nouveau")
        types(walk, NEW_PASSWORD, CHOSEN)
        types(walk, CONFIRMATION, CHOSEN)
        presses(walk, "Valider")
        walk.page.wait_for_url("**/connexion?fait=*")
        pupil.password = CHOSEN

        assert focused(walk.page).startswith("Votre mot de passe est changé.")


@pytest.mark.requirement("R11", "R12")
@pytest.mark.parametrize(("width", "height"), [(320, 480), (320, 256)], ids=["telephone", "400 %"])
def test_the_box_and_the_buttons_of_every_step_are_reached(
    portal: Portal, cast: Cast, chromium: Any, width: int, height: int
) -> None:
    with walking(portal, chromium) as walk:
        walk.page.set_viewport_size({"width": width, "height": height})
        walk.sign_in(cast.newcomer("parent"))
        reached = [_is_reached(walk.page.get_by_role("checkbox")), _is_reached(_button(walk, "Valider"))]
        wide = scrolls_sideways(walk.page)
        walk.page.get_by_role("checkbox").click()
        _button(walk, "Valider").click()
        reached.append(_is_reached(_button(walk, "Valider")))
        walk.choose(CHOSEN)
        reached.append(_is_reached(_button(walk, "Terminer")))
        _button(walk, "Terminer").click()

        assert reached == [True] * 4
        assert wide == []
        assert walk.path == "/"


def _button(walk: Walk, name: str) -> Any:
    return walk.page.get_by_role("button", name=name, exact=True)


def _is_reached(element: Any) -> bool:
    element.scroll_into_view_if_needed()
    return bool(element.evaluate(UNCOVERED))


@pytest.mark.requirement("R6", "R8", "R9", "R14", "R23", "R24")
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
        walk.press("Terminer")

        assert unticked == (CHARTER, 1)
        assert refused == ["Il manque un caractère spécial de la liste."]
        assert (walk.path, walk.said[:3]) == ("/", "Vot")


@pytest.mark.requirement("R54")
def test_a_recovery_without_scripts(portal: Portal, cast: Cast, chromium: Any) -> None:
    parent, address = cast.settled("parent"), "sans.script@example.org"
    prove(portal, parent, "--email", address)
    with walking(portal, chromium, scripts=False) as walk:
        before = codes(portal, "mail", address)
        ask(walk, parent.identifier)
        type_code(walk, newest_code(portal, "mail", address, before))
        walk.choose(CHOSEN)
        parent.password = CHOSEN
        walk.sign_in(parent)

        assert walk.path == "/"


def test_wrong_passwords_are_told_then_delayed_and_recovery_stays_open(
    portal: Portal, cast: Cast, chromium: Any
) -> None:
    somebody = cast.newcomer("parent")
    with walking(portal, chromium) as walk:
        walk.sign_in(somebody, password="Pas le bon 7!")
        walk.look("connexion-refusee")
        for _ in range(5):
            walk.sign_in(somebody, password="Pas le bon 7!")
        delayed = walk.page.locator(".countdown").count()
        walk.look("connexion-attente")
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
        walk.look("confidentialite")

        assert told == [(501, "Cette page arrive bientôt")] * len(NOT_YET)
        assert "aucun bandeau" in walk.text


def test_changing_ones_own_password(portal: Portal, cast: Cast, chromium: Any) -> None:
    somebody = cast.settled("personnel")
    with walking(portal, chromium) as walk:
        walk.enters(somebody)
        walk.go("/connexion/mot-de-passe")
        walk.look("changer")
        walk.fill("Mot de passe actuel", "Pas le bon 7!")
        walk.fill(NEW_PASSWORD, CHOSEN)
        walk.fill(CONFIRMATION, CHOSEN)
        walk.press("Changer mon mot de passe")
        walk.look("changer-refuse")
        walk.fill("Mot de passe actuel", somebody.password)
        walk.fill(NEW_PASSWORD, CHOSEN)
        walk.fill(CONFIRMATION, CHOSEN)
        walk.press("Changer mon mot de passe")
        somebody.password = CHOSEN

        assert walk.path == "/"
        assert walk.said.endswith("Vos autres appareils sont déconnectés.")
