"""Sonia has two slips: one of the collège, for Léo, and one of the lycée, for Inès."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg

from auth.adapters.argon2_passwords import Argon2Passwords
from auth.adapters.postgres_credentials import PostgresCredentials
from auth.adapters.postgres_fusions import PostgresFusions
from auth.adapters.postgres_guesses import PostgresGuesses
from auth.adapters.postgres_sessions import PostgresSessions
from auth.adapters.security_facts import SecurityFacts
from auth.application.attach_account import AttachAccount
from auth.application.fusion_right import FusionRight
from auth.application.judge_password import JudgePassword
from auth.application.preview_fusion import PreviewFusion
from auth.application.prove_account import Claim, ProveAccount
from auth.application.undo_fusion import ListFusions, UndoFusion
from auth.domain.fusion import Fusion, Preview
from auth.domain.sessions import SESSION_LIFE, new_token, session_digest
from shared.events.accounts import AccountChanged
from shared.events.security import AccessRevoked, SecurityNoticed
from shared.kernel.ids import uuid7
from shared.kernel.refusals import Refused
from shared.kit.sealing import Sealer, new_key
from tests.fakes.auth import AuditInMemory
from tests.integration.auth_scene import LYCEE, AuthScene, noon, parent, pupil
from tests.integration.made_once import hashed

PASSWORD = "Deuxième-fiche7"
COLLEGE_UAI, LYCEE_UAI = "0690001T", LYCEE["establishment_uai"]
LEO, INES = pupil("E1"), pupil("E2", first_name="Inès", **LYCEE, **{"class": "2B"})
SONIA = parent("P1")
SONIA_TWO = parent("P2", first_name="SONIA", children="E2", email="", **LYCEE)
FAMILY = (LEO, INES, SONIA, SONIA_TWO)


@dataclass(slots=True)
class FusionScene:
    """The family imported, each parent's account with a password, and the use cases on one database."""

    school: AuthScene
    hasher: Argon2Passwords
    audit: AuditInMemory = field(default_factory=AuditInMemory)
    sealer: Sealer = field(default_factory=lambda: Sealer(new_key()))

    @property
    def pool(self) -> asyncpg.Pool:
        return self.school.pool

    @property
    def fusions(self) -> PostgresFusions:
        return PostgresFusions(self.pool, SecurityFacts(self.sealer))

    @property
    def right(self) -> FusionRight:
        sessions = PostgresSessions(self.pool, SecurityFacts(self.sealer))
        return FusionRight(sessions=sessions, audit=self.audit, clock=self.school.clock)

    @property
    def preview(self) -> PreviewFusion:
        return PreviewFusion(
            right=self.right,
            prove=ProveAccount(
                credentials=PostgresCredentials(self.pool, SecurityFacts(self.sealer)),
                judge=JudgePassword(
                    guesses=PostgresGuesses(self.pool),
                    hasher=self.hasher,
                    audit=self.audit,
                ),
                audit=self.audit,
                clock=self.school.clock,
            ),
            fusions=self.fusions,
            audit=self.audit,
            clock=self.school.clock,
            ids=uuid7,
        )

    @property
    def attach(self) -> AttachAccount:
        return AttachAccount(
            right=self.right, fusions=self.fusions, audit=self.audit, clock=self.school.clock
        )

    @property
    def undo(self) -> UndoFusion:
        return UndoFusion(right=self.right, fusions=self.fusions, audit=self.audit, clock=self.school.clock)

    @property
    def listed(self) -> ListFusions:
        return ListFusions(right=self.right, fusions=self.fusions)

    async def password(self, person_id: str, kind: str = "chosen", step: str = "active") -> None:
        expires_at = self.school.clock.now() + timedelta(days=90) if kind == "first" else None
        await self.pool.execute(
            "insert into credential (person_id, step, password_hash, password_kind, first_expires_at)"
            " values ($1, $2, $3, $4, $5)",
            person_id,
            step,
            hashed(PASSWORD),
            kind,
            expires_at,
        )

    async def session(self, person_id: str) -> str:
        """A session of somebody who gave the password just now."""
        token, now = new_token(), self.school.clock.now()
        await self.pool.execute(
            "insert into browser_session"
            " (session_id, token_digest, person_id, authenticated_at, last_seen_at, expires_at)"
            " values ($1, $2, $3, $4, $4, $5)",
            uuid7(),
            session_digest(token),
            person_id,
            now,
            now + SESSION_LIFE,
        )
        return token

    async def proved(self, person_id: str, address: str) -> None:
        channel = "email" if "@" in address else "sms"
        await self.pool.execute(
            "insert into proved_contact values ($1, $2, $3, $4, true)",
            person_id,
            f"{person_id}-{address}",
            channel,
            address,
        )

    async def identifier(self, person_id: str) -> str:
        found: str = await self.pool.fetchval(
            "select identifier from account where person_id = $1", person_id
        )
        return found

    async def slip(self, person_id: str, password: str = PASSWORD) -> Claim:
        identifier = await self.identifier(person_id)
        return Claim(identifier=identifier, password=password, source="192.0.2.1")

    async def previewed(self, token: str, person_id: str = "P2") -> Preview:
        preview = await self.preview(token, await self.slip(person_id))
        assert isinstance(preview, Preview), preview
        return preview

    async def fused(self, token: str, person_id: str = "P2") -> Fusion:
        done = await self.attach(token, (await self.previewed(token, person_id)).fusion_id)
        assert isinstance(done, Fusion), done
        return done

    async def heard(self) -> "Heard":
        heard = Heard()
        for event in await self.school.events():
            heard.hear(event.data)
        return heard


@dataclass(slots=True)
class Heard:
    """What left by the outbox: accounts as they now stand, access that ended, and who was told of what."""

    accounts: dict[str, AccountChanged] = field(default_factory=dict)
    revoked: list[tuple[str, str]] = field(default_factory=list)
    notices: list[SecurityNoticed] = field(default_factory=list)

    def hear(self, data: Any) -> None:
        match data:
            case AccountChanged():
                self.accounts[data.person_id] = data
            case AccessRevoked():
                self.revoked.append((data.person_id, data.reason))
            case SecurityNoticed():
                self.notices.append(data)


async def a_family(pool: asyncpg.Pool, folder: Path) -> FusionScene:
    """Nothing of it is in the outbox any more."""
    school = AuthScene(pool, folder, noon())
    await school.done(*FAMILY)
    scene = FusionScene(school, Argon2Passwords(workers=1))
    for person_id in ("P1", "P2"):
        await scene.password(person_id)
    await school.events()
    return scene


def uais(account: AccountChanged) -> list[str]:
    """The schools that an account is told with."""
    return [place.uai for place in account.establishments]


def refusal(answer: object) -> str:
    """Why something was turned down."""
    assert isinstance(answer, Refused), answer
    return answer.reason
