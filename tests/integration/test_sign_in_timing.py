"""A known and an unknown identifier are one to whoever guesses: the same answer, as fast; and few of many tries count."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from time import perf_counter

import asyncpg
import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from auth.bootstrap import wired
from auth.entrypoints.web import auth_app
from shared.kit.health import Health
from shared.kit.sealing import new_key
from tests.browser import Browser
from tests.integration.sign_in_scene import WRONG, CountingHasher, SignInScene
from tests.integration.timing import APART_MAX, address, rounds
from tests.integration.wizard_scene import settings_of
from tests.waiting import eventually

SIGN_IN = "/connexion"
KNOWN, UNKNOWN = "e1.vial", "e9.rien"
TRIES, BUDGET = 200, 5


@dataclass(frozen=True, slots=True)
class Door:
    """The page of the sign-in, behind a proxy that is believed; `hasher` counts the passwords that are looked at."""

    app: FastAPI
    hasher: CountingHasher
    cookies: str
    csrf: str

    @asynccontextmanager
    async def client(self, url: str = "") -> AsyncIterator[httpx.AsyncClient]:
        """Without an address, one that asks the application itself."""
        transport = None if url else httpx.ASGITransport(self.app)
        limits = httpx.Limits(max_connections=TRIES)
        async with httpx.AsyncClient(
            transport=transport,
            base_url=url or "http://ent.test",
            headers={"Cookie": self.cookies, "Accept": "text/html"},
            limits=limits,
            timeout=60,
        ) as client:
            yield client

    async def tries(self, client: httpx.AsyncClient, identifier: str, source: str) -> httpx.Response:
        form = {"identifiant": identifier, "mot_de_passe": WRONG, "csrf": self.csrf}
        return await client.post(SIGN_IN, data=form, headers={"X-Forwarded-For": source})


@pytest.fixture
async def door(service_pool: Callable[..., Awaitable[asyncpg.Pool]]) -> Door:
    pool = await service_pool("auth")
    assert await SignInScene(pool).person("E1") == KNOWN
    settings = settings_of("postgresql://unused", code_keys=new_key(), trusted_proxies="127.0.0.1")
    app, auth, hasher = auth_app(settings, Health()), wired(pool, settings), CountingHasher()
    prove = auth.sign_in.prove
    counting = replace(prove, judge=replace(prove.judge, hasher=hasher))
    app.state.auth = replace(auth, sign_in=replace(auth.sign_in, prove=counting, hasher=hasher))
    async with Browser(app) as browser:
        page = await browser.get(SIGN_IN)
    [csrf, *_] = [each.get("value") for each in page.tree.all("input") if each.get("name") == "csrf"]
    return Door(app, hasher, "; ".join(f"{name}={value}" for name, value in browser.cookies.items()), csrf)


@pytest.mark.requirement("R3")
async def test_the_answers_to_a_known_and_an_unknown_identifier_differ_in_nothing(door: Door) -> None:
    async with door.client() as client:
        for tries in range(BUDGET + 1):
            known = await door.tries(client, KNOWN, "192.0.2.1")
            unknown = await door.tries(client, UNKNOWN, "192.0.2.1")

            assert (known.status_code, _told(known)) == (unknown.status_code, _told(unknown))
            assert known.text.replace(KNOWN, UNKNOWN) == unknown.text
            assert known.status_code == (422 if tries < BUDGET else 429)


@pytest.mark.requirement("R3")
async def test_the_median_times_of_a_known_and_an_unknown_identifier_are_within_ten_percent(
    door: Door,
) -> None:
    identifiers = {"known": KNOWN, "other": UNKNOWN}
    async with door.client() as client:

        async def timed(kind: str, number: int) -> float:
            began = perf_counter()
            answer = await door.tries(client, identifiers[kind], address(number))
            lasted = perf_counter() - began
            assert answer.status_code == 422
            return lasted

        apart = await rounds(timed)

    assert min(apart) < APART_MAX, apart


@pytest.mark.requirement("R3")
@pytest.mark.parametrize("identifier", [KNOWN, UNKNOWN])
async def test_of_two_hundred_wrong_passwords_at_once_over_http_five_are_looked_at(
    door: Door, identifier: str
) -> None:
    statuses: Counter[int] = Counter()
    async with _served(door.app) as url, door.client(url) as client:

        async def one() -> None:
            statuses[(await door.tries(client, identifier, "192.0.2.1")).status_code] += 1

        await asyncio.gather(*(one() for _ in range(TRIES)))

    assert door.hasher.verified <= BUDGET
    assert statuses == {422: door.hasher.verified, 429: TRIES - door.hasher.verified}


@asynccontextmanager
async def _served(app: FastAPI) -> AsyncIterator[str]:
    """A real server on the loop of the test, to which the connections of its database belong."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await eventually(lambda: server.started, what="the server's start")
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


def _told(answer: httpx.Response) -> Mapping[str, str]:
    """The headers, without the time of day; the two identifiers are of one length, and so are their pages."""
    return {name: value for name, value in answer.headers.items() if name != "date"}
