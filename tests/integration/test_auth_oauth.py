"""`/oauth/token` and `/oauth/introspect` as RFC 6749 and RFC 7662 describe them, on a real database."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from auth.adapters.partners_file import read_partners_file
from auth.bootstrap import opened
from auth.entrypoints.web import auth_app
from auth.settings import AuthSettings
from shared.kernel.refusals import Refused
from shared.kit.health import Health
from tests.integration.conftest import ServiceDatabase

SECRET = "region-secret-0123456789abcdefghij"
GRANT = {"grant_type": "client_credentials"}
BASIC = ("region-1", SECRET)
SERVICE = ("carillon-services", "service-secret-0123456789abcdefgh")
ENTRY = {
    "client_id": "region-1",
    "client_secret": SECRET,
    "partner_id": "region",
    "name": "Région",
    "body": "region",
    "territory": {"regions": ["Auvergne-Rhône-Alpes"]},
    "kinds": ["lycee"],
    "scopes": ["alerts:write", "alerts:read"],
}


@pytest.fixture
async def http(service_database: ServiceDatabase, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    seeds_file = tmp_path / "partners.json"
    seeds_file.write_text(json.dumps([ENTRY]), encoding="utf-8")
    settings = AuthSettings(  # the rest is as `carillon up` sets it
        carillon_env="local",
        database_url=service_database("auth"),
        kafka_bootstrap_servers="127.0.0.1:1",
        introspection_client_secret=SERVICE[1],
    )
    seeds = read_partners_file(seeds_file)
    assert not isinstance(seeds, Refused)
    app = auth_app(settings, Health())
    transport = httpx.ASGITransport(app)  # no lifespan: these tests are about HTTP and the database alone
    async with (
        opened(settings) as auth,
        httpx.AsyncClient(transport=transport, base_url="http://auth") as client,
    ):
        await auth.seed_clients(seeds)
        app.state.auth = auth
        yield client


async def _token(http: httpx.AsyncClient, **form: str) -> str:
    answer = await http.post("/oauth/token", data=GRANT | form, auth=BASIC)
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


async def test_a_client_gets_a_token_with_basic_or_with_the_body(http: httpx.AsyncClient) -> None:
    by_header = await http.post("/oauth/token", data=GRANT, auth=BASIC)
    by_body = await http.post("/oauth/token", data=GRANT | {"client_id": "region-1", "client_secret": SECRET})

    for answer in (by_header, by_body):
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        body = answer.json()
        assert len(body.pop("access_token")) == 43
        assert body == {"token_type": "Bearer", "expires_in": 3600, "scope": "alerts:write alerts:read"}


async def test_a_token_may_be_asked_for_fewer_scopes(http: httpx.AsyncClient) -> None:
    answer = await http.post("/oauth/token", data=GRANT | {"scope": "alerts:read"}, auth=BASIC)

    assert answer.json()["scope"] == "alerts:read"


@pytest.mark.parametrize(
    ("form", "auth", "status", "error"),
    [
        ({}, BASIC, 400, "invalid_request"),
        ({"grant_type": ["client_credentials"] * 2}, BASIC, 400, "invalid_request"),
        ({"grant_type": "password"}, BASIC, 400, "unsupported_grant_type"),
        (GRANT | {"scope": "admin"}, BASIC, 400, "invalid_scope"),
        (GRANT | {"client_id": "region-1", "client_secret": SECRET}, BASIC, 400, "invalid_request"),
        (GRANT | {"client_id": "another"}, BASIC, 400, "invalid_request"),
        (GRANT, None, 401, "invalid_client"),
        (GRANT, ("region-1", "wrong"), 401, "invalid_client"),
        (GRANT, ("nobody", SECRET), 401, "invalid_client"),
        (GRANT | {"client_id": "region-1", "client_secret": "wrong"}, None, 401, "invalid_client"),
    ],
)
async def test_errors_are_those_of_rfc_6749(
    http: httpx.AsyncClient, form: dict[str, str], auth: tuple[str, str] | None, status: int, error: str
) -> None:
    answer = await http.post("/oauth/token", data=form, auth=auth or httpx.USE_CLIENT_DEFAULT)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in answer.headers) is (status == 401)


async def test_only_forms_are_read(http: httpx.AsyncClient) -> None:
    answer = await http.post("/oauth/token", json=GRANT, auth=BASIC)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_unknown_client_and_wrong_secret_have_one_answer(http: httpx.AsyncClient) -> None:
    unknown = await http.post("/oauth/token", data=GRANT, auth=("nobody", "wrong"))
    wrong = await http.post("/oauth/token", data=GRANT, auth=("region-1", "wrong"))

    assert unknown.content == wrong.content
    assert unknown.headers == wrong.headers


async def test_guessing_is_slowed_down_and_says_how_long(http: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(
        *(http.post("/oauth/token", data=GRANT, auth=("region-1", "wrong")) for _ in range(40))
    )

    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(401), statuses.count(429)) == (6, 34)
    even_right = await http.post("/oauth/token", data=GRANT, auth=BASIC)
    assert even_right.status_code == 429
    assert 1 <= int(even_right.headers["retry-after"]) <= 2


async def test_a_service_learns_whose_token_it_was_shown(http: httpx.AsyncClient) -> None:
    token = await _token(http, scope="alerts:write")

    answer = await http.post("/oauth/introspect", data={"token": token}, auth=SERVICE)

    told = answer.json()
    assert told.pop("exp") - told.pop("iat") == 3600
    assert told == {
        "active": True,
        "token_type": "Bearer",
        "client_id": "region-1",
        "sub": "region",
        "scope": "alerts:write",
        "partner": {
            "name": "Région",
            "body": "region",
            "territory": {"departements": [], "academies": [], "regions": ["Auvergne-Rhône-Alpes"]},
            "kinds": ["lycee"],
        },
    }


async def test_a_token_nobody_issued_is_inactive_and_nothing_else(http: httpx.AsyncClient) -> None:
    answer = await http.post("/oauth/introspect", data={"token": "x" * 43}, auth=SERVICE)

    assert answer.json() == {"active": False}


@pytest.mark.parametrize(
    "auth", [None, BASIC, (SERVICE[0], ""), (SERVICE[0], "wrong"), ("other", SERVICE[1])]
)
async def test_nobody_but_a_service_may_ask_about_a_token(
    http: httpx.AsyncClient, auth: tuple[str, str] | None
) -> None:
    token = await _token(http)

    answer = await http.post(
        "/oauth/introspect", data={"token": token}, auth=auth or httpx.USE_CLIENT_DEFAULT
    )

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    assert "www-authenticate" in answer.headers


@pytest.mark.requirement("R5")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/inscription", 404),
        ("/api/auth/accounts", 404),
    ],
)
async def test_what_does_not_exist_never_pretends(http: httpx.AsyncClient, path: str, status: int) -> None:
    for method in ("GET", "POST"):
        answer = await http.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


async def test_the_interface_is_described(http: httpx.AsyncClient) -> None:
    described = (await http.get("/api/auth/openapi.json")).json()

    assert set(described["paths"]) == {
        "/oauth/token",
        "/oauth/introspect",
        "/api/auth/v1/fusions/preview",
        "/api/auth/v1/fusions",
        "/api/auth/v1/fusions/{fusion_id}",
    }
    assert set(described["paths"]["/oauth/token"]["post"]["responses"]) == {"200", "400", "401", "429", "503"}


async def test_a_service_that_is_still_connecting_says_when_to_come_back() -> None:
    settings = AuthSettings(
        carillon_env="local",
        database_url="postgresql://auth@127.0.0.1:1/auth",
        kafka_bootstrap_servers="127.0.0.1:1",
    )
    transport = httpx.ASGITransport(auth_app(settings, Health()))

    async with httpx.AsyncClient(transport=transport, base_url="http://auth") as http:
        answer = await http.post("/oauth/token", data=GRANT, auth=BASIC)

    assert (answer.status_code, answer.json()) == (503, {"error": "temporarily_unavailable"})
    assert answer.headers["retry-after"] == "5"
