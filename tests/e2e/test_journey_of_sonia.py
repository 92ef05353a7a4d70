"""Journey 1, up to the portal: Sonia's slip, her telephone, the three steps, and what her first password opens after."""

from typing import Any

import pytest

from carillon.sample.people import LEO, SONIA
from tests.chromium import chromium, focused
from tests.e2e.journey import (
    CHARTER,
    CHOSEN,
    CONTACTS,
    IDENTIFIER,
    NEW,
    NEW_PASSWORD,
    NEXT_STEP,
    PASSWORD,
    Account,
    Cast,
    Walk,
    walking,
)
from tests.e2e.portal import Portal
from tests.html_tree import plain

__all__ = ["chromium"]

ELSEWHERE = (
    *("/", "/connexion/mot-de-passe", "/etablissement/"),
    *("/preferences", "/preferences/application-mobile", "/m", "/partenaire"),
    *("/api/mobile/v1/me", "/api/notifier/history"),
)
"""Pages and interfaces of every service."""
FAULTS = {
    "Abcde1!": "Il manque des caractères : il en faut au moins 8.",
    "ABCDEF1!": "Il manque une lettre minuscule.",
    "abcdef1!": "Il manque une lettre majuscule.",
    "Abcdefg!": "Il manque un chiffre.",
    "Abcdef1$": "Il manque un caractère spécial de la liste.",
    "Password1!": "Ce mot de passe est trop connu : quelqu'un d'autre le trouverait vite. Choisissez-en un autre.",
}
NOT_TOGETHER = "Cet identifiant et ce mot de passe ne vont pas ensemble. Vérifiez les deux, puis réessayez."
MET = "document.querySelectorAll('[data-rule][data-state=met]').length"


@pytest.mark.requirement("R1", "R6", "R7", "R8", "R9", "R14", "R15", "R16", "R23", "R24")
def test_from_the_slip_to_the_portal(portal: Portal, cast: Cast, chromium: Any) -> None:
    sonia = cast.person(SONIA)
    slip = Account(**{name: getattr(sonia, name) for name in Account.__slots__})
    with walking(portal, chromium) as walk:
        _signs_in_with_the_slip(walk, sonia)
        _finds_everything_else_closed(walk)
        _accepts_the_charter(walk)
        _chooses_a_password(walk)
        _ends(walk)
        sonia.password, sonia.new = CHOSEN, False
        _is_on_the_portal(walk)
        walk.photograph("sonia-portail")
        _leaves(walk)

        walk.sign_in(slip)
        with_the_first = walk.errors
        walk.sign_in(sonia)

        assert with_the_first == [NOT_TOGETHER]
        assert walk.heading == "Bonjour Sonia"


def _signs_in_with_the_slip(walk: Walk, sonia: Account) -> None:
    walk.go("/")
    assert walk.heading == "Bienvenue sur ma classe69"
    walk.photograph("accueil")
    walk.type(IDENTIFIER, sonia.identifier)
    walk.type(PASSWORD, sonia.password)
    walk.press("Se connecter")
    assert walk.path == NEXT_STEP


def _finds_everything_else_closed(walk: Walk) -> None:
    for path in ELSEWHERE:
        told = walk.program(path)
        assert told.status_code == 403, path
        assert (told.json()["next_step"], told.json()["step"]) == (NEXT_STEP, "charter"), path
        assert walk.go(path) == 403, path
        assert walk.page.get_by_role("link", name="Continuer ma première connexion").count() == 1, path
    walk.photograph("premiere-connexion-pas-finie")
    walk.follow("Continuer ma première connexion")


def _accepts_the_charter(walk: Walk) -> None:
    assert (walk.heading, walk.step) == (CHARTER, "1 Chartes d'utilisation (en cours)")
    walk.photograph("charte")
    walk.press("Valider")
    assert (walk.heading, focused(walk.page)[:9]) == (CHARTER, "Il reste ")
    walk.photograph("charte-a-cocher")
    walk.page.get_by_role("checkbox").check()
    walk.page.reload()
    assert (walk.heading, walk.page.get_by_role("checkbox").is_checked()) == (CHARTER, False)
    walk.accept()
    assert (walk.heading, walk.step) == (NEW, "2 Changement de mot de passe (en cours)")


def _chooses_a_password(walk: Walk) -> None:
    assert walk.text.count("Inclure au moins 1") == 4
    assert "Merci de bien vouloir modifier votre mot de passe." in walk.text
    walk.photograph("mot-de-passe")
    walk.press("Valider")
    assert walk.errors == ["Choisissez un mot de passe.", "Retapez votre mot de passe dans « Confirmation »."]
    walk.photograph("mot-de-passe-vide")
    walk.type(NEW_PASSWORD, "Abcdef1$")
    assert (walk.page.evaluate(MET), plain(walk.page.inner_text("[data-uncounted]"))) == (
        4,
        "$ ne compte pas comme caractère spécial.",
    )
    for password, sentence in FAULTS.items():
        walk.choose(password)
        assert walk.errors == [sentence]
        assert plain(walk.page.inner_text("#faute-mot_de_passe")) == f"À corriger : {sentence}"
    walk.choose("abc", "abd")
    assert len(walk.errors) == 5
    walk.photograph("mot-de-passe-refuse")
    walk.choose(CHOSEN)
    assert (walk.heading, walk.step) == (CONTACTS, "3 Contact et préférences (en cours)")


def _ends(walk: Walk) -> None:
    assert "Informations de contact et préférences :" in walk.text
    walk.photograph("contact")
    walk.press("Terminer")
    assert walk.path == "/"
    assert walk.said.endswith("Votre première connexion est terminée. Bienvenue sur l'ENT !")


def _is_on_the_portal(walk: Walk) -> None:
    """R57: the name, top left on a telephone, leads to the preferences."""
    name = walk.page.locator(".account-name a")
    box = name.bounding_box()

    assert plain(name.inner_text()).startswith("SONIA BENALI-LEFÈVRE")
    assert (box["x"] < 40, box["y"] < 160) == (True, True)
    assert name.get_attribute("href") == "/preferences"


def _leaves(walk: Walk) -> None:
    walk.follow("Se déconnecter")
    walk.photograph("deconnexion")
    walk.press("Se déconnecter")
    assert walk.said.endswith("C'est fait : ce navigateur n'ouvre plus votre compte.")
    walk.photograph("deconnecte")


@pytest.mark.requirement("R6", "R22", "R24")
def test_a_first_connection_goes_on_in_another_browser(portal: Portal, cast: Cast, chromium: Any) -> None:
    parent = cast.newcomer("parent")
    with walking(portal, chromium) as telephone, walking(portal, chromium, width=1280) as computer:
        telephone.sign_in(parent)
        telephone.accept()
        telephone.choose(CHOSEN, CHOSEN + "x")
        refused = telephone.errors

        computer.sign_in(parent)
        resumed_at = computer.heading
        computer.choose(CHOSEN)
        telephone.page.reload()
        telephone_at = telephone.path
        telephone.sign_in(parent)
        old_password = telephone.errors
        telephone.sign_in(parent, password=CHOSEN)
        telephone.press("Terminer")

        assert refused == ["La confirmation n'est pas identique au mot de passe. Retapez-la."]
        assert (resumed_at, telephone_at, old_password) == (NEW, "/connexion", [NOT_TOGETHER])
        assert computer.go("/") == 200
        assert telephone.heading == f"Bonjour {plain(parent.first_name)}"


@pytest.mark.requirement("R3")
def test_the_slip_of_her_son_opens_his_account_and_never_hers(
    portal: Portal, cast: Cast, chromium: Any
) -> None:
    sonia, leo = cast.person(SONIA), cast.person(LEO)
    with walking(portal, chromium) as walk:
        walk.sign_in(leo)
        opened = plain(walk.page.inner_text(".account-name"))
        walk.page.context.clear_cookies()
        crossed = []
        for account, password in ((sonia, leo.password), (leo, sonia.password)):
            walk.sign_in(account, password=password)
            crossed.append((walk.path, walk.errors))

    assert opened.startswith("LÉO BENALI-LEFÈVRE")
    assert leo.password != sonia.password
    assert crossed == [("/connexion", [NOT_TOGETHER])] * 2


@pytest.mark.requirement("R4")
def test_one_request_opens_to_a_parent_what_it_refuses_to_a_pupil(
    portal: Portal, cast: Cast, chromium: Any
) -> None:
    """The same page shows each his own charter; the tick that lets the parent go on does nothing for the pupil."""
    seen = {}
    with walking(portal, chromium) as parents, walking(portal, chromium) as pupils:
        for profile, walk in (("parent", parents), ("eleve", pupils)):
            walk.sign_in(cast.newcomer(profile))
            seen[profile] = plain(walk.page.inner_text(".charter h2"))
        box = parents.page.get_by_role("checkbox")
        tick = [box.get_attribute("name"), box.get_attribute("value")]
        pupils.page.evaluate(
            "([name, value]) => Object.assign(document.querySelector('[type=checkbox]'), {name, value})", tick
        )
        for walk in (parents, pupils):
            walk.accept()

        assert seen == {"parent": "La charte des parents", "eleve": "La charte des élèves"}
        assert (parents.heading, pupils.heading) == (NEW, CHARTER)
