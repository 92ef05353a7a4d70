"""Signing in on a real database: people with passwords, a clock moved by hand, hashes that are counted."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import asyncpg

from auth.adapters.argon2_passwords import Argon2Passwords
from auth.adapters.charter_files import read_charters
from auth.adapters.common_passwords import is_common
from auth.adapters.postgres_credentials import PostgresCredentials
from auth.adapters.postgres_first_connection import PostgresFirstConnections
from auth.adapters.postgres_guesses import PostgresGuesses
from auth.adapters.postgres_sessions import PostgresSessions
from auth.adapters.security_facts import SecurityFacts
from auth.application.change_password import ChangePassword, OwnChange
from auth.application.confirm_password import Confirm, ConfirmPassword
from auth.application.judge_password import JudgePassword
from auth.application.prove_account import Claim, ProveAccount
from auth.application.prove_password import ProvePassword
from auth.application.read_first_connection import ReadFirstConnection
from auth.application.read_session import ReadSession
from auth.application.replace_password import NewPassword, ReplacePassword
from auth.application.sign_in import SignedIn, SignIn
from auth.application.sign_in_ports import Busy, Opening, SessionFacts, TooManyTries
from auth.application.sign_out import SignOut
from auth.application.sign_out_everywhere import SignOutEverywhere
from auth.domain.charters import CharterSet
from auth.domain.first_connection import Step
from auth.domain.sessions import device_digest, new_token, session_digest
from shared.events.envelope import Event
from shared.kernel.ids import uuid7
from shared.kernel.refusals import Refused
from shared.kit.sealing import Sealer, new_key
from tests.fakes.auth import AuditInMemory, HandClock
from tests.integration.auth_scene import outbox_events
from tests.integration.made_once import hashed

FIRST, CHOSEN, OTHER = "Kiwi-first-42", "Tulipe 42 sous la pluie!", "Nuage 17 au-dessus du pont!"
WRONG = "Not the passw0rd!"
HOME, SCHOOL = "192.0.2.1", "198.51.100.7"
LONG_AGO = datetime(2026, 6, 1, tzinfo=UTC)

ESTABLISHED = (
    "insert into establishment values ('0690001T', 'Collège Jean-Macé', 'college', '69', 'Lyon', 'ARA')"
)
ACCOUNT = """
insert into account
    (person_id, profile, last_name, first_name, identifier, identifier_stem, identifier_number, created_at)
values ($1, $2, 'Vial', 'Léo', $3, $3, 1, $4)
"""
ATTACHED = "insert into attachment (person_id, uai) values ($1, '0690001T')"
WITH_FIRST = """
insert into credential (person_id, password_hash, password_kind, first_expires_at) values ($1, $2, 'first', $3)
"""
WITH_CHOSEN = """
insert into credential (person_id, step, password_hash, password_kind, finished_at)
values ($1, 'active', $2, 'chosen', $3)
"""
ACCEPTED = "insert into charter_acceptance values ($1, $2, $3, $4)"
PROVED = "insert into proved_contact values ($1, $2, $3, $4, true)"

Answer = SignedIn | Refused | TooManyTries | Busy


class CountingHasher(Argon2Passwords):
    """argon2id that counts what it really evaluates."""

    def __init__(self, *, workers: int | None = None, waiting_per_worker: int = 40) -> None:
        super().__init__(workers=workers, waiting_per_worker=waiting_per_worker)
        self.verified = 0
        self.hashed = 0

    async def verify(self, password_hash: str | None, password: str) -> bool | Busy:
        self.verified += 1
        return await super().verify(password_hash, password)

    async def hash(self, password: str) -> str | Busy:
        self.hashed += 1
        return await super().hash(password)


def charters_in_force() -> CharterSet:
    charters = read_charters(None)
    assert isinstance(charters, CharterSet), charters
    return charters


@dataclass(slots=True)
class SignInScene:
    """Everything about passwords and sessions, on one database."""

    pool: asyncpg.Pool
    clock: HandClock = field(default_factory=lambda: HandClock(datetime(2026, 11, 24, 6, 5, tzinfo=UTC)))
    audit: AuditInMemory = field(default_factory=AuditInMemory)
    hasher: CountingHasher = field(default_factory=CountingHasher)
    sealer: Sealer = field(default_factory=lambda: Sealer(new_key()))

    @property
    def credentials(self) -> PostgresCredentials:
        return PostgresCredentials(self.pool, SecurityFacts(self.sealer))

    @property
    def sessions(self) -> PostgresSessions:
        return PostgresSessions(self.pool, SecurityFacts(self.sealer))

    @property
    def guesses(self) -> PostgresGuesses:
        return PostgresGuesses(self.pool)

    @property
    def judge(self) -> JudgePassword:
        return JudgePassword(guesses=self.guesses, hasher=self.hasher, audit=self.audit)

    @property
    def sign_in(self) -> SignIn:
        return SignIn(
            prove=ProveAccount(
                credentials=self.credentials, judge=self.judge, audit=self.audit, clock=self.clock
            ),
            hasher=self.hasher,
            sessions=self.sessions,
            steps=ReadFirstConnection(
                connections=PostgresFirstConnections(self.pool), charters=charters_in_force()
            ),
            audit=self.audit,
            clock=self.clock,
            ids=uuid7,
        )

    @property
    def prove(self) -> ProvePassword:
        return ProvePassword(credentials=self.credentials, judge=self.judge, clock=self.clock)

    @property
    def replace(self) -> ReplacePassword:
        return ReplacePassword(
            credentials=self.credentials,
            hasher=self.hasher,
            is_common=is_common,
            audit=self.audit,
            clock=self.clock,
        )

    async def person(
        self, person_id: str, password: str = CHOSEN, *, profile: str = "eleve", contacts: int = 0
    ) -> str:
        """Somebody whose first connection is over, with proved contacts; gives the identifier."""
        identifier = await self._account(person_id, profile)
        await self.pool.execute(WITH_CHOSEN, person_id, hashed(password), LONG_AGO)
        for charter in charters_in_force().asked_of(profile):
            await self.pool.execute(ACCEPTED, person_id, charter.charter_id, charter.version, LONG_AGO)
        for number in range(contacts):
            address = f"{person_id}.{number}@example.org" if number % 2 == 0 else f"+3361234567{number}"
            await self.pool.execute(
                PROVED, person_id, f"c{number}", "email" if number % 2 == 0 else "sms", address
            )
        return identifier

    async def newcomer(self, person_id: str, *, days: float = 90) -> str:
        """Somebody with a slip whose first password FIRST lives for so many days; gives the identifier."""
        identifier = await self._account(person_id, "eleve")
        expires_at = self.clock.now() + timedelta(days=days)
        await self.pool.execute(WITH_FIRST, person_id, hashed(FIRST), expires_at)
        return identifier

    async def _account(self, person_id: str, profile: str) -> str:
        if not await self.pool.fetchval("select exists (select from establishment)"):
            await self.pool.execute(ESTABLISHED)
        identifier = f"{person_id.lower()}.vial"
        await self.pool.execute(ACCOUNT, person_id, profile, identifier, LONG_AGO)
        await self.pool.execute(ATTACHED, person_id)
        return identifier

    async def tries(
        self, identifier: str, password: str, *, source: str = HOME, device: str | None = None
    ) -> Answer:
        return await self.sign_in(
            Claim(identifier=identifier, password=password, source=source, device_token=device)
        )

    async def enters(
        self, identifier: str, password: str = CHOSEN, *, source: str = HOME, device: str | None = None
    ) -> SignedIn:
        """Sign in, which must go through."""
        answer = await self.tries(identifier, password, source=source, device=device)
        assert isinstance(answer, SignedIn), answer
        return answer

    async def opens(self, person_id: str, password: str = CHOSEN) -> str:
        """A session of somebody whose password was just found right, and a browser that is known from now on."""
        token, device = new_token(), new_token()
        opened = await self.sessions.open(
            Opening(
                person_id=person_id,
                verified_hash=hashed(password),
                better_hash=None,
                session_id=uuid7(),
                session=session_digest(token),
                known_device=None,
                new_device=device_digest(device),
                step_before=Step.ACTIVE,
                step_after=Step.ACTIVE,
                now=self.clock.now(),
            )
        )
        assert opened is not None
        return token

    async def session(self, token: str | None) -> SessionFacts | None:
        return await ReadSession(sessions=self.sessions, clock=self.clock)(token)

    async def leaves(self, token: str | None) -> None:
        await SignOut(sessions=self.sessions, audit=self.audit)(token)

    async def leaves_everywhere(self, token: str | None) -> bool:
        leave = SignOutEverywhere(sessions=self.sessions, audit=self.audit, clock=self.clock)
        return await leave(token)

    async def confirms(self, token: str, password: str = CHOSEN, *, device: str | None = None) -> object:
        confirm = ConfirmPassword(
            sessions=self.sessions, prove=self.prove, audit=self.audit, clock=self.clock
        )
        return await confirm(
            Confirm(session_token=token, password=password, source=HOME, device_token=device)
        )

    async def changes(
        self,
        token: str,
        current: str = CHOSEN,
        new: str = OTHER,
        *,
        again: str | None = None,
        device: str | None = None,
    ) -> object:
        change = ChangePassword(
            sessions=self.sessions, prove=self.prove, replace=self.replace, clock=self.clock
        )
        return await change(
            OwnChange(
                session_token=token,
                current=current,
                password=new,
                confirmation=new if again is None else again,
                source=HOME,
                device_token=device,
            )
        )

    async def chooses_first(self, person_id: str, password: str, token: str | None = None) -> object:
        """Step 2 of the first connection."""
        await self.pool.execute("update credential set step = 'password' where person_id = $1", person_id)
        return await self.replace(
            NewPassword(
                person_id=person_id,
                password=password,
                confirmation=password,
                why="first",
                session_token=token,
                step_after=Step.CONTACTS,
            )
        )

    async def told(self) -> list[Event[object]]:
        """What the outbox holds; it is then empty."""
        return await outbox_events(self.pool)
