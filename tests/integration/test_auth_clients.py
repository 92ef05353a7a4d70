"""Clients and tokens: one suite for the fake and for PostgreSQL, and what only a database can prove."""

import asyncio
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from auth.adapters.postgres_partners import PostgresPartners
from auth.adapters.postgres_tokens import PostgresClientSecrets, PostgresTokens
from auth.application.ports import Verdict
from auth.domain.partners import Client, Partner
from auth.domain.tokens import TokenRecord, secret_digest, token_digest
from shared.kernel.refusals import Refused
from tests.fakes.auth import PartnersInMemory
from tests.integration.auth_scene import AuthScene, ServicePool, noon

REGION = Partner(partner_id="region", name="Région", body="region", regions=("Auvergne-Rhône-Alpes",))
CLIENT = Client(client_id="region-1", partner_id="region", scopes=("alerts:write",))
RIGHT, WRONG, OTHER = secret_digest("right"), secret_digest("wrong"), secret_digest("other")
NOW = noon().now()


class _Postgres(PostgresPartners, PostgresClientSecrets, PostgresTokens):
    """The three adapters as one store, as the fake is."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        PostgresPartners.__init__(self, pool)


@pytest.fixture(params=["memory", "postgres"])
async def store(request: pytest.FixtureRequest, service_pool: ServicePool) -> PartnersInMemory | _Postgres:
    return PartnersInMemory() if request.param == "memory" else _Postgres(await service_pool("auth"))


def _token(text: str = "token") -> TokenRecord:
    return TokenRecord(
        token_digest=token_digest(text),
        client_id="region-1",
        scopes=("alerts:write",),
        issued_at=NOW,
        expires_at=NOW + timedelta(hours=1),
    )


async def _judge(
    store: PartnersInMemory | _Postgres, secret: bytes, at_s: float = 0, source: str = "a"
) -> Verdict:
    return await store.judge("region-1", secret, source=source, now=NOW + timedelta(seconds=at_s))


async def test_a_client_is_registered_once(store: PartnersInMemory | _Postgres) -> None:
    assert await store.register(REGION, CLIENT, RIGHT, NOW) is True

    again = await store.register(REGION, CLIENT, OTHER, NOW)

    assert isinstance(again, Refused)
    assert again.reason == "client_exists"
    assert (await _judge(store, RIGHT)).right
    assert await store.listed() == [(REGION, CLIENT, True)]


async def test_a_known_partner_cannot_be_described_otherwise(store: PartnersInMemory | _Postgres) -> None:
    await store.register(REGION, CLIENT, RIGHT, NOW)
    elsewhere = Partner(partner_id="region", name="Région", body="region", regions=("Bretagne",))

    refusal = await store.register(
        elsewhere, Client(client_id="c2", partner_id="region", scopes=()), RIGHT, NOW
    )

    assert isinstance(refusal, Refused)
    assert refusal.reason == "another_partner"


async def test_a_seed_changes_nothing_the_second_time(store: PartnersInMemory | _Postgres) -> None:
    assert [await store.seed(REGION, CLIENT, RIGHT, NOW) for _ in range(2)] == [True, False]


async def test_a_seed_brings_back_neither_a_disabled_client_nor_a_replaced_secret(
    store: PartnersInMemory | _Postgres,
) -> None:
    await store.seed(REGION, CLIENT, RIGHT, NOW)
    await store.replace_secret("region-1", OTHER)
    await store.seed(REGION, CLIENT, RIGHT, NOW)
    assert not (await _judge(store, RIGHT)).right
    assert (await _judge(store, OTHER)).right

    await store.disable("region-1", NOW)
    await store.seed(REGION, CLIENT, RIGHT, NOW)
    assert not (await _judge(store, OTHER)).right


async def test_a_seed_with_a_new_secret_replaces_it(store: PartnersInMemory | _Postgres) -> None:
    await store.seed(REGION, CLIENT, RIGHT, NOW)
    await store.seed(REGION, CLIENT, OTHER, NOW)

    assert not (await _judge(store, RIGHT)).right
    assert (await _judge(store, OTHER)).right


async def test_failures_are_counted_by_source_and_forgotten_by_a_success(
    store: PartnersInMemory | _Postgres,
) -> None:
    await store.register(REGION, CLIENT, RIGHT, NOW)
    for _ in range(6):
        assert (await _judge(store, WRONG)).evaluated

    assert await _judge(store, RIGHT, at_s=1.5) == Verdict(right=False, evaluated=False, known=True, wait_s=1)
    assert (await _judge(store, RIGHT, source="b")).right
    assert (await _judge(store, RIGHT, at_s=2)).right
    assert (await _judge(store, WRONG, at_s=2)).evaluated
    assert (await _judge(store, WRONG, at_s=2)).evaluated


async def test_the_wait_doubles_and_an_hour_of_peace_ends_it(store: PartnersInMemory | _Postgres) -> None:
    await store.register(REGION, CLIENT, RIGHT, NOW)
    for at_s in (0, 0, 0, 0, 0, 0, 2, 6):
        assert (await _judge(store, WRONG, at_s=at_s)).evaluated

    assert (await _judge(store, WRONG, at_s=6)).wait_s == 8
    assert (await _judge(store, WRONG, at_s=6 + 3601)).evaluated
    assert (await _judge(store, WRONG, at_s=6 + 3601)).evaluated


async def test_a_client_nobody_knows_is_judged_like_another(store: PartnersInMemory | _Postgres) -> None:
    answers = [await _judge(store, WRONG) for _ in range(7)]

    assert [answer.evaluated for answer in answers] == [True] * 6 + [False]
    assert not any(answer.known or answer.right for answer in answers)


async def test_a_token_lives_until_its_hour_or_its_clients_end(store: PartnersInMemory | _Postgres) -> None:
    await store.register(REGION, CLIENT, RIGHT, NOW)
    assert await store.keep(_token(), secret=RIGHT)

    found = await store.find(token_digest("token"), NOW)
    assert found is not None
    assert (found.client_id, found.scopes, found.partner) == ("region-1", ("alerts:write",), REGION)
    assert await store.find(token_digest("token"), NOW + timedelta(hours=1)) is None

    await store.disable("region-1", NOW)
    assert await store.find(token_digest("token"), NOW) is None


async def test_a_token_asked_with_a_secret_that_was_replaced_meanwhile_is_not_kept(
    store: PartnersInMemory | _Postgres,
) -> None:
    await store.register(REGION, CLIENT, RIGHT, NOW)
    await store.replace_secret("region-1", OTHER)

    assert not await store.keep(_token(), secret=RIGHT)
    assert await store.find(token_digest("token"), NOW) is None


async def test_dead_tokens_are_forgotten(store: PartnersInMemory | _Postgres) -> None:
    await store.register(REGION, CLIENT, RIGHT, NOW)
    await store.keep(_token(), secret=RIGHT)

    assert await store.forget_expired(NOW) == 0
    assert await store.forget_expired(NOW + timedelta(hours=1)) == 1


async def test_a_hundred_wrong_secrets_at_once_are_compared_six_times(service_pool: ServicePool) -> None:
    store = _Postgres(await service_pool("auth"))
    await store.register(REGION, CLIENT, RIGHT, NOW)

    answers = await asyncio.gather(*(_judge(store, WRONG) for _ in range(100)))

    assert sum(answer.evaluated for answer in answers) == 6


async def test_a_hundred_right_secrets_at_once_are_all_right(service_pool: ServicePool) -> None:
    store = _Postgres(await service_pool("auth"))
    await store.register(REGION, CLIENT, RIGHT, NOW)

    answers = await asyncio.gather(*(_judge(store, RIGHT) for _ in range(100)))

    assert all(answer.right for answer in answers)


async def test_the_database_holds_no_secret_and_no_token(service_pool: ServicePool) -> None:
    pool = await service_pool("auth")
    store = _Postgres(pool)
    await store.register(REGION, CLIENT, secret_digest("canary-secret"), NOW)
    await store.keep(_token("canary-token"), secret=secret_digest("canary-secret"))

    rows = [
        *await pool.fetch("select * from partner_client"),
        *await pool.fetch("select * from access_token"),
    ]

    assert len(rows) == 2
    assert "canary" not in repr(rows)


async def test_a_partner_is_told_once_for_each_change(service_pool: ServicePool, tmp_path: Path) -> None:
    pool = await service_pool("auth")
    store, scene = PostgresPartners(pool), AuthScene(pool, tmp_path, noon())
    await store.seed(REGION, CLIENT, RIGHT, NOW)
    await store.seed(REGION, CLIENT, RIGHT, NOW)
    await store.replace_secret("region-1", OTHER)
    await store.disable("region-1", NOW)
    await store.disable("region-1", NOW)

    told = [event.data for event in await scene.events()]

    assert [(one.partner_id, one.version, one.active) for one in told] == [
        ("region", 1, True),
        ("region", 2, False),
    ]
    assert told[0].territory.regions == ("Auvergne-Rhône-Alpes",)
    assert told[0].kinds is None
