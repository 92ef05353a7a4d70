"""The pages of a forgotten password, without scripts, on a real PostgreSQL: the same for everybody until the code."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from auth.application.sign_in_ports import Busy
from auth.domain.recovery import ASKS_PER_SOURCE_MAX
from shared.kit.web.cookies import DEVICE, RECOVERY, SESSION
from tests.browser import Browser
from tests.integration.recovery_scene import CHOSEN, RecoveryScene, email, sms, wrong

HERE, CODE, NEW = "/mot-de-passe-oublie", "/mot-de-passe-oublie/code", "/mot-de-passe-oublie/nouveau"
SONIA, PHONE = email("sonia@example.org"), sms("+33612345678")
BY_EMAIL, BY_SMS = "Recevoir le code par e-mail", "Recevoir le code par SMS"
REFUSAL = "Ce code n'est pas le bon, ou n'est plus valable. Vérifiez-le, ou demandez-en un nouveau."


@pytest.fixture
async def scene(service_pool: Callable[..., Any]) -> RecoveryScene:
    return RecoveryScene(await service_pool("auth"))


async def asking(scene: RecoveryScene, identifier: str, channel: str = BY_EMAIL) -> Browser:
    """A browser on the page of the code."""
    browser = Browser(scene.app)
    await browser.get(HERE)
    await browser.submit({"Identifiant": identifier, channel: True})
    return browser


async def proved(scene: RecoveryScene, identifier: str = "p1") -> Browser:
    """A browser on the page of the new password."""
    browser = await asking(scene, identifier)
    [letter] = await scene.letters()
    await browser.submit({"Code reçu": letter.code}, action=CODE)
    return browser


@pytest.mark.requirement("R14", "R16", "R24", "R54")
async def test_from_the_identifier_to_a_new_password_and_the_sign_in(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    browser = await asking(scene, "P1")
    asked, first_flow = browser.shown, browser.cookies[RECOVERY]
    [letter] = await scene.letters()

    chosen = await browser.submit({"Code reçu": f"{letter.code[:3]} {letter.code[3:]}"}, action=CODE)
    second_flow = browser.cookies[RECOVERY]
    end = await browser.submit({"Mot de passe (*)": CHOSEN, "Confirmation (*)": CHOSEN}, button="Valider")
    said, left = end.said, RECOVERY in browser.cookies
    await browser.submit({"Identifiant": "p1", "Mot de passe": CHOSEN}, action="/connexion")

    assert (asked.path, chosen.path) == (CODE, NEW)
    assert asked.headings[0] == "Saisissez le code reçu"
    assert chosen.headings[0] == "Changement de mot de passe"
    assert "Votre mot de passe doit respecter les règles suivantes :" in chosen.text
    assert (end.path, said) == (
        "/connexion?fait=password_recovered",
        "Votre mot de passe est changé. Connectez-vous avec le nouveau.",
    )
    assert (first_flow != second_flow, left) == (True, False)
    assert {SESSION, DEVICE} <= browser.cookies.keys()


@pytest.mark.requirement("R54")
async def test_the_answers_are_the_same_for_a_known_and_an_unknown_identifier_a18(
    scene: RecoveryScene,
) -> None:
    await scene.account("P1", SONIA, PHONE)
    await scene.account("ALONE")
    await scene.account("GONE", SONIA, state="suspended")
    seen = []
    for identifier in ("p1", "alone", "gone", "nobody", "é à l'envers"):
        browser = Browser(scene.app)
        await browser.get(HERE)
        form = {"identifiant": identifier, "canal": "email", "csrf": csrf(browser)}
        posted = await raw(scene, "POST", HERE, browser, form)
        browser.cookies[RECOVERY] = flow_of(posted)
        page = await raw(scene, "GET", CODE, browser)
        refused = await raw(scene, "POST", CODE, browser, {"code": "000000x", "csrf": csrf(browser)})
        seen.append([exactly(each, csrf(browser)) for each in (posted, page, refused)])
        await scene.recovery.issue_codes()

    assert [each for each in seen if each != seen[0]] == []
    assert [status for status, _, _ in seen[0]] == [303, 200, 422]
    assert len({len(str(each)) for each in seen}) == 1


@pytest.mark.requirement("R54")
async def test_no_page_of_a_recovery_says_whose_account_it_is(scene: RecoveryScene) -> None:
    await scene.account("ZEPHIRINE", SONIA, PHONE)
    browser = await asking(scene, "zephirine", BY_SMS)
    pages = [browser.shown.html]
    [letter] = await scene.letters()
    pages.append((await browser.submit({"Code reçu": wrong(letter.code)}, action=CODE)).html)
    pages.append((await browser.submit({"Code reçu": letter.code}, action=CODE)).html)
    pages.append((await browser.submit({"Mot de passe (*)": "abc", "Confirmation (*)": "abd"})).html)

    facts = ["zephirine", "sonia", "canari", "example.org", "612345678", "•"]
    assert [(fact, page) for fact in facts for page in pages if fact in page.lower()] == []


@pytest.mark.requirement("R54")
async def test_somebody_signed_in_is_not_named_on_these_pages(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    browser = await proved(scene)
    await browser.submit({"Mot de passe (*)": CHOSEN, "Confirmation (*)": CHOSEN})
    await browser.submit({"Identifiant": "p1", "Mot de passe": CHOSEN}, action="/connexion")

    page = await browser.get(HERE)

    assert "CANARI" not in page.html.upper()


@pytest.mark.requirement("R54")
async def test_the_card_of_the_sms_says_that_a_refusal_does_not_hold_for_this_code_a7(
    scene: RecoveryScene,
) -> None:
    page = await Browser(scene.app).get(HERE)

    assert "même si vous avez coché « Ne pas me contacter par SMS »" in page.text
    assert page.form().labels()[2].startswith(BY_SMS)


@pytest.mark.requirement("R54")
async def test_the_page_of_the_code_always_says_whom_to_see(scene: RecoveryScene) -> None:
    page = (await asking(scene, "nobody")).shown

    assert "Vous ne recevez rien ?" in page.headings
    assert "adressez-vous au secrétariat de votre établissement" in page.text
    assert "valable 10 minutes" in page.text


async def test_the_field_of_the_code_is_one_and_helps_telephones(scene: RecoveryScene) -> None:
    page = (await asking(scene, "nobody")).shown

    [field] = [each for each in page.tree.all("input") if each.get("name") == "code"]
    assert (field.get("autocomplete"), field.get("inputmode")) == ("one-time-code", "numeric")


@pytest.mark.requirement("R54")
async def test_every_refusal_of_a_code_is_one_sentence_beside_the_field(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    known = await asking(scene, "p1")
    [letter] = await scene.letters()
    unknown = await asking(scene, "nobody")

    pages = [
        await browser.submit({"Code reçu": typed}, action=CODE)
        for browser, typed in (
            (known, wrong(letter.code)),
            (known, "12"),
            (known, "abcdef"),
            (unknown, letter.code),
        )
    ]

    assert {tuple(page.errors) for page in pages} == {(REFUSAL,)}
    assert {page.status for page in pages} == {422}
    [fault] = pages[0].tree.of_class("fault")
    assert REFUSAL in fault.text


@pytest.mark.requirement("R54")
async def test_another_code_is_asked_without_typing_anything(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    browser = await asking(scene, "p1")
    await scene.letters()
    scene.clock.forward(700)

    page = await browser.submit(action="/mot-de-passe-oublie/nouveau-code")
    [letter] = await scene.letters()
    end = await browser.submit({"Code reçu": letter.code}, action=CODE)

    assert page.path == f"{CODE}?fait=recovery_again"
    assert "Si un nouveau code peut partir" in page.said
    assert end.path == NEW


async def test_an_empty_form_says_what_to_fill_in(scene: RecoveryScene) -> None:
    browser = Browser(scene.app)
    await browser.get(HERE)

    empty = await browser.submit({"Identifiant": "  "})
    without = await browser.post(HERE, {"identifiant": "p1", "canal": "pigeon"})
    code = await (await asking(scene, "p1")).submit({"Code reçu": ""}, action=CODE)

    assert (empty.status, empty.errors) == (422, ["Saisissez votre identifiant."])
    assert (without.status, without.errors) == (422, ["Choisissez comment recevoir le code."])
    assert (code.status, code.errors) == (422, ["Saisissez le code reçu."])
    assert await scene.pool.fetchval("select count(*) from recovery") == 1


@pytest.mark.requirement("R22", "R23")
async def test_a_refused_password_is_told_rule_by_rule_and_may_be_chosen_again(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    browser = await proved(scene)

    page = await browser.submit({"Mot de passe (*)": "Abcdefg1", "Confirmation (*)": "Abcdefg2"})
    end = await browser.submit({"Mot de passe (*)": CHOSEN, "Confirmation (*)": CHOSEN})

    assert (page.status, page.path) == (422, NEW)
    assert page.errors == [
        "Il manque un caractère spécial de la liste.",
        "La confirmation n'est pas identique au mot de passe. Retapez-la.",
    ]
    assert end.path.startswith("/connexion")


@dataclass(frozen=True, slots=True)
class NoRoom:
    """The port `PasswordHasher`, on a bad morning."""

    async def hash(self, password: str) -> str | Busy:
        return Busy(3)

    async def verify(self, password_hash: str | None, password: str) -> bool | Busy:
        return Busy(3)

    def outdated(self, password_hash: str) -> bool:
        return False


async def test_when_the_portal_is_overloaded_the_same_form_may_be_sent_again(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    browser = await proved(scene)
    usual, choose = scene.auth, scene.recovery.choose_password
    crowded = replace(choose, replace=replace(usual.replace_password, hasher=NoRoom()))
    form = {"Mot de passe (*)": CHOSEN, "Confirmation (*)": CHOSEN}

    scene.auth = replace(usual, recovery=replace(usual.recovery, choose_password=crowded))
    page = await browser.submit(form)
    scene.auth = usual
    end = await browser.submit(form)

    assert (page.status, page.response.headers["retry-after"]) == (503, "3")
    assert page.errors[0].startswith("Le portail est très sollicité. Votre mot de passe n'a pas changé")
    assert end.path.startswith("/connexion")


async def test_the_page_of_the_password_opens_for_nobody_without_a_code(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    stranger = Browser(scene.app)

    without = await stranger.get(NEW)
    asked = await asking(scene, "p1")
    early = await asked.get(NEW)

    assert without.path == HERE
    assert early.path == f"{HERE}?terminee=oui"


async def test_ten_minutes_later_one_begins_again_and_is_told_so(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    browser = await proved(scene)
    scene.clock.forward(600)

    page = await browser.submit({"Mot de passe (*)": CHOSEN, "Confirmation (*)": CHOSEN})

    assert page.path == f"{HERE}?terminee=oui"
    assert "Cette demande est terminée" in page.text


async def test_a_place_that_asks_too_often_is_told_to_wait(scene: RecoveryScene) -> None:
    browser = Browser(scene.app)
    await browser.get(HERE)
    await asyncio.gather(
        *(scene.asks(f"x{number}", source="127.0.0.1") for number in range(ASKS_PER_SOURCE_MAX))
    )

    page = await browser.submit({"Identifiant": "nobody"})

    assert (page.status, page.response.headers["retry-after"]) == (429, "600")
    assert page.headings[0] == "Un instant, s'il vous plaît"


@pytest.mark.parametrize("path", [HERE, CODE, "/mot-de-passe-oublie/nouveau-code", NEW])
async def test_a_form_from_elsewhere_is_refused(scene: RecoveryScene, path: str) -> None:
    await scene.account("P1", SONIA)
    browser = await asking(scene, "p1")
    form = {"identifiant": "p1", "canal": "email", "code": "1", "mot_de_passe": "x", "confirmation": "x"}

    page = await browser.post(path, form | {"csrf": "0" * 64})

    assert page.status == 403
    assert await scene.pool.fetchval("select count(*) from recovery") == 1


async def test_the_cookie_is_for_this_host_only_and_ends_with_the_browser(scene: RecoveryScene) -> None:
    browser = Browser(scene.app)
    await browser.get(HERE)

    answer = await raw(
        scene, "POST", HERE, browser, {"identifiant": "x", "canal": "sms", "csrf": csrf(browser)}
    )

    [cookie] = answer.headers.get_list("set-cookie")
    assert re.fullmatch(
        r"__Host-recuperation=[\w-]{43}; HttpOnly; Path=/; SameSite=lax; Secure", cookie, re.IGNORECASE
    )


def csrf(browser: Browser) -> str:
    [hidden, *_] = [
        each.get("value") for each in browser.shown.tree.all("input") if each.get("name") == "csrf"
    ]
    return hidden


def flow_of(answer: httpx.Response) -> str:
    [cookie] = answer.headers.get_list("set-cookie")
    return cookie.partition("=")[2].partition(";")[0]


def exactly(answer: httpx.Response, hidden: str) -> tuple[int, Any, str]:
    """Everything that came, in order, but for what is random: the value of the cookie, and the form's own."""
    headers = [
        (name, re.sub(r"(?<=__Host-recuperation=)[\w-]{43}", "•", value))
        for name, value in answer.headers.multi_items()
    ]
    return answer.status_code, headers, answer.text.replace(hidden, "•")


async def raw(
    scene: RecoveryScene, method: str, path: str, browser: Browser, form: dict[str, str] | None = None
) -> httpx.Response:
    """One request as it goes, without following it."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(scene.app), base_url="http://ent.test"
    ) as client:
        cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        return await client.request(method, path, data=form, headers={"Cookie": cookies})
