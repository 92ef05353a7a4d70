"""The time of an answer tells nobody whether an identifier exists, while codes are being issued meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any

import httpx
import pytest

from auth.domain.recovery_codes import CODE_TRIES_MAX
from auth.entrypoints.recovery_worker import RecoveryWorker
from shared.kit.web.cookies import RECOVERY
from tests.browser import Browser
from tests.integration.recovery_scene import RecoveryScene
from tests.integration.test_recovery_pages import CODE, HERE, csrf
from tests.integration.timing import APART_MAX, PAIRS, ROUNDS_MAX, address, rounds


@pytest.fixture
async def scene(service_pool: Callable[..., Any]) -> RecoveryScene:
    return RecoveryScene(await service_pool("auth"))


@pytest.mark.requirement("R54")
async def test_the_median_times_for_known_and_unknown_identifiers_are_within_ten_percent_a18(
    scene: RecoveryScene,
) -> None:
    await scene.crowd("KNOWN", PAIRS * ROUNDS_MAX)
    worker = RecoveryWorker(scene.recovery.issue_codes, scene.recovery.woken)
    await worker.start()
    try:
        async with _visiting(scene) as (client, hidden):

            async def asked(kind: str, number: int) -> float:
                form = {"identifiant": f"{kind}{number:04}", "canal": "email", "csrf": hidden}
                return await _timed(client, HERE, form, 303, {"X-Forwarded-For": address(number)})

            apart = await rounds(asked)
    finally:
        await worker.stop()
    await scene.recovery.issue_codes()

    assert min(apart) < APART_MAX, apart
    assert await scene.pool.fetchval("select count(*) from one_time_code") == PAIRS * len(apart)


@pytest.mark.requirement("R54")
async def test_the_median_times_of_wrong_codes_with_and_without_a_live_one_are_within_ten_percent_a18(
    scene: RecoveryScene,
) -> None:
    flows: dict[str, list[str]] = {"known": [], "other": []}
    await scene.crowd("KNOWN", PAIRS * ROUNDS_MAX // CODE_TRIES_MAX)
    for number in range(PAIRS * ROUNDS_MAX // CODE_TRIES_MAX):
        for kind, kept in flows.items():
            kept.append(await scene.asks(f"{kind}{number:04}", source=address(number)))
    await scene.recovery.issue_codes()
    async with _visiting(scene) as (client, hidden):

        async def tried(kind: str, number: int) -> float:
            cookies = f"{client.headers['cookie']}; {RECOVERY}={flows[kind][number // CODE_TRIES_MAX]}"
            form = {"code": "000000", "csrf": hidden}
            return await _timed(client, CODE, form, 422, {"Cookie": cookies})

        apart = await rounds(tried)

    assert min(apart) < APART_MAX, apart
    assert await scene.pool.fetchval("select sum(tries) from one_time_code") == PAIRS * len(apart)


@asynccontextmanager
async def _visiting(scene: RecoveryScene) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """A client with a form's cookie, and its hidden field."""
    browser = Browser(scene.app)
    await browser.get(HERE)
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(scene.app), base_url="http://ent.test", headers={"Cookie": cookies}
    ) as client:
        yield client, csrf(browser)


async def _timed(
    client: httpx.AsyncClient, path: str, form: dict[str, str], status: int, headers: dict[str, str]
) -> float:
    began = perf_counter()
    answer = await client.post(path, data=form, headers=headers)
    lasted = perf_counter() - began
    assert answer.status_code == status
    await asyncio.sleep(0)  # lets the worker have its turn, as between two requests from outside
    return lasted
