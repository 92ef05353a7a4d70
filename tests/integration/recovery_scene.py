"""Forgotten passwords on a real database: accounts, what they ask, what leaves, on a clock moved by hand."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import asyncpg
from fastapi import FastAPI

from auth.application.ask_recovery import Ask, Asked
from auth.application.choose_recovered_password import ChooseRecovered
from auth.application.prove_account import Claim
from auth.application.recovery import Recovery
from auth.application.recovery_ports import ContactsOf
from auth.application.try_recovery_code import CodeAccepted, TryCode
from auth.bootstrap import Auth, wired
from auth.domain.recovery import Channel, ProvedContact
from auth.entrypoints.pages.recovery import recovery_router
from auth.entrypoints.pages.sign_in import sign_in_router
from shared.events.codes import CodeIssued
from shared.kernel.refusals import Refused
from shared.kit.health import Health
from shared.kit.sealing import Sealer, new_key
from shared.kit.web import service_app
from tests.fakes.auth import AuditInMemory, HandClock
from tests.integration.made_once import site_once
from tests.integration.wizard_scene import settings_of

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
CHOSEN = "Violette 7 sous la pluie!"
KEY = new_key()
ACCOUNT = """
insert into account (person_id, profile, last_name, first_name, identifier, identifier_stem, identifier_number,
    state, fused_into, created_at)
values ($1, 'parent', 'Canari', 'Sonia', $2, $2, 1, $3, $4, $5)
"""
ACCEPTED = "insert into charter_acceptance values ($1, $2, $3, $4)"
SETTINGS = settings_of("postgresql://unused", code_keys=KEY, trusted_proxies="127.0.0.1")
"""Whoever asks through `app` may say in X-Forwarded-For where he is."""
CREDENTIAL = """
insert into credential (person_id, step, password_hash, password_kind, first_expires_at) values ($1, $2, $3, $4, $5)
"""


def email(address: str, *, selected: bool = True, contact_id: str = "") -> ProvedContact:
    return ProvedContact(
        contact_id=contact_id or address, channel="email", address=address, selected=selected
    )


def sms(number: str, *, selected: bool = True) -> ProvedContact:
    return ProvedContact(contact_id=number, channel="sms", address=number, selected=selected)


@dataclass(frozen=True, slots=True)
class Letter:
    """A code as the notifier reads it."""

    person_id: str
    channel: str
    destination: str
    code: str
    expires_at: datetime


@dataclass
class RecoveryScene:
    """Auth's recovery and its pages; `audit` is what they noted."""

    pool: asyncpg.Pool
    clock: HandClock = field(default_factory=lambda: HandClock(NOON))
    audit: AuditInMemory = field(default_factory=AuditInMemory)
    auth: Auth = field(init=False)

    def __post_init__(self) -> None:
        auth = wired(self.pool, SETTINGS)
        noted: dict[str, Any] = {"clock": self.clock, "audit": self.audit}
        recovery = replace(
            auth.recovery,
            ask=replace(auth.recovery.ask, **noted),
            issue_codes=replace(auth.recovery.issue_codes, **noted),
            try_code=replace(auth.recovery.try_code, **noted),
            choose_password=replace(
                auth.recovery.choose_password, **noted, replace=replace(auth.replace_password, **noted)
            ),
        )
        judge = replace(auth.sign_in.prove.judge, audit=self.audit)
        prove = replace(auth.sign_in.prove, **noted, judge=judge)
        change = replace(
            auth.change_password,
            clock=self.clock,
            prove=replace(auth.change_password.prove, clock=self.clock, judge=judge),
            replace=replace(auth.change_password.replace, **noted),
        )
        self.auth = replace(
            auth,
            **noted,
            recovery=recovery,
            change_password=change,
            sign_out_everywhere=replace(auth.sign_out_everywhere, **noted),
            sign_in=replace(auth.sign_in, **noted, prove=prove),
            read_session=replace(auth.read_session, clock=self.clock),
        )

    @property
    def recovery(self) -> Recovery:
        return self.auth.recovery

    @cached_property
    def app(self) -> FastAPI:
        site = replace(site_once(SETTINGS), auth_of=lambda _: self.auth)
        return service_app(
            "auth", health=Health(), routers=[recovery_router(site), sign_in_router(site)], pages=site.pages
        )

    async def account(
        self,
        person_id: str,
        *contacts: ProvedContact,
        step: str | None = "active",
        state: str = "active",
        fused_into: str | None = None,
        password_hash: str = "x",
        kind: str = "chosen",
    ) -> None:
        """Somebody whose identifier is `<person_id>` in small letters; without a step he has no password."""
        await self.pool.execute(ACCOUNT, person_id, person_id.lower(), state, fused_into, NOON)
        if step:
            expires_at = NOON + timedelta(days=90) if kind == "first" else None
            await self.pool.execute(CREDENTIAL, person_id, step, password_hash, kind, expires_at)
        await self.recovery.follow_contacts(
            [], [ContactsOf(person_id=person_id, version=1, contacts=contacts)]
        )

    async def finished(self, person_id: str) -> None:
        """He went through his first connection once, charters included."""
        charters = self.auth.first_connection.read.charters.asked_of("parent")
        for charter in charters:
            await self.pool.execute(ACCEPTED, person_id, charter.charter_id, charter.version, NOON)
        await self.pool.execute(
            "update credential set finished_at = $2 where person_id = $1", person_id, NOON
        )

    async def crowd(self, stem: str, count: int) -> None:
        """Accounts `<stem>0000` and so on, each with a proved address, made at one go."""
        people = [f"{stem}{number:04}" for number in range(count)]
        await self.pool.executemany(ACCOUNT, [(each, each.lower(), "active", None, NOON) for each in people])
        await self.pool.executemany(CREDENTIAL, [(each, "active", "x", "chosen", None) for each in people])
        await self.recovery.follow_contacts(
            [],
            [
                ContactsOf(person_id=each, version=1, contacts=(email(f"{each.lower()}@example.org"),))
                for each in people
            ],
        )

    async def asks(self, identifier: str, channel: Channel = "email", source: str = "192.0.2.1") -> str:
        """Ask for a code; the browser's flow."""
        asked = await self.recovery.ask(Ask(identifier=identifier, channel=channel, source=source))
        assert isinstance(asked, Asked), asked
        return asked.flow

    async def letters(self) -> list[Letter]:
        """What leaves once the requests that wait are looked at; the outbox is then empty."""
        await self.recovery.issue_codes()
        rows = await self.pool.fetch("delete from outbox returning id, records")
        records = [record for row in sorted(rows, key=lambda row: row["id"]) for record in row["records"]]
        return [_letter(value) for topic, _, value, _ in records if topic == CodeIssued.topic]

    async def one_code(
        self, identifier: str, channel: Channel = "email", *, unlike: str = ""
    ) -> tuple[str, str]:
        """A flow and its code, asked again while it happens to be the one it must differ from."""
        while True:
            flow = await self.asks(identifier, channel)
            [letter] = await self.letters()
            if letter.code != unlike:
                return flow, letter.code

    async def tries(self, flow: str, typed: str) -> CodeAccepted | Refused:
        return await self.recovery.try_code(TryCode(flow=flow, typed=typed))

    async def proved(self, identifier: str) -> str:
        """A flow that may choose a new password."""
        flow, code = await self.one_code(identifier)
        accepted = await self.tries(flow, code)
        assert isinstance(accepted, CodeAccepted), accepted
        return accepted.flow

    async def chooses(self, flow: str, password: str = CHOSEN, confirmation: str | None = None) -> Any:
        again = password if confirmation is None else confirmation
        return await self.recovery.choose_password(
            ChooseRecovered(flow=flow, password=password, confirmation=again)
        )

    async def signs_in(self, identifier: str, password: str = CHOSEN, source: str = "192.0.2.1") -> Any:
        return await self.auth.sign_in(
            Claim(identifier=identifier, password=password, source=source, device_token=None)
        )

    def silences(self) -> list[object]:
        """Why requests ended without a code, in order."""
        return [ids.get("reason", ids.get("limit")) for event, ids in self.audit.lines if _silent(event, ids)]


def wrong(code: str) -> str:
    """Another code than this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def _silent(event: str, ids: dict[str, object]) -> bool:
    return ids.get("purpose") == "recovery" and event != "authn_token_created"


def _letter(value: str) -> Letter:
    event = CodeIssued.read(value)
    assert isinstance(event, CodeIssued)
    secret = Sealer(KEY).unseal(event.sealed)
    return Letter(event.person_id, event.channel, secret.destination, secret.code, event.expires_at)
