"""The portal and the sign-in, as a browser without scripts meets them."""

import asyncio

import httpx
import pytest

from auth.adapters.argon2_passwords import Argon2Passwords
from auth.entrypoints.french_waits import french_wait
from shared.kit.web.cookies import DEVICE, FORM, SESSION
from tests.integration.sign_in_place import TUTORIAL, Place, place
from tests.integration.sign_in_scene import CHOSEN, FIRST, WRONG

__all__ = ["place"]


@pytest.mark.requirement("R1", "R2", "R5")
@pytest.mark.parametrize("path", ["/", "/connexion"])
async def test_everybody_arrives_at_the_sign_in(place: Place, path: str) -> None:
    page = await place.browser().get(path)

    assert page.status == 200
    assert page.form("/connexion").labels() == ["Identifiant", "Mot de passe"]
    assert page.links["Mot de passe oublié"] == "/mot-de-passe-oublie"
    assert page.links["Tutoriel vidéo"] == TUTORIAL
    assert "L'identifiant et le premier mot de passe sont fournis par l'établissement." in page.text
    assert "Parents et élèves ont un compte qui leur est dédié" in page.text


@pytest.mark.requirement("R1")
async def test_signing_in_opens_the_portal(place: Place) -> None:
    browser = await place.signs_in(await place.scene.person("E1"))

    page = browser.shown
    assert (page.status, page.path) == (200, "/")
    assert "Bonjour Léo" in page.headings
    assert page.links["LÉO VIAL : mes préférences"] == "/preferences"
    assert page.links["Se déconnecter"] == "/deconnexion"
    assert {SESSION, DEVICE, FORM} <= browser.cookies.keys()


@pytest.mark.requirement("R6")
async def test_before_the_first_connection_is_over_the_portal_stays_closed(place: Place) -> None:
    browser = await place.signs_in(await place.scene.newcomer("E1"), FIRST)
    assert browser.shown.path == "/premiere-connexion"

    for path in ("/", "/connexion/mot-de-passe", "/connexion/confirmer"):
        page = await browser.get(path)
        assert (page.status, page.links["Continuer ma première connexion"]) == (403, "/premiere-connexion")
    for path in ("/confidentialite", "/deconnexion"):
        assert (await browser.get(path)).status == 200


@pytest.mark.requirement("R6")
async def test_a_program_is_told_the_next_step_in_a_problem_document(place: Place) -> None:
    browser = await place.signs_in(await place.scene.newcomer("E1"), FIRST)

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(place.app), base_url="http://ent.test"
    ) as http:
        answer = await http.get("/", headers={"Cookie": f"{SESSION}={browser.cookies[SESSION]}"})

    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    told = answer.json()
    assert told["type"] == "urn:carillon:problem:first_connection_unfinished"
    assert (told["next_step"], told["step"]) == ("/premiere-connexion", "charter")


async def test_a_wrong_password_and_an_unknown_identifier_are_answered_alike(place: Place) -> None:
    identifier = await place.scene.person("E1")
    answers = []

    for typed in (identifier, "personne.inconnue"):
        browser = place.browser()
        await browser.get("/connexion")
        browser.cookies[FORM] = "F" * 43
        await browser.get("/connexion")
        page = await browser.submit({"Identifiant": typed, "Mot de passe": WRONG})
        headers = {name: value for name, value in page.response.headers.items() if name != "content-length"}
        answers.append((page.status, headers, page.html.replace(typed, "…"), page.errors))

    assert answers[0] == answers[1]
    assert answers[0][3] == [
        "Cet identifiant et ce mot de passe ne vont pas ensemble. Vérifiez les deux, puis réessayez."
    ]
    assert SESSION not in str(answers)


async def test_after_five_wrong_passwords_the_page_says_how_long_and_what_still_works(place: Place) -> None:
    for identifier in (await place.scene.person("E1"), "personne.inconnue"):
        browser = await place.signs_in(identifier, WRONG)
        for _ in range(5):
            page = await browser.submit({"Identifiant": identifier, "Mot de passe": WRONG})

        assert page.status == 429
        assert 13 <= int(page.response.headers["retry-after"]) <= 15
        assert "vous pourrez réessayer dans 1" in page.text
        assert "Ceci fonctionne toujours, sans attendre : Mot de passe oublié" in page.text
        assert page.form("/connexion").labels() == ["Identifiant", "Mot de passe"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "1 seconde"), (15, "15 secondes"), (90, "90 secondes"), (91, "2 minutes"), (900, "15 minutes")],
)
def test_a_wait_is_said_in_words(seconds: int, said: str) -> None:
    assert french_wait(seconds).replace("\u00a0", " ") == said


async def test_empty_fields_are_named_and_cost_no_try(place: Place) -> None:
    browser = await place.signs_in("", "")

    assert browser.shown.status == 422
    assert browser.shown.errors == ["Saisissez votre identifiant.", "Saisissez votre mot de passe."]
    assert await place.scene.pool.fetchval("select count(*) from sign_in_guess") == 0


async def test_an_expired_first_password_says_whom_to_ask(place: Place) -> None:
    identifier = await place.scene.newcomer("E1", days=-1)

    browser = await place.signs_in(identifier, FIRST)

    assert browser.shown.errors == [
        "Ce premier mot de passe n'est plus valable. Demandez-en un autre à votre établissement."
    ]


async def test_a_form_from_elsewhere_signs_nobody_in(place: Place) -> None:
    identifier = await place.scene.person("E1")
    browser = place.browser()
    await browser.get("/connexion")

    page = await browser.post(
        "/connexion", {"identifiant": identifier, "mot_de_passe": CHOSEN, "csrf": "0" * 64}
    )

    assert page.status == 403
    assert "Votre page a expiré, recommencez" in page.headings
    assert SESSION not in browser.cookies


@pytest.mark.parametrize(
    ("go_on", "arrives"),
    [
        ("/connexion/mot-de-passe", "/connexion/mot-de-passe"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("", "/"),
    ],
)
async def test_one_goes_on_within_the_portal_only(place: Place, go_on: str, arrives: str) -> None:
    browser = await place.signs_in(await place.scene.person("E1"), go_on=go_on)

    assert browser.shown.path == arrives


async def test_a_page_for_the_signed_in_leads_to_the_sign_in_and_back(place: Place) -> None:
    identifier = await place.scene.person("E1")
    browser = place.browser()
    await browser.get("/connexion/mot-de-passe")
    assert browser.shown.path == "/connexion?suite=/connexion/mot-de-passe"

    page = await browser.submit({"Identifiant": identifier, "Mot de passe": CHOSEN})

    assert page.path == "/connexion/mot-de-passe"


async def test_signing_in_ends_the_session_that_the_browser_had(place: Place) -> None:
    first, second = await place.scene.person("E1"), await place.scene.person("E2")
    browser = place.browser()
    await browser.get("/connexion")
    stale = browser.shown
    await place.signs_in(first, browser=browser)
    before = browser.cookies[SESSION]
    browser.page = stale

    await browser.submit({"Identifiant": second, "Mot de passe": CHOSEN})

    assert browser.cookies[SESSION] != before
    assert await place.scene.session(before) is None
    people = await place.scene.pool.fetch("select person_id from browser_session")
    assert [row["person_id"] for row in people] == ["E2"]


async def test_overload_is_told_and_the_form_stays(place: Place) -> None:
    identifier = await place.scene.person("E1")
    hasher: Argon2Passwords = place.app.state.auth.sign_in.hasher
    hasher._inside_max = 0
    browser = await place.signs_in(identifier)

    assert browser.shown.status == 503
    assert int(browser.shown.response.headers["retry-after"]) >= 1
    assert browser.shown.form("/connexion").value_of("Identifiant") == identifier


async def test_two_hundred_wrong_forms_at_once_are_looked_at_five_times(place: Place) -> None:
    identifier = await place.scene.person("E1")
    browser = place.browser()
    await browser.get("/connexion")
    fields = {"Identifiant": identifier, "Mot de passe": WRONG}
    stale = browser.shown

    async def one() -> int:
        own = place.browser()
        own.cookies, own.page = dict(browser.cookies), stale
        return (await own.submit(fields)).status

    statuses = await asyncio.gather(*(one() for _ in range(200)))

    assert (statuses.count(422), statuses.count(429)) == (5, 195)
