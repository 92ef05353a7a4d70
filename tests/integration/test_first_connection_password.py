"""Step 2 of the wizard: the rules on the page, what is refused, and what the button commits."""

import asyncio

import pytest

from auth.application.sign_in import SignedIn
from shared.kernel.refusals import Refused
from shared.kit.web.cookies import SESSION
from tests.browser import Browser
from tests.integration.wizard_scene import (
    CHOSEN,
    CONFIRMATION,
    FIRST_PASSWORD,
    PASSWORD,
    WIZARD,
    WizardScene,
    another_tab,
    at_password,
    chooses,
    scene,
)

__all__ = ["scene"]


@pytest.mark.requirement("R14", "R15", "R16")
async def test_the_printed_rules_stand_on_the_page_before_anything_is_typed(scene: WizardScene) -> None:
    browser = await at_password(scene)

    text = browser.shown.text

    assert "Merci de bien vouloir modifier votre mot de passe." in text
    assert "Votre mot de passe doit respecter les règles suivantes :" in text
    rules = [
        "Inclure au moins 8 caractères",
        "Inclure au moins 1 lettre minuscule",
        "Inclure au moins 1 lettre majuscule",
        "Inclure au moins 1 chiffre",
        "Inclure au moins 1 caractère spécial de la liste suivante : !\"#%&'()*+,-./:;<=>?@[\\_{}|",
    ]
    assert [rule for rule in rules if rule not in text] == []
    assert browser.shown.form().labels() == [PASSWORD, CONFIRMATION]


@pytest.mark.requirement("R15")
async def test_empty_fields_are_refused(scene: WizardScene) -> None:
    browser = await chooses(await at_password(scene), "")

    assert browser.shown.status == 422
    assert browser.shown.errors == [
        "Choisissez un mot de passe.",
        "Retapez votre mot de passe dans « Confirmation ».",
    ]


@pytest.mark.requirement("R17", "R18", "R19", "R20", "R21", "R23")
@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("Abcde1!", "Il manque des caractères : il en faut au moins 8."),
        ("ABCDEF1!", "Il manque une lettre minuscule."),
        ("abcdef1!", "Il manque une lettre majuscule."),
        ("Abcdefg!", "Il manque un chiffre."),
        ("Abcdef1$", "Il manque un caractère spécial de la liste."),
    ],
)
async def test_a_broken_rule_is_named_beside_the_field_and_in_the_summary(
    scene: WizardScene, password: str, sentence: str
) -> None:
    browser = await chooses(await at_password(scene), password)

    [fault] = browser.shown.tree.of_class("fault")

    assert browser.shown.errors == [sentence]
    assert sentence in fault.text
    assert await scene.step("E1") == "password"


@pytest.mark.requirement("R23")
async def test_every_broken_rule_is_named(scene: WizardScene) -> None:
    browser = await chooses(await at_password(scene), "abc")

    assert len(browser.shown.errors) == 4


@pytest.mark.requirement("R22")
async def test_another_confirmation_is_refused_and_the_first_password_still_works(scene: WizardScene) -> None:
    browser = await chooses(await at_password(scene), CHOSEN, CHOSEN + "?")

    assert browser.shown.errors == ["La confirmation n'est pas identique au mot de passe. Retapez-la."]
    assert isinstance(await scene.tries("E1", FIRST_PASSWORD), SignedIn)


@pytest.mark.requirement("R23", "R24")
@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        (FIRST_PASSWORD, "C'est le premier mot de passe, ou presque. Choisissez-en un autre."),
        (
            "Password1!",
            "Ce mot de passe est trop connu : quelqu'un d'autre le trouverait vite. Choisissez-en un autre.",
        ),
        ("E1.Vial-", "Ce mot de passe ressemble trop à votre identifiant. Choisissez-en un autre."),
    ],
)
async def test_passwords_that_others_would_guess_are_refused(
    scene: WizardScene, password: str, sentence: str
) -> None:
    browser = await chooses(await at_password(scene), password)

    assert browser.shown.errors == [sentence]


@pytest.mark.requirement("R24")
async def test_after_the_button_the_first_password_opens_nothing(scene: WizardScene) -> None:
    await chooses(await at_password(scene))

    assert isinstance(await scene.tries("E1", FIRST_PASSWORD), Refused)
    assert isinstance(await scene.tries("E1", CHOSEN), SignedIn)


@pytest.mark.requirement("R24")
async def test_the_session_goes_on_under_another_identifier(scene: WizardScene) -> None:
    browser = await at_password(scene)
    before = browser.cookies[SESSION]

    await chooses(browser)

    thief = Browser(scene.app)
    thief.cookies[SESSION] = before
    assert browser.cookies[SESSION] != before
    assert (await thief.get(WIZARD)).came_by == (WIZARD,)
    assert browser.shown.headings[0] == "Contact et préférences"


@pytest.mark.requirement("R24")
async def test_two_tabs_that_submit_a_password_at_once_make_one_change_and_no_error(
    scene: WizardScene,
) -> None:
    first = await at_password(scene)
    second = await another_tab(scene, first)

    await asyncio.gather(chooses(first, CHOSEN), chooses(second, CHOSEN + "2"))

    opened = [type(await scene.tries("E1", password)) for password in (CHOSEN, CHOSEN + "2")]
    assert sorted(each.__name__ for each in opened) == ["Refused", "SignedIn"]
    assert await scene.step("E1") == "contacts"
    assert [(each.shown.status, each.shown.headings[0]) for each in (first, second)] == [
        (200, "Contact et préférences")
    ] * 2
