"""The portal and the sign-in in a real browser: every state by axe, narrow windows, the keyboard alone, no scripts."""

from collections.abc import Callable
from typing import Any

import pytest

from auth.domain.sessions import session_digest
from tests.chromium import (
    axe_violations_in_both_schemes,
    chromium,
    focus_order,
    focused,
    opened_page,
    screenshot,
    scrolls_sideways,
)
from tests.e2e.auth_pages import FIRST_PASSWORD, AuthPages, signed_in
from tests.e2e.journey import CHOSEN
from tests.html_tree import plain
from tests.integration.sign_in_scene import charters_in_force

__all__ = ["chromium"]

IDENTIFIER, PASSWORD = "#champ-identifiant", "#champ-mot_de_passe"
WRONG = "Not the passw0rd!"
ACCEPTED = """
insert into charter_acceptance select person_id, '{charter}', '{version}', now()
from browser_session where token_digest = decode('{digest}', 'hex')
"""
IDENTIFIED = """
select identifier from account join browser_session using (person_id) where token_digest = decode('{digest}', 'hex')
"""


def _person(auth: AuthPages, step: str = "active") -> tuple[str, str]:
    """Somebody who has accepted the charters: the identifier, and the token of a session."""
    token = auth.new_person(profile="eleve", step=step)
    digest = session_digest(token).hex()
    for charter in charters_in_force().asked_of("eleve"):
        auth.sql(ACCEPTED.format(digest=digest, charter=charter.charter_id, version=charter.version))
    return auth.sql(IDENTIFIED.format(digest=digest)).strip(), token


def _welcome(auth: AuthPages, page: Any) -> None:
    page.goto(auth.url + "/")


def _sign_in(auth: AuthPages, page: Any) -> None:
    page.goto(auth.url + "/connexion")


def _empty(auth: AuthPages, page: Any) -> None:
    _sign_in(auth, page)
    page.click("main button.primary")


def _wrong(auth: AuthPages, page: Any, identifier: str = "personne.du-tout") -> None:
    _sign_in(auth, page)
    page.fill(IDENTIFIER, identifier)
    page.fill(PASSWORD, WRONG)
    page.click("main button.primary")


def _delayed(auth: AuthPages, page: Any) -> None:
    for _ in range(6):
        _wrong(auth, page, "personne.qui-attend")
    page.wait_for_selector(".countdown")


def _signed_in(auth: AuthPages, page: Any, step: str = "active") -> None:
    _, token = _person(auth, step)
    signed_in(page, token)
    page.goto(auth.url + "/")


def _unfinished(auth: AuthPages, page: Any) -> None:
    _signed_in(auth, page, "contacts")


def _privacy(auth: AuthPages, page: Any) -> None:
    _signed_in(auth, page)
    page.goto(auth.url + "/confidentialite")


def _leaving(auth: AuthPages, page: Any) -> None:
    _signed_in(auth, page)
    page.goto(auth.url + "/deconnexion")


def _left(auth: AuthPages, page: Any) -> None:
    _leaving(auth, page)
    page.click("main button.primary")


def _confirming(auth: AuthPages, page: Any) -> None:
    _signed_in(auth, page)
    page.goto(auth.url + "/connexion/confirmer?suite=/confidentialite")


def _not_confirmed(auth: AuthPages, page: Any) -> None:
    _confirming(auth, page)
    page.fill(PASSWORD, WRONG)
    page.click("main button.primary")


def _changing(auth: AuthPages, page: Any) -> None:
    _signed_in(auth, page)
    page.goto(auth.url + "/connexion/mot-de-passe")


def _not_changed(auth: AuthPages, page: Any) -> None:
    _changing(auth, page)
    page.fill("#champ-mot_de_passe_actuel", FIRST_PASSWORD)
    page.fill(PASSWORD, "abc")
    page.fill("#champ-confirmation", "abd")
    page.click("main button.primary")


def _changed(auth: AuthPages, page: Any) -> None:
    _changing(auth, page)
    page.fill("#champ-mot_de_passe_actuel", FIRST_PASSWORD)
    for field in (PASSWORD, "#champ-confirmation"):
        page.fill(field, CHOSEN)
    page.click("main button.primary")


STATES: dict[str, Callable[[AuthPages, Any], None]] = {
    "accueil": _welcome,
    "connexion": _sign_in,
    "connexion-vide": _empty,
    "connexion-refusee": _wrong,
    "connexion-attente": _delayed,
    "portail": _signed_in,
    "portail-ferme": _unfinished,
    "confidentialite": _privacy,
    "deconnexion": _leaving,
    "deconnecte": _left,
    "confirmer": _confirming,
    "confirmer-refuse": _not_confirmed,
    "changer": _changing,
    "changer-refuse": _not_changed,
    "change": _changed,
}


@pytest.mark.requirement("R11", "R12")
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_for_everybody(auth: AuthPages, chromium: Any, state: str) -> None:
    with opened_page(chromium) as page:
        STATES[state](auth, page)
        screenshot(page, state)

        assert axe_violations_in_both_schemes(page) == []
        assert scrolls_sideways(page) == []


def test_one_signs_in_with_the_keyboard_alone(auth: AuthPages, chromium: Any) -> None:
    person = _person(auth)[0]
    with opened_page(chromium) as page:
        page.goto(auth.url + "/connexion")
        order = focus_order(page, 3)
        page.keyboard.type(person)
        page.keyboard.press("Tab")
        page.keyboard.type(FIRST_PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/")

        assert order == ["Aller au contenu", "ma classe69, accueil", "Identifiant"]
        assert plain(page.inner_text("h1")) == "Bonjour Léo"


def test_what_went_wrong_has_the_focus(auth: AuthPages, chromium: Any) -> None:
    with opened_page(chromium) as page:
        _wrong(auth, page)

        assert "ne vont pas ensemble" in focused(page)
        assert page.input_value(IDENTIFIER) == "personne.du-tout"
        assert page.input_value(PASSWORD) == ""


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_signing_in_and_out_on_a_telephone(auth: AuthPages, chromium: Any, scripts: bool) -> None:
    person = _person(auth)[0]
    with opened_page(chromium, width=360, scripts=scripts) as page:
        page.goto(auth.url + "/")
        page.fill(IDENTIFIER, person.upper())
        page.fill(PASSWORD, FIRST_PASSWORD)
        page.click("main button.primary")
        arrived = plain(page.inner_text("h1"))
        page.click("text=Se déconnecter")
        page.click("main button.primary")

        assert arrived == "Bonjour Léo"
        assert plain(page.inner_text("#fait")) == "C'est fait : ce navigateur n'ouvre plus votre compte."
        assert [cookie["name"] for cookie in page.context.cookies()].count("__Host-session") == 0
