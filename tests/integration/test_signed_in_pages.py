"""Leaving, one's own password, the page about data, and what services are told, as a browser without scripts meets it."""

import httpx
import pytest

from auth.entrypoints.periodic import Sweeper
from shared.kit.web.cookies import FORM, SESSION
from tests.integration.sign_in_place import SERVICE, Place, place
from tests.integration.sign_in_scene import CHOSEN, OTHER, WRONG

__all__ = ["place"]


async def test_whoever_is_signed_in_is_not_asked_again(place: Place) -> None:
    browser = await place.signs_in(await place.scene.person("E1"))

    assert (await browser.get("/connexion")).path == "/"


async def test_signing_out_changes_nothing_by_a_link_and_ends_the_session_by_the_button(place: Place) -> None:
    browser = await place.signs_in(await place.scene.person("E1"))
    token = browser.cookies[SESSION]

    await browser.get("/deconnexion")
    still_there = await place.scene.session(token)
    page = await browser.submit(button="Se déconnecter")

    assert still_there is not None
    assert page.said == "C'est fait : ce navigateur n'ouvre plus votre compte."
    assert SESSION not in browser.cookies
    assert await place.scene.session(token) is None
    assert (await browser.get("/deconnexion")).path == "/connexion"


async def test_signing_out_everywhere_ends_the_other_browsers_too(place: Place) -> None:
    identifier = await place.scene.person("E1")
    here, there = await place.signs_in(identifier), await place.signs_in(identifier)

    await here.get("/deconnexion")
    page = await here.submit(button="Se déconnecter partout")
    elsewhere = await there.get("/connexion/mot-de-passe")

    assert page.said.startswith("C'est fait : plus aucun navigateur")
    assert elsewhere.path.startswith("/connexion?")


async def test_changing_ones_password(place: Place) -> None:
    identifier = await place.scene.person("E1")
    browser = await place.signs_in(identifier)
    before = browser.cookies[SESSION]
    fields = {"Mot de passe actuel": CHOSEN, "Mot de passe (*)": OTHER}

    await browser.get("/connexion/mot-de-passe")
    differs = await browser.submit(fields | {"Confirmation (*)": OTHER + "!"})
    wrong = await browser.submit(fields | {"Mot de passe actuel": WRONG, "Confirmation (*)": OTHER})
    missing = await browser.submit({**fields, "Mot de passe actuel": "", "Confirmation (*)": OTHER})
    done = await browser.submit(fields | {"Confirmation (*)": OTHER})

    assert differs.errors == ["La confirmation n'est pas identique au mot de passe. Retapez-la."]
    assert wrong.errors == ["Ce n'est pas votre mot de passe actuel. Votre mot de passe n'a pas changé."]
    assert missing.errors == ["Saisissez votre mot de passe actuel."]
    assert (done.path.split("?")[0], done.status) == ("/", 200)
    assert done.said == "Votre mot de passe est changé. Vos autres appareils sont déconnectés."
    assert browser.cookies[SESSION] != before
    assert CHOSEN not in wrong.html
    assert OTHER not in differs.html


@pytest.mark.parametrize("path", ["/connexion/mot-de-passe", "/connexion/confirmer"])
async def test_a_password_manager_is_told_whose_password_a_form_is_about(place: Place, path: str) -> None:
    identifier = await place.scene.person("E1")
    browser = await place.signs_in(identifier)

    page = await browser.get(path)

    told = [each.get("value") for each in page.tree.all("input") if each.get("autocomplete") == "username"]
    assert told == [identifier]


async def test_the_password_is_asked_again_and_one_goes_on(place: Place) -> None:
    browser = await place.signs_in(await place.scene.person("E1"))
    before = browser.cookies[SESSION]

    await browser.get("/connexion/confirmer?suite=/confidentialite")
    empty = await browser.submit({"Mot de passe": ""})
    wrong = await browser.submit({"Mot de passe": WRONG})
    done = await browser.submit({"Mot de passe": CHOSEN})

    assert empty.errors == ["Saisissez votre mot de passe."]
    assert wrong.errors == ["Ce n'est pas votre mot de passe. Réessayez."]
    assert done.path == "/confidentialite"
    assert browser.cookies[SESSION] != before


@pytest.mark.requirement("R13")
async def test_every_cookie_is_explained_and_none_asks_for_leave(place: Place) -> None:
    browser = await place.signs_in(await place.scene.person("E1"))
    page = await browser.get("/confidentialite")

    for cookie in browser.cookies:
        assert cookie in page.text
    assert "aucun bandeau" in page.text
    assert "Votre adresse électronique n'est jamais transmise aux partenaires." in page.text
    assert (await place.browser().get("/confidentialite")).status == 200


async def test_an_outage_of_the_database_is_told_as_one(place: Place) -> None:
    browser = await place.signs_in(await place.scene.person("E1"))
    await place.app.state.auth.pool.close()

    for path in ("/", "/connexion", "/premiere-connexion"):
        page = await browser.get(path)
        assert page.status == 503
        assert page.response.headers["retry-after"] == "5"


async def test_a_service_that_asks_about_a_session_learns_who_it_is(place: Place) -> None:
    browser = await place.signs_in(await place.scene.person("E1"))
    session = await place.scene.session(browser.cookies[SESSION])
    assert session is not None

    async with httpx.AsyncClient(transport=httpx.ASGITransport(place.app), base_url="http://auth") as http:
        ask = {"token": browser.cookies[SESSION]}
        told = (await http.post("/oauth/introspect", data=ask, auth=SERVICE)).json()
        stranger = await http.post("/oauth/introspect", data=ask)
        await place.scene.leaves(browser.cookies[SESSION])
        over = (await http.post("/oauth/introspect", data=ask, auth=SERVICE)).json()

    assert told == {
        "active": True,
        "token_type": "session",
        "sub": "E1",
        "sid": str(session.session_id),
        "profile": "eleve",
        "given_name": "Léo",
        "family_name": "Vial",
        "step": "active",
        "auth_time": int(session.authenticated_at.timestamp()),
        "iat": int(session.opened_at.timestamp()),
        "exp": int(session.expires_at.timestamp()),
    }
    assert stranger.status_code == 401
    assert over == {"active": False}


async def test_pages_are_private_and_cookies_are_the_browsers_own(place: Place) -> None:
    identifier = await place.scene.person("E1")
    browser = place.browser()
    await browser.get("/connexion")
    form = {"identifiant": identifier, "mot_de_passe": CHOSEN}

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(place.app), base_url="http://ent.test"
    ) as http:
        csrf = browser.shown.form("/connexion").sent_by(None)
        token = next(value for name, value in csrf if name == "csrf")
        answer = await http.post(
            "/connexion", data=form | {"csrf": token}, headers={"Cookie": f"{FORM}={browser.cookies[FORM]}"}
        )

    cookies = answer.headers.get_list("set-cookie")
    assert answer.status_code == 303
    assert answer.headers["cache-control"] == "no-store"
    assert len(cookies) == 2
    for cookie in cookies:
        flags = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags
        assert not any(flag.startswith("domain") for flag in flags)
    assert "max-age" not in cookies[0].lower()
    assert "max-age=34560000" in cookies[1].lower()


async def test_what_is_over_is_forgotten_by_itself(place: Place) -> None:
    await place.signs_in(await place.scene.person("E1"))
    await place.signs_in("e1.vial", WRONG)
    for table, column in (("browser_session", "expires_at"), ("known_device", "expires_at")):
        await place.scene.pool.execute(f"update {table} set {column} = now()")
    await place.scene.pool.execute("update sign_in_guess set last_failed_at = now() - interval '25 hours'")

    await Sweeper(place.app.state.auth)._sweep()

    for table in ("browser_session", "known_device", "sign_in_guess"):
        assert await place.scene.pool.fetchval(f"select count(*) from {table}") == 0
