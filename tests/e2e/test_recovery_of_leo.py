"""Journey 2, up to the portal: Léo, eleven, forgets his password; the code goes to his mother, through Kafka and SMTP."""

from typing import Any

import pytest

from carillon.sample.people import INES, LEO
from tests.chromium import chromium, focused
from tests.e2e.journey import CONTACTS, IDENTIFIER, Account, Cast, Walk, walking
from tests.e2e.portal import Portal
from tests.e2e.recoveries import HERE, ask, codes, newest_code, prove, type_code

__all__ = ["chromium"]

MOTHER = "maman.de.leo@example.org"
NUMBER = "+33639987654"
FORGOTTEN = "Girafe 9 dans le jardin!"
AGAIN = "Pingouin 4 sur la plage!"


@pytest.fixture(scope="module")
def leo(portal: Portal, cast: Cast, chromium: Any) -> Account:
    """Through his wizard, in words for a pupil, and with his mother's address."""
    account = cast.person(LEO)
    with walking(portal, chromium) as walk:
        if account.new:
            _first_connection_of_a_pupil(walk, account)
    prove(portal, account, "--email", MOTHER)
    return account


def _first_connection_of_a_pupil(walk: Walk, account: Account) -> None:
    walk.sign_in(account)
    assert "Lisez la charte. Cochez la case. Puis appuyez sur « Valider »." in walk.text
    walk.accept()
    assert "Choisissez un mot de passe que vous seul connaissez." in walk.text
    walk.choose(FORGOTTEN)
    account.password, account.new = FORGOTTEN, False
    assert "Conseil : pour les élèves, inscrire le mail des parents !" in walk.text
    walk.press("Terminer")


@pytest.mark.requirement("R56")
def test_a_pupil_is_advised_to_register_the_mail_of_the_parents_and_a_parent_is_not(
    portal: Portal, cast: Cast, chromium: Any
) -> None:
    advice = "Conseil : pour les élèves, inscrire le mail des parents !"
    seen = {}
    for profile in ("eleve", "parent"):
        with walking(portal, chromium) as walk:
            walk.sign_in(cast.newcomer(profile))
            walk.accept()
            walk.choose(FORGOTTEN)
            walk.photograph(f"contact-{profile}")
            seen[profile] = (walk.heading, advice in walk.text)

    assert seen == {"eleve": (CONTACTS, True), "parent": (CONTACTS, False)}


@pytest.mark.requirement("R3", "R54", "R56")
def test_leo_comes_back_with_the_code_that_his_mother_reads_to_him(
    portal: Portal, leo: Account, chromium: Any
) -> None:
    """His other browser is signed out, and his mother is told."""
    with walking(portal, chromium) as other, walking(portal, chromium) as walk:
        other.sign_in(leo)
        before = codes(portal, "mail", MOTHER)
        ask(walk, leo.identifier)
        code = newest_code(portal, "mail", MOTHER, before)
        type_code(walk, code)
        walk.photograph("oublie-nouveau")
        walk.choose(AGAIN)
        told = walk.said
        old_password = _tries(walk, leo, leo.password)
        leo.password = AGAIN
        walk.sign_in(leo)
        other.page.reload()
        notice = portal.arrived("mail", MOTHER, lambda one: "mot de passe" in one["subject"].lower())

        assert told.endswith("Votre mot de passe est changé. Connectez-vous avec le nouveau.")
        assert old_password == "/connexion"
        assert walk.heading == "Bonjour Léo"
        assert other.page.get_by_label(IDENTIFIER, exact=True).count() == 1
        written = notice["subject"] + notice["text"]
        assert "Léo" not in _code_mail(portal, code)
        assert [secret for secret in (code, AGAIN, FORGOTTEN, leo.identifier) if secret in written] == []


def _code_mail(portal: Portal, code: str) -> str:
    """The mail that brought a code, as it reads."""
    return next(
        one["subject"] + one["text"] for one in portal.messages("mail", MOTHER) if code in one["text"]
    )


def _tries(walk: Walk, account: Account, password: str) -> str:
    walk.sign_in(account, password=password)
    return walk.path


@pytest.mark.requirement("R54")
def test_an_identifier_that_nobody_has_gets_the_same_page(
    portal: Portal, leo: Account, chromium: Any
) -> None:
    seen = []
    for identifier in (leo.identifier, "leo.nulle-part"):
        with walking(portal, chromium) as walk:
            ask(walk, identifier)
            first = (walk.path, walk.page.title(), walk.text)
            type_code(walk, "000000")
            seen.append((*first, walk.path, walk.errors, walk.text, len(walk.page.context.cookies())))

    assert seen[0] == seen[1]


@pytest.mark.requirement("R54", "R56")
def test_his_sister_on_the_same_address_gets_a_code_of_her_own(
    portal: Portal, cast: Cast, leo: Account, chromium: Any
) -> None:
    ines = cast.person(INES)
    prove(portal, ines, "--email", MOTHER)
    with walking(portal, chromium) as hers, walking(portal, chromium) as his:
        before = codes(portal, "mail", MOTHER)
        ask(hers, ines.identifier)
        code = newest_code(portal, "mail", MOTHER, before)
        ask(his, leo.identifier)
        type_code(his, code)
        type_code(hers, code)

        assert his.errors == [
            "Ce code n'est pas le bon, ou n'est plus valable. Vérifiez-le, ou demandez-en un nouveau."
        ]
        assert hers.path == f"{HERE}/nouveau"


@pytest.mark.requirement("R54")
def test_a_code_by_sms_opens_too(portal: Portal, cast: Cast, chromium: Any) -> None:
    parent = cast.settled("parent")
    prove(portal, parent, "--phone", NUMBER)
    with walking(portal, chromium) as walk:
        before = codes(portal, "sms", NUMBER)
        ask(walk, parent.identifier, "Recevoir le code par SMS")
        type_code(walk, newest_code(portal, "sms", NUMBER, before))
        walk.choose(FORGOTTEN)
        parent.password = FORGOTTEN
        walk.sign_in(parent)

        assert walk.path == "/"


@pytest.mark.requirement("R54")
def test_a_code_that_is_ten_minutes_old_opens_nothing_and_a_new_one_is_near(
    portal: Portal, cast: Cast, chromium: Any
) -> None:
    teacher = cast.settled("enseignant")
    address = "code.perime@example.org"
    prove(portal, teacher, "--email", address)
    with walking(portal, chromium) as walk:
        walk.go(HERE)
        walk.photograph("oublie-identifiant")
        walk.press("Recevoir un code")
        walk.photograph("oublie-identifiant-vide")
        before = codes(portal, "mail", address)
        ask(walk, teacher.identifier)
        walk.photograph("oublie-code")
        code = newest_code(portal, "mail", address, before)
        portal.pass_time(601)
        type_code(walk, code)
        expired = walk.errors
        walk.photograph("oublie-code-perime")
        walk.press("Recevoir un nouveau code")
        again = focused(walk.page)
        walk.photograph("oublie-code-redemande")
        type_code(walk, newest_code(portal, "mail", address, [*before, code]))

        assert expired == [
            "Ce code n'est pas le bon, ou n'est plus valable. Vérifiez-le, ou demandez-en un nouveau."
        ]
        assert again.startswith("Votre demande est enregistrée.")
        assert walk.path == f"{HERE}/nouveau"
