"""Sign-ins through auth's own HTTP at a steady rate, other pages asked for meanwhile; each session is accounted for."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import argon2
import asyncpg
import httpx
from argon2.low_level import Type

from auth.adapters.argon2_passwords import MEMORY_COST_KIB, PARALLELISM, TIME_COST
from auth.domain.sessions import session_digest
from carillon.bench.costs import Cost, costs
from carillon.infrastructure import Process
from carillon.infrastructure.ports import LOOPBACK, free_port
from carillon.rig import Rig

PEOPLE = 40
SIGN_INS_A_SECOND = 30
PAGES_A_SECOND = 20
SECONDS = 20
CEILING_HASHES = 120
READY_WITHIN_S = 60
PAGE = "/mot-de-passe-oublie"

_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIns:
    """What a run measured. `put_off`: answered 503, to come back in a moment.

    `held`: every session that a browser got is in the database and no other, and each try has its answer.
    """

    asked: int
    opened: int
    put_off: int
    seconds: float
    sign_in_ms: tuple[float, float]
    page_ms: tuple[float, float]
    held: bool
    cost: Cost

    @property
    def a_second(self) -> float:
        return self.opened / self.seconds


def hash_ceiling() -> float:
    """Hashes a second with the same parameters on every core, nothing else running."""
    width = os.cpu_count() or 1
    hasher = argon2.PasswordHasher(
        time_cost=TIME_COST, memory_cost=MEMORY_COST_KIB, parallelism=PARALLELISM, type=Type.ID
    )
    with ThreadPoolExecutor(width) as pool:
        began = time.perf_counter()
        list(pool.map(hasher.hash, ["Abcdef1!"] * CEILING_HASHES))
        return CEILING_HASHES / (time.perf_counter() - began)


async def measure_sign_ins(rig: Rig) -> SignIns:
    """Start an auth beside the rig, give PEOPLE of a sample a password, sign them in in turn."""
    auth = _Auth(rig)
    people = await asyncio.to_thread(auth.prepared)
    auth.serve()
    try:
        return await _measured(auth, people)
    finally:
        auth.process.stop()


class _Auth:
    """One auth on a database of its own."""

    def __init__(self, rig: Rig) -> None:
        self.port = free_port()
        self.dsn = rig.postgres.create_service_databases(("auth",))["auth"]
        self._rig = rig
        self.process = Process(
            name="auth",
            command=[_script("carillon-auth"), "serve"],
            log=rig.directory / "auth.log",
            environment=self._environment,
        )

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def _environment(self) -> Mapping[str, str]:
        return {**self._rig.environment(self.port), "DATABASE_URL": self.dsn, "PUBLIC_URL": self.url}

    def prepared(self) -> list[dict[str, str]]:
        """The people who can sign in, with their passwords."""
        accounts = self._rig.directory / "accounts.csv"
        self._ran("carillon", "sample", "--accounts", "300", "--output", str(accounts))
        self._ran("carillon-auth", "migrate")
        self._ran("carillon-auth", "import", str(accounts))
        told = self._lines("local-credentials", "--ready", str(PEOPLE), "--first", "0")
        passwords = {one["person_id"]: one["password"] for one in told if one["password"]}
        return [
            {"identifier": one["identifier"], "password": passwords[one["person_id"]]}
            for one in self._lines("accounts", "--json-lines")
            if one["person_id"] in passwords
        ]

    def serve(self) -> None:
        self.process.start()
        self.process.wait_until(self._ready, within_s=READY_WITHIN_S)

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def _lines(self, *arguments: str) -> list[dict[str, str]]:
        return [json.loads(line) for line in self._ran("carillon-auth", *arguments).splitlines()]

    def _ran(self, command: str, *arguments: str) -> str:
        done = subprocess.run(
            [_script(command), *arguments],
            env=dict(self._environment),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


class _Browsers:
    """Forms filled and pages opened; how long each took, in milliseconds."""

    def __init__(self, client: httpx.AsyncClient, form: dict[str, str]) -> None:
        self._client = client
        self._form = form
        self.sessions: list[str] = []
        self.put_off = 0
        self.sign_in_ms: list[float] = []
        self.page_ms: list[float] = []

    async def sign_in(self, person: dict[str, str]) -> None:
        began = time.perf_counter()
        answer = await self._client.post(
            "/connexion",
            data={
                "identifiant": person["identifier"],
                "mot_de_passe": person["password"],
                "csrf": self._form["csrf"],
            },
            headers={"cookie": self._form["cookie"]},
        )
        self.sign_in_ms.append((time.perf_counter() - began) * 1000)
        self.put_off += answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
        for cookie in answer.headers.get_list("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            if name == "__Host-session" and value:
                self.sessions.append(value)

    async def open_page(self) -> None:
        began = time.perf_counter()
        answer = await self._client.get(PAGE)
        answer.raise_for_status()
        self.page_ms.append((time.perf_counter() - began) * 1000)


async def _measured(auth: _Auth, people: list[dict[str, str]]) -> SignIns:
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx.AsyncClient(base_url=auth.url, limits=limits, timeout=30, trust_env=False) as client:
        browsers = _Browsers(client, await _form_of(client))
        before = costs({"auth": auth.process.pid})["auth"]
        began = time.perf_counter()
        async with asyncio.TaskGroup() as running:
            total = SIGN_INS_A_SECOND * SECONDS
            for number in range(total):
                await _until(began + number / SIGN_INS_A_SECOND)
                running.create_task(browsers.sign_in(people[number % len(people)]))
                if number * PAGES_A_SECOND % SIGN_INS_A_SECOND < PAGES_A_SECOND:
                    running.create_task(browsers.open_page())
        seconds = time.perf_counter() - began
        spent = costs({"auth": auth.process.pid})["auth"].since(before)
    return SignIns(
        asked=total,
        opened=len(browsers.sessions),
        put_off=browsers.put_off,
        seconds=seconds,
        sign_in_ms=_p50_p95(browsers.sign_in_ms),
        page_ms=_p50_p95(browsers.page_ms),
        held=len(browsers.sessions) + browsers.put_off == total
        and await _are_kept(auth.dsn, browsers.sessions),
        cost=spent,
    )


async def _form_of(client: httpx.AsyncClient) -> dict[str, str]:
    page = await client.get("/connexion", headers={"accept": "text/html"})
    found = _CSRF.search(page.text)
    if found is None:
        raise RuntimeError("the sign-in page has no form")
    cookie = page.headers["set-cookie"].partition(";")[0]
    return {"csrf": found[1], "cookie": cookie}


async def _are_kept(dsn: str, tokens: list[str]) -> bool:
    """Whether the database holds a session for each token that a browser got, for nobody else, and none twice."""
    connection = await asyncpg.connect(dsn)
    try:
        kept = {
            row["token_digest"] for row in await connection.fetch("select token_digest from browser_session")
        }
    finally:
        await connection.close()
    got = {session_digest(token) for token in tokens}
    return kept == got and len(got) == len(tokens)


async def _until(instant: float) -> None:
    while (left := instant - time.perf_counter()) > 0:
        await asyncio.sleep(left)


def _p50_p95(samples: list[float]) -> tuple[float, float]:
    cuts = quantiles(samples, n=20)
    return cuts[9], cuts[18]


def _script(name: str) -> str:
    return str(Path(sys.executable).with_name(name))
