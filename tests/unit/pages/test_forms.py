"""Forms: taken from pages of ours, within limits."""

import pytest

from shared.kit.web.cookies import FORM
from shared.kit.web.forms import FIELD_CHARS_MAX, csrf_of
from tests.browser import Browser
from tests.unit.pages.specimen_app import specimen_app

EXPIRED = "Votre page a expiré, recommencez"
JSON = {"Accept": "application/json"}


async def a_browser_at_the_form() -> Browser:
    browser = Browser(specimen_app())
    await browser.get("/planche")
    return browser


async def test_a_form_of_our_page_is_taken() -> None:
    async with await a_browser_at_the_form() as browser:
        sent = await browser.submit(
            {
                "Adresse électronique": "sonia@example.org",
                "J'ai lu et j'accepte": True,
                "Comment voulez-vous recevoir le code ?": "Par SMS",
            }
        )

    assert sent.response.json() == {"adresse": "sonia@example.org", "charte": "oui", "canal": ["sms"]}


async def test_a_box_left_alone_sends_nothing() -> None:
    async with await a_browser_at_the_form() as browser:
        sent = await browser.submit({"Adresse électronique": "a"})

    assert sent.response.json() == {"adresse": "a", "charte": "", "canal": ["mail"]}


@pytest.mark.parametrize("csrf", ["", "0" * 64, csrf_of("another browser's")])
async def test_a_form_of_another_page_is_refused(csrf: str) -> None:
    async with await a_browser_at_the_form() as browser:
        page = await browser.post("/envoi", {"adresse": "a", "csrf": csrf})

    assert page.status == 403
    assert page.headings == [EXPIRED]
    assert page.links["Recommencer"] == "/planche"


async def test_a_form_without_the_cookie_is_refused() -> None:
    async with await a_browser_at_the_form() as browser:
        browser.cookies.clear()
        page = await browser.submit({"Adresse électronique": "a"})

    assert page.status == 403


async def test_a_form_with_a_cookie_of_another_shape_is_refused() -> None:
    async with await a_browser_at_the_form() as browser:
        browser.cookies[FORM] = "short"
        page = await browser.post("/envoi", {"adresse": "a", "csrf": csrf_of("short")})

    assert page.status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_form_a_browser_says_comes_from_elsewhere_is_refused(site: str) -> None:
    async with Browser(specimen_app(), headers={"Sec-Fetch-Site": site}) as browser:
        await browser.get("/planche")
        page = await browser.submit({"Adresse électronique": "a"})

    assert page.status == 403


@pytest.mark.parametrize(
    "referer", ["https://evil.example/planche", "http://ent.test//evil.example", "http://[", "//[x"]
)
async def test_a_page_of_another_site_is_never_linked_to(referer: str) -> None:
    async with await a_browser_at_the_form() as browser:
        browser._client.headers["Referer"] = referer
        browser.page = None
        page = await browser.post("/envoi", {"adresse": "a"})

    assert page.status == 403
    assert page.links["Recommencer"] == "/"


async def test_the_hidden_field_does_not_tell_the_cookie() -> None:
    async with await a_browser_at_the_form() as browser:
        assert browser.cookies[FORM] not in browser.shown.html


async def test_a_known_browser_keeps_its_cookie_and_other_open_pages_stay_good() -> None:
    async with await a_browser_at_the_form() as browser:
        first = browser.cookies[FORM]
        await browser.get("/connexion")

    assert browser.cookies[FORM] == first


async def test_a_program_is_told_in_a_problem_document() -> None:
    async with Browser(specimen_app(), headers=JSON) as browser:
        page = await browser.post("/envoi", {"adresse": "a"})

    assert page.response.headers["content-type"] == "application/problem+json"
    assert page.response.json()["type"] == "urn:carillon:problem:page_expired"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"adresse=a&adresse=b", 400),
        (b"charte=oui", 400),
        (b"adresse=%ed%a0%80", 400),
        (b"adresse=%ff", 400),
        (b"adresse=\xc3\xa9", 400),
        (b"adresse=a%00b", 400),
        (b"adresse=" + b"a" * (FIELD_CHARS_MAX + 1), 413),
        (b"x=&" * 600 + b"adresse=a", 400),
    ],
)
async def test_what_no_page_of_ours_sends_is_refused(body: bytes, status: int) -> None:
    async with await a_browser_at_the_form() as browser:
        csrf = csrf_of(browser.cookies[FORM])
        answer = await browser._client.post(
            "/envoi",
            content=f"csrf={csrf}&".encode() + body,
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": f"{FORM}={browser.cookies[FORM]}",
            },
        )

    assert answer.status_code == status
    assert "Rien n’a été enregistré." in answer.text


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", "text/plain", ""])
async def test_another_content_type_is_refused(kind: str) -> None:
    async with await a_browser_at_the_form() as browser:
        answer = await browser._client.post("/envoi", content=b"{}", headers={"Content-Type": kind})

    assert answer.status_code == 415


async def test_accents_spaces_and_line_ends_arrive_as_typed() -> None:
    typed = "Élève à l’école\r\nligne 2 \t & = + % 😀"
    async with await a_browser_at_the_form() as browser:
        sent = await browser.submit({"Adresse électronique": typed})

    assert sent.response.json()["adresse"] == typed
