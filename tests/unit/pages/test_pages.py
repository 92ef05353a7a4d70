"""Pages: what a browser is given, and what it is protected from."""

import re

import httpx
import pytest
from jinja2 import UndefinedError

from shared.kit.web import Pages, local_path
from shared.kit.web.asset_files import UnknownAsset
from shared.kit.web.cookies import FORM
from tests.browser import Browser
from tests.html_tree import tree_of
from tests.unit.pages.specimen_app import ASSETS, HOSTILE, specimen_app, specimen_pages

PAGES = ("/connexion", "/etape", "/etape?fautes=1", "/planche", "/planche?fautes=1", "/inachevee")


async def a_page(path: str) -> httpx.Response:
    async with Browser(specimen_app()) as browser:
        return (await browser.get(path)).response


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_lets_nothing_in_that_is_not_ours(path: str) -> None:
    policy = (await a_page(path)).headers["content-security-policy"]

    assert policy.split("; ") == [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_holds_no_code_and_no_style_of_its_own(path: str) -> None:
    tree = tree_of((await a_page(path)).text)

    assert [each for each in tree.all("script") if not each.get("src") or each.text] == []
    assert tree.all("style") == []
    assert [
        name for each in tree for name in each.attributes if name == "style" or name.startswith("on")
    ] == []


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_in_french_and_kept_by_nobody(path: str) -> None:
    response = await a_page(path)

    assert tree_of(response.text).all("html")[0].get("lang") == "fr"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"


@pytest.mark.requirement("R11", "R12", "R13")
@pytest.mark.parametrize("path", PAGES)
async def test_no_page_has_a_banner_and_each_tells_of_its_cookies(path: str) -> None:
    response = await a_page(path)
    tree = tree_of(response.text)

    assert "Ce site n'utilise que les cookies nécessaires à la connexion." in tree.text
    assert "/confidentialite" in [each.get("href") for each in tree.all("a")]
    assert [each for each in tree if "banner" in each.get("class") or each.get("role") == "dialog"] == []


@pytest.mark.parametrize("path", PAGES)
async def test_no_identifier_of_an_element_is_there_twice(path: str) -> None:
    identifiers = [each.get("id") for each in tree_of((await a_page(path)).text) if each.get("id")]

    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize("path", PAGES)
async def test_every_description_leads_to_an_element_of_the_page(path: str) -> None:
    tree = tree_of((await a_page(path)).text)
    there = {each.get("id") for each in tree}
    asked = {
        name
        for each in tree
        for attribute in ("aria-describedby", "aria-labelledby", "aria-controls", "for")
        for name in each.get(attribute).split()
    }

    assert asked - there == set()


async def test_a_hostile_name_stays_text() -> None:
    response = await a_page("/planche")

    assert "<script>alert" not in response.text
    assert "49" not in tree_of(response.text).text
    assert HOSTILE in tree_of(response.text).text.replace("’", "'")


@pytest.mark.requirement("R57")
async def test_first_and_last_name_stand_at_the_top_and_lead_to_the_preferences() -> None:
    async with Browser(specimen_app()) as browser:
        page = await browser.get("/planche")

    header = page.tree.all("header")[0]
    [name] = [each for each in header.all("a") if each.get("href") == "/preferences"]
    assert name.text.startswith("INÈS DURAND")
    assert page.links["Se déconnecter"] == "/deconnexion"
    assert page.links["Changer mon mot de passe"] == "/connexion/mot-de-passe"


async def test_an_anonymous_page_has_no_account_menu() -> None:
    tree = tree_of((await a_page("/connexion")).text)

    assert tree.all("nav") == []


async def test_the_name_of_the_portal_reads_as_one_word() -> None:
    tree = tree_of((await a_page("/connexion")).text)

    assert [each.text for each in tree.of_class("brand")] == ["ma classe69"]
    assert [each.text for each in tree.all("sup")] == ["69"]


async def test_what_was_done_is_said_after_the_redirect_by_a_known_slug_only() -> None:
    async with Browser(specimen_app()) as browser:
        await browser.get("/connexion")
        page = await browser.submit({"Identifiant": "ines", "Mot de passe": "juste"})
        strange = await browser.get("/planche?fait=<b>gagné</b>")

    assert page.came_by == ("/connexion",)
    assert page.said == "Vos préférences sont enregistrées."
    assert strange.said == ""
    assert "gagné" not in strange.html


async def test_head_answers_as_get_without_the_body() -> None:
    transport = httpx.ASGITransport(specimen_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://ent.test") as client:
        get, head = await client.get("/connexion"), await client.head("/connexion")
        nowhere = await client.head("/nulle-part")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-security-policy"] == get.headers["content-security-policy"]
    assert head.headers["content-length"] == get.headers["content-length"]
    assert nowhere.status_code == 404


async def test_a_page_without_a_form_sets_no_cookie() -> None:
    async with Browser(specimen_app()) as browser:
        await browser.get("/inachevee")
        assert browser.cookies == {}
        await browser.get("/connexion")

    assert set(browser.cookies) == {FORM}


async def test_assets_are_named_by_their_content_and_kept_for_good() -> None:
    pages = specimen_pages()
    async with Browser(specimen_app()) as browser:
        page = await browser.get("/connexion")
        asked = [each.get("href") for each in page.tree.all("link")]
        asked += [each.get("src") for each in page.tree.all("script")]
        answers = [(await browser.get(url)).response for url in asked]

    assert pages.assets.url("page.css") in asked
    assert all(re.fullmatch(rf"{ASSETS}/\w+\.[0-9a-f]{{12}}\.(css|js|svg)", url) for url in asked)
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["cache-control"] for answer in answers} == {"public, max-age=31536000, immutable"}


@pytest.mark.parametrize("name", ["page.css", "page.000000000000.css", "..%2f..%2fpages.py", "x"])
async def test_an_asset_nobody_made_is_not_found(name: str) -> None:
    assert (await a_page(f"{ASSETS}/{name}")).status_code == 404


def test_a_template_that_names_an_asset_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(UnknownAsset):
        specimen_pages().assets.url("nowhere.css")


def test_a_template_that_names_a_value_nobody_gave_is_a_mistake() -> None:
    from fastapi import Request

    request = Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []})

    with pytest.raises(UndefinedError):
        specimen_pages().page(request, "sign_in.html")


@pytest.mark.parametrize("path", ["/", "/preferences", "/preferences?fait=x", "/a/b#c"])
def test_a_path_of_the_portal_may_be_gone_on_to(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "preferences",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/a\nb",
        "/a\\b",
        "/a b",
    ],
)
def test_what_leads_elsewhere_is_not_gone_on_to(path: str) -> None:
    assert local_path(path, "/accueil") == "/accueil"


def test_a_portal_of_another_name_keeps_it_whole() -> None:
    pages = Pages(package="tests.unit.pages.specimen", assets_path="/a", portal_name="Mon école")

    assert pages.assets.url("page.js").startswith("/a/page.")
