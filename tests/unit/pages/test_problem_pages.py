"""A request that is not carried out: a page for a browser, a problem document for a program."""

import httpx
import pytest

from shared.kit.web import BODY_BYTES_MAX
from tests.browser import Browser
from tests.unit.pages.specimen_app import specimen_app

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("status", "heading"),
    [
        (403, "Cette page ne vous est pas ouverte"),
        (404, "Cette page n'existe pas"),
        (413, "L'envoi est trop volumineux"),
        (429, "Un instant, s'il vous plaît"),
        (500, "Cette page ne marche pas pour le moment"),
        (503, "Beaucoup de monde en ce moment"),
        (418, "Cette demande n'a pas été traitée"),
    ],
)
async def test_a_browser_is_told_in_a_page(status: int, heading: str) -> None:
    async with Browser(specimen_app()) as browser:
        page = await browser.get(f"/refus/{status}")

    assert (page.status, page.headings) == (status, [heading])
    assert page.title == f"{heading} – ma classe69"
    assert page.response.headers["retry-after"] == "30"
    assert page.links["Revenir à l'accueil"] == "/"
    assert "s3cr3t" not in page.html


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html;q=0, */*", ""])
async def test_a_program_is_told_in_a_problem_document(accept: str) -> None:
    async with Browser(specimen_app(), headers={"Accept": accept}) as browser:
        page = await browser.get("/refus/403")

    assert page.response.headers["content-type"] == PROBLEM
    assert page.response.json()["secret"] == "s3cr3t"


async def test_a_page_of_a_problem_may_lead_to_the_next_step() -> None:
    async with Browser(specimen_app()) as browser:
        page = await browser.get("/inachevee")

    assert page.status == 403
    assert page.headings == ["Votre première connexion n'est pas terminée"]
    assert page.links["Continuer ma première connexion"] == "/etape"


async def test_a_program_reads_the_next_step_in_the_problem_document() -> None:
    async with Browser(specimen_app(), headers={"Accept": "application/json"}) as browser:
        problem = (await browser.get("/inachevee")).response.json()

    assert problem["type"] == "urn:carillon:problem:first_connection_unfinished"
    assert (problem["next_step"], problem["step"]) == ("/etape", "charter")


async def test_an_address_nobody_made_is_a_page() -> None:
    async with Browser(specimen_app()) as browser:
        page = await browser.get("/nulle-part")

    assert (page.status, page.headings) == (404, ["Cette page n'existe pas"])


async def test_a_broken_page_tells_nothing_of_its_inside_and_keeps_the_safe_headers() -> None:
    async with Browser(specimen_app()) as browser:
        page = await browser.get("/cassee")

    assert (page.status, page.headings) == (500, ["Cette page ne marche pas pour le moment"])
    assert "sonia" not in page.html
    assert page.response.headers["x-content-type-options"] == "nosniff"


async def test_a_body_over_the_limit_is_a_page_with_the_safe_headers() -> None:
    async with Browser(specimen_app()) as browser:
        page = await browser.post("/envoi", {"adresse": "a" * (BODY_BYTES_MAX + 1)})

    assert (page.status, page.headings) == (413, ["L'envoi est trop volumineux"])
    assert page.response.headers["x-frame-options"] == "DENY"


async def test_a_request_may_end_by_sending_the_browser_elsewhere() -> None:
    transport = httpx.ASGITransport(specimen_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://ent.test") as client:
        answer = await client.get("/ailleurs")

    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion?suite=/planche")
    assert answer.headers["cache-control"] == "no-store"
