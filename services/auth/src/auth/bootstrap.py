"""The only place that knows which adapter stands behind which port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import asyncpg

from auth.adapters.audit_log import write_audit_line
from auth.adapters.csv_accounts_file import open_accounts_file
from auth.adapters.partners_file import read_partners_file
from auth.adapters.postgres_directory import PostgresDirectory
from auth.adapters.postgres_partners import PostgresPartners
from auth.adapters.postgres_tokens import PostgresClientSecrets, PostgresTokens
from auth.application.import_accounts import ImportAccounts
from auth.application.introspect_token import IntrospectToken
from auth.application.issue_token import IssueToken
from auth.application.ports import AuditLog, Directory, Partners, Tokens
from auth.application.register_client import (
    DisableClient,
    RegisterClient,
    RotateSecret,
    Seed,
    SeedClients,
    judge_seeds,
)
from auth.application.republish import Republish
from auth.application.suspend_absent import SuspendAbsent
from auth.domain.account_line import AddressReaders
from auth.settings import AuthSettings
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused
from shared.kit.addresses import read_email_address, read_phone_number
from shared.kit.database import open_pool

ADDRESSES_REMEMBERED = 8_192
"""Families share numbers and addresses, and their lines stand close together in a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """Everything that auth can do, ready to be asked."""

    pool: asyncpg.Pool
    clock: Clock
    audit: AuditLog
    directory: Directory
    partners: Partners
    tokens: Tokens
    import_accounts: ImportAccounts
    suspend_absent: SuspendAbsent
    republish: Republish
    register_client: RegisterClient
    rotate_secret: RotateSecret
    disable_client: DisableClient
    seed_clients: SeedClients
    issue_token: IssueToken
    introspect_token: IntrospectToken


def seeds_of(settings: AuthSettings) -> list[Seed] | Refused:
    """The partner clients that the deployment describes, judged; none without a file."""
    if settings.partners_file is None:
        return []
    seeds = read_partners_file(settings.partners_file)
    if isinstance(seeds, Refused):
        return seeds
    return judge_seeds(seeds, weak_secrets_allowed=settings.local) or seeds


def wired(pool: asyncpg.Pool, settings: AuthSettings) -> Auth:
    """Put the real adapters behind the use cases."""
    clock = settings.clock()
    directory, partners, tokens = PostgresDirectory(pool), PostgresPartners(pool), PostgresTokens(pool)
    remembered = lru_cache(maxsize=ADDRESSES_REMEMBERED)
    readers = AddressReaders(phone=remembered(read_phone_number), email=remembered(read_email_address))
    return Auth(
        pool=pool,
        clock=clock,
        audit=write_audit_line,
        directory=directory,
        partners=partners,
        tokens=tokens,
        import_accounts=ImportAccounts(
            files=open_accounts_file, directory=directory, readers=readers, clock=clock
        ),
        suspend_absent=SuspendAbsent(
            directory=directory, grace=timedelta(days=settings.absence_grace_days), clock=clock
        ),
        republish=Republish(directory=directory, partners=partners, clock=clock),
        register_client=RegisterClient(partners=partners, clock=clock),
        rotate_secret=RotateSecret(partners=partners),
        disable_client=DisableClient(partners=partners, clock=clock),
        seed_clients=SeedClients(partners=partners, clock=clock),
        issue_token=IssueToken(
            clients=PostgresClientSecrets(pool), tokens=tokens, audit=write_audit_line, clock=clock
        ),
        introspect_token=IntrospectToken(tokens=tokens, clock=clock),
    )


@asynccontextmanager
async def opened(settings: AuthSettings) -> AsyncIterator[Auth]:
    """Auth on its database, until the block ends."""
    pool = await open_pool(settings.database_url.get_secret_value(), service="auth")
    try:
        yield wired(pool, settings)
    finally:
        await pool.close()
