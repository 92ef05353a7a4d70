"""The gate that every request of a person passes: nothing opens before the first connection is over."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Request
from structlog.testing import capture_logs

from shared.kit.doorway import Doorway
from shared.kit.health import Health
from shared.kit.introspection import TokenIntrospection, auth_client
from shared.kit.sessions import ask_to_sign_in, caller_in
from shared.kit.web import Pages, service_app
from shared.kit.web.cookies import SESSION
from tests.fakes.introspection import IntrospectionServer, a_session

TOKEN = "a" * 43
COOKIE = {"Cookie": f"{SESSION}={TOKEN}"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

Client = httpx.AsyncClient


def a_service(doorway: Doorway) -> Any:
    router = APIRouter()

    @router.api_route("/whoami", methods=["GET", "POST"])
    async def whoami(request: Request) -> dict[str, Any]:
        ask_to_sign_in(request)
        caller = caller_in(request)
        return {} if caller is None else {"id": caller.person_id, "at": caller.authenticated_at.isoformat()}

    @router.get("/hooks/status")
    async def hook() -> dict[str, str]:
        return {"taken": "yes"}

    pages = Pages(package="shared", assets_path="/apparence")
    return service_app(
        "test", health=Health(), routers=[router], pages=pages, gate=doorway.gate("/apparence")
    )


@pytest.fixture
async def auth() -> AsyncIterator[IntrospectionServer]:
    async with IntrospectionServer({TOKEN: a_session()}) as auth:
        yield auth


@pytest.fixture
async def client(auth: IntrospectionServer) -> AsyncIterator[Client]:
    async with auth_client(auth.url) as way:
        asked = TokenIntrospection(way, client_id="services", client_secret="s", monotonic=lambda: 0.0)
        transport = httpx.ASGITransport(a_service(Doorway(way, asked)), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


async def test_who_is_signed_in_is_known_to_the_handler(client: Client) -> None:
    answer = await client.get("/whoami", headers=COOKIE)

    assert answer.json() == {"id": "par-001", "at": "2026-11-24T13:00:00+00:00"}


@pytest.mark.parametrize("step", ["provisioned", "charter", "password", "contacts", "a step to come"])
async def test_until_the_first_connection_is_over_the_next_step_is_all_there_is(
    auth: IntrospectionServer, client: Client, step: str
) -> None:
    auth.known[TOKEN] = a_session(step)

    for path in ("/whoami", "/nowhere"):
        answer = await client.get(path, headers=COOKIE)
        assert answer.status_code == 403
        told = answer.json()
        assert told["type"] == "urn:carillon:problem:first_connection_unfinished"
        assert (told["next_step"], told["step"]) == ("/premiere-connexion", step)
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_who_has_just_finished_is_let_in_at_once_and_afterwards_from_memory(
    auth: IntrospectionServer, client: Client
) -> None:
    auth.known[TOKEN] = a_session("contacts")
    before = await client.get("/whoami", headers=COOKIE)
    auth.known[TOKEN] = a_session()
    after = [await client.get("/whoami", headers=COOKIE) for _ in range(3)]

    assert before.status_code == 403
    assert {answer.status_code for answer in after} == {200}
    assert len(auth.asked) == 2


async def test_a_browser_reads_a_page_that_leads_on_in_its_own_style(
    auth: IntrospectionServer, client: Client
) -> None:
    auth.known[TOKEN] = a_session("charter")

    page = await client.get("/whoami", headers=COOKIE | BROWSER)
    style = page.text.split('rel="stylesheet" href="')[1].split('"')[0]

    assert page.status_code == 403
    assert "Continuer ma première connexion" in page.text
    assert 'href="/premiere-connexion"' in page.text
    assert "SONIA DURAND" in page.text
    assert (await client.get(style, headers=COOKIE)).status_code == 200


@pytest.mark.parametrize("path", ["/health/live", "/metrics", "/hooks/status"])
async def test_operators_and_gateways_are_not_asked_who_they_are(
    auth: IntrospectionServer, client: Client, path: str
) -> None:
    auth.known[TOKEN] = a_session("charter")

    assert (await client.get(path, headers=COOKIE)).status_code == 200
    assert auth.asked == []


async def test_beside_an_authorization_header_a_cookie_opens_nothing(
    auth: IntrospectionServer, client: Client
) -> None:
    answer = await client.get("/whoami", headers=COOKIE | {"Authorization": "Bearer x"})

    assert answer.json() == {}
    assert auth.asked == []


@pytest.mark.parametrize(
    "claims",
    [
        {"active": False},
        {"active": True, "token_type": "Bearer", "client_id": "c1", "sub": "region"},
        a_session(auth_time="yesterday"),
        {name: value for name, value in a_session().items() if name != "step"},
    ],
)
async def test_a_token_that_is_no_live_session_is_nobody(
    auth: IntrospectionServer, client: Client, claims: dict[str, Any]
) -> None:
    auth.known[TOKEN] = claims

    assert (await client.get("/whoami", headers=COOKIE)).json() == {}


@pytest.mark.parametrize("token", ["", "short", "a" * 129, "é" * 43, "a b" * 20])
async def test_what_cannot_be_a_token_is_not_even_asked_about(
    auth: IntrospectionServer, client: Client, token: str
) -> None:
    answer = await client.get("/whoami", headers={"Cookie": f"{SESSION}={token}".encode()})

    assert answer.json() == {}
    assert auth.asked == []


async def test_an_anonymous_browser_is_sent_to_sign_in_and_comes_back_here(client: Client) -> None:
    answer = await client.get("/whoami?onglet=1", headers=BROWSER)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/connexion?suite=/whoami%3Fonglet%3D1"


async def test_what_an_anonymous_browser_was_sending_is_not_where_it_comes_back_to(client: Client) -> None:
    answer = await client.post("/whoami", headers=BROWSER)

    assert answer.headers["location"] == "/connexion?suite=/"


async def test_while_auth_is_away_a_session_waits_and_the_anonymous_do_not(
    auth: IntrospectionServer, client: Client
) -> None:
    auth.status = 503

    program = await client.get("/whoami", headers=COOKIE)
    page = await client.get("/whoami", headers=COOKIE | BROWSER)
    anonymous = await client.get("/whoami")

    assert (program.status_code, page.status_code) == (503, 503)
    assert program.json()["type"] == "urn:carillon:problem:auth_away"
    assert program.headers["retry-after"] == page.headers["retry-after"] == "5"
    assert "Réessayez dans une minute" in page.text
    assert anonymous.status_code == 200


async def test_no_log_holds_the_token(auth: IntrospectionServer, client: Client) -> None:
    auth.known[TOKEN] = a_session("charter")
    with capture_logs() as told:
        await client.get("/whoami", headers=COOKIE)
        auth.status = 503
        await client.get("/whoami", headers={"Cookie": f"{SESSION}={'b' * 43}"})

    assert [line["event"] for line in told] == ["authz_fail", "sessions.auth_away"]
    assert not any(token in str(told) for token in (TOKEN, "b" * 43))
