from datetime import UTC, datetime

import pytest

from auth.application.introspect_token import IntrospectToken
from auth.application.issue_token import AskToken, IssuedToken, IssueToken, TooManyGuesses
from auth.application.register_client import DisableClient, RegisterClient, RotateSecret
from auth.domain.partners import Client, Partner
from shared.kernel.refusals import Refused
from tests.fakes.auth import AuditInMemory, HandClock, PartnersInMemory

REGION = Partner(partner_id="region", name="Région", body="region", regions=("Auvergne-Rhône-Alpes",))
CLIENT = Client(client_id="region-1", partner_id="region", scopes=("alerts:write", "alerts:read"))


class _House:
    """Token issue on fakes."""

    def __init__(self) -> None:
        self.store = PartnersInMemory()
        self.audit = AuditInMemory()
        self.clock = HandClock(datetime(2026, 9, 1, 12, tzinfo=UTC))
        self.issue = IssueToken(clients=self.store, tokens=self.store, audit=self.audit, clock=self.clock)
        self.introspect = IntrospectToken(tokens=self.store, clock=self.clock)

    async def with_client(self) -> str:
        secret = await RegisterClient(partners=self.store, clock=self.clock)(REGION, CLIENT)
        assert isinstance(secret, str)
        return secret

    async def ask(self, secret: str, client_id: str = "region-1", scope: str | None = None) -> object:
        return await self.issue(AskToken(client_id=client_id, secret=secret, scope=scope, source="192.0.2.1"))


@pytest.fixture
def house() -> _House:
    return _House()


async def test_the_right_secret_gives_a_token_for_an_hour(house: _House) -> None:
    issued = await house.ask(await house.with_client())

    assert isinstance(issued, IssuedToken)
    assert issued.expires_in_s == 3600
    house.clock.forward(3599)
    assert await house.introspect(issued.token) is not None
    house.clock.forward(1)
    assert await house.introspect(issued.token) is None


async def test_unknown_and_wrong_are_one_answer(house: _House) -> None:
    await house.with_client()

    assert await house.ask("wrong") == await house.ask("wrong", client_id="nobody")


async def test_after_the_free_failures_even_the_right_secret_waits(house: _House) -> None:
    secret = await house.with_client()
    for _ in range(6):
        assert isinstance(await house.ask("wrong"), Refused)

    assert await house.ask(secret) == TooManyGuesses(2)
    house.clock.forward(2)
    assert isinstance(await house.ask(secret), IssuedToken)
    assert isinstance(await house.ask("wrong"), Refused), "a success forgets the failures before it"


async def test_a_disabled_client_and_its_tokens_are_dead_at_once(house: _House) -> None:
    secret = await house.with_client()
    issued = await house.ask(secret)
    assert isinstance(issued, IssuedToken)

    assert await DisableClient(partners=house.store, clock=house.clock)("region-1") is None

    assert await house.introspect(issued.token) is None
    assert isinstance(await house.ask(secret), Refused)


async def test_a_rotated_secret_kills_the_old_one_and_its_tokens(house: _House) -> None:
    old = await house.with_client()
    issued = await house.ask(old)
    assert isinstance(issued, IssuedToken)

    new = await RotateSecret(partners=house.store)("region-1")

    assert isinstance(new, str)
    assert await house.introspect(issued.token) is None
    assert isinstance(await house.ask(old), Refused)
    assert isinstance(await house.ask(new), IssuedToken)


async def test_the_audit_names_known_clients_and_never_what_was_typed(house: _House) -> None:
    secret = await house.with_client()
    await house.ask(secret)
    await house.ask("wrong")
    await house.ask("wrong", client_id="my-password-typed-in-the-wrong-field")
    await house.ask(secret, scope="admin")

    assert house.audit.events == ["authn_token_created", "authn_login_fail", "authn_login_fail", "authz_fail"]
    assert "my-password" not in repr(house.audit.lines)
    assert secret not in repr(house.audit.lines)


def test_what_holds_a_secret_cannot_be_printed() -> None:
    ask = AskToken(client_id="c", secret="s3cret", scope=None, source="192.0.2.1")

    assert "s3cret" not in repr(ask)
    assert "t0ken" not in repr(IssuedToken("t0ken", (), 1))
