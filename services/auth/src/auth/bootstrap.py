"""The only place that knows which adapter stands behind which port."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from secrets import choice

import asyncpg

from auth.adapters.aaf_delivery import open_delivery
from auth.adapters.argon2_passwords import Argon2Passwords
from auth.adapters.audit_log import write_audit_line
from auth.adapters.charter_files import read_charters
from auth.adapters.common_passwords import is_common
from auth.adapters.csv_accounts_file import open_accounts_file
from auth.adapters.delivery_files import looks_like_delivery
from auth.adapters.partners_file import read_partners_file
from auth.adapters.postgres_credentials import PostgresCredentials
from auth.adapters.postgres_desks import PostgresDesks
from auth.adapters.postgres_directory import PostgresDirectory
from auth.adapters.postgres_first_connection import PostgresFirstConnections
from auth.adapters.postgres_fusions import PostgresFusions
from auth.adapters.postgres_guesses import PostgresGuesses
from auth.adapters.postgres_local_accounts import PostgresLocalAccounts
from auth.adapters.postgres_partners import PostgresPartners
from auth.adapters.postgres_proved_contacts import PostgresProvedContacts
from auth.adapters.postgres_recoveries import PostgresRecoveries
from auth.adapters.postgres_recovery_requests import PostgresRecoveryRequests
from auth.adapters.postgres_sessions import PostgresSessions
from auth.adapters.postgres_slips import PostgresSlips
from auth.adapters.postgres_tokens import PostgresClientSecrets, PostgresTokens
from auth.adapters.postgres_waiting_notices import PostgresWaitingNotices
from auth.adapters.recovery_digests import RecoveryDigests
from auth.adapters.security_facts import SecurityFacts
from auth.adapters.territories_file import read_territories
from auth.application.accept_charters import AcceptCharters
from auth.application.account_fusion import AccountFusion, ForgetProposals
from auth.application.ask_charters_again import AskChartersAgain
from auth.application.ask_recovery import AskRecovery
from auth.application.attach_account import AttachAccount
from auth.application.change_password import ChangePassword
from auth.application.choose_recovered_password import ChooseRecoveredPassword
from auth.application.confirm_password import ConfirmPassword
from auth.application.desk_ports import Desks
from auth.application.finish_first_connection import FinishFirstConnection
from auth.application.first_connection import FirstConnection
from auth.application.follow_contacts import FollowContacts
from auth.application.fusion_right import FusionRight
from auth.application.grant_desk import GrantDesk, RevokeDesk
from auth.application.import_accounts import ImportAccounts
from auth.application.import_delivery import ImportDelivery
from auth.application.introspect_token import IntrospectToken
from auth.application.issue_recovery_codes import IssueRecoveryCodes
from auth.application.issue_token import IssueToken
from auth.application.judge_password import JudgePassword
from auth.application.local_credentials import LocalCredentials
from auth.application.make_slips import MakeSlips
from auth.application.open_desk import OpenDesk
from auth.application.ports import AuditLog, Directory, Partners, Tokens
from auth.application.preview_fusion import PreviewFusion
from auth.application.prove_account import ProveAccount
from auth.application.prove_password import ProvePassword
from auth.application.read_first_connection import ReadFirstConnection
from auth.application.read_session import ReadSession
from auth.application.recovery import Recovery
from auth.application.register_client import (
    DisableClient,
    RegisterClient,
    RotateSecret,
    Seed,
    SeedClients,
    judge_seeds,
)
from auth.application.replace_password import ReplacePassword
from auth.application.republish import Republish
from auth.application.sign_in import SignIn
from auth.application.sign_in_ports import Guesses, PasswordHasher, Sessions, WaitingNotices
from auth.application.sign_out import SignOut
from auth.application.sign_out_everywhere import SignOutEverywhere
from auth.application.suspend_absent import SuspendAbsent
from auth.application.try_recovery_code import TryRecoveryCode
from auth.application.undo_fusion import ListFusions, UndoFusion, UndoFusionForOwner
from auth.domain.account_line import AddressReaders
from auth.domain.charters import CharterSet
from auth.settings import AuthSettings
from shared.kernel.clock import Clock
from shared.kernel.ids import uuid7
from shared.kernel.refusals import Refused
from shared.kit.addresses import read_email_address, read_phone_number
from shared.kit.database import open_pool
from shared.kit.sealing import Sealer
from shared.kit.settings import SettingsProblem

ADDRESSES_REMEMBERED = 8_192
"""Families share numbers and addresses, and their lines stand close together in a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskWork:
    """What a school does with its accounts. `local_credentials` exists on a local stack only."""

    address: str
    desks: Desks
    make_slips: MakeSlips
    open: OpenDesk
    grant: GrantDesk
    revoke: RevokeDesk
    local_credentials: LocalCredentials | None


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
    import_delivery: ImportDelivery
    is_delivery: Callable[[Path], bool]
    suspend_absent: SuspendAbsent
    republish: Republish
    register_client: RegisterClient
    rotate_secret: RotateSecret
    disable_client: DisableClient
    seed_clients: SeedClients
    issue_token: IssueToken
    introspect_token: IntrospectToken
    first_connection: FirstConnection
    sessions: Sessions
    waiting_notices: WaitingNotices
    guesses: Guesses
    sign_in: SignIn
    read_session: ReadSession
    sign_out: SignOut
    sign_out_everywhere: SignOutEverywhere
    prove_password: ProvePassword
    confirm_password: ConfirmPassword
    replace_password: ReplacePassword
    change_password: ChangePassword
    desk: DeskWork
    recovery: Recovery
    fusion: AccountFusion


def seeds_of(settings: AuthSettings) -> list[Seed]:
    """The partner clients that the deployment describes, judged; none without a file. Raises SettingsProblem."""
    if settings.partners_file is None:
        return []
    seeds = read_partners_file(settings.partners_file)
    if isinstance(seeds, Refused):
        raise _unusable("PARTNERS_FILE", seeds)
    if refused := judge_seeds(seeds, weak_secrets_allowed=settings.local):
        raise _unusable("PARTNERS_FILE", refused)
    return seeds


def charters_of(settings: AuthSettings) -> CharterSet:
    """The charters in force. Raises SettingsProblem, naming the file that is wrong."""
    charters = read_charters(settings.charters_directory)
    if isinstance(charters, Refused):
        raise _unusable("CHARTERS_DIRECTORY", charters)
    return charters


def _unusable(variable: str, refused: Refused) -> SettingsProblem:
    return SettingsProblem(f"{variable} cannot be used: {refused.detail}.")


def sealer_of(settings: AuthSettings) -> Sealer | None:
    """What seals where a notice goes; none without keys, which a command does without and the service does not."""
    keys = settings.code_keys.get_secret_value()
    return Sealer(keys) if keys else None


def _delivery_importer(directory: PostgresDirectory, readers: AddressReaders, clock: Clock) -> ImportDelivery:
    return ImportDelivery(
        deliveries=open_delivery,
        directory=directory,
        readers=readers,
        territories=read_territories(),
        clock=clock,
    )


def wired(pool: asyncpg.Pool, settings: AuthSettings) -> Auth:
    """Put the real adapters behind the use cases."""
    clock = settings.clock()
    facts, hasher, guesses = SecurityFacts(sealer_of(settings)), Argon2Passwords(), PostgresGuesses(pool)
    directory, partners, tokens = PostgresDirectory(pool, facts), PostgresPartners(pool), PostgresTokens(pool)
    charters = charters_of(settings)
    first_connection = _first_connection(pool, clock, charters)
    credentials, sessions = PostgresCredentials(pool, facts), PostgresSessions(pool, facts)
    judge = JudgePassword(guesses=guesses, hasher=hasher, audit=write_audit_line)
    prove_account = ProveAccount(credentials=credentials, judge=judge, audit=write_audit_line, clock=clock)
    prove_password = ProvePassword(credentials=credentials, judge=judge, clock=clock)
    replace_password = ReplacePassword(
        credentials=credentials, hasher=hasher, is_common=is_common, audit=write_audit_line, clock=clock
    )
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
        import_delivery=_delivery_importer(directory, readers, clock),
        is_delivery=looks_like_delivery,
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
        first_connection=first_connection,
        sessions=sessions,
        waiting_notices=PostgresWaitingNotices(pool, facts),
        guesses=guesses,
        sign_in=_sign_in(prove_account, sessions, first_connection.read),
        read_session=ReadSession(sessions=sessions, clock=clock),
        sign_out=SignOut(sessions=sessions, audit=write_audit_line),
        sign_out_everywhere=SignOutEverywhere(sessions=sessions, audit=write_audit_line, clock=clock),
        prove_password=prove_password,
        confirm_password=ConfirmPassword(
            sessions=sessions, prove=prove_password, audit=write_audit_line, clock=clock
        ),
        replace_password=replace_password,
        change_password=ChangePassword(
            sessions=sessions, prove=prove_password, replace=replace_password, clock=clock
        ),
        desk=_desk_work(pool, settings, facts=facts, hasher=hasher, charters=charters),
        recovery=_recovery(pool, settings, clock, replace_password),
        fusion=_fusion(PostgresFusions(pool, facts), sessions, prove_account),
    )


def _sign_in(prove: ProveAccount, sessions: Sessions, steps: ReadFirstConnection) -> SignIn:
    return SignIn(
        prove=prove,
        hasher=prove.judge.hasher,
        sessions=sessions,
        steps=steps,
        audit=prove.audit,
        clock=prove.clock,
        ids=uuid7,
    )


def _first_connection(pool: asyncpg.Pool, clock: Clock, charters: CharterSet) -> FirstConnection:
    connections, audit = PostgresFirstConnections(pool), write_audit_line
    return FirstConnection(
        read=ReadFirstConnection(connections=connections, charters=charters),
        accept=AcceptCharters(connections=connections, charters=charters, audit=audit, clock=clock),
        finish=FinishFirstConnection(connections=connections, audit=audit, clock=clock),
        ask_again=AskChartersAgain(connections=connections, charters=charters, clock=clock),
    )


def _fusion(fusions: PostgresFusions, sessions: Sessions, prove: ProveAccount) -> AccountFusion:
    audit, clock = prove.audit, prove.clock
    right = FusionRight(sessions=sessions, audit=audit, clock=clock)
    return AccountFusion(
        preview=PreviewFusion(right=right, prove=prove, fusions=fusions, audit=audit, clock=clock, ids=uuid7),
        attach=AttachAccount(right=right, fusions=fusions, audit=audit, clock=clock),
        undo=UndoFusion(right=right, fusions=fusions, audit=audit, clock=clock),
        undo_for_owner=UndoFusionForOwner(fusions=fusions, audit=audit, clock=clock),
        listed=ListFusions(right=right, fusions=fusions),
        forget_proposals=ForgetProposals(fusions=fusions, clock=clock),
    )


def _recovery(pool: asyncpg.Pool, settings: AuthSettings, clock: Clock, replace: ReplacePassword) -> Recovery:
    requests, recoveries = PostgresRecoveryRequests(pool, sealer_of(settings)), PostgresRecoveries(pool)
    secrets, audit = RecoveryDigests(settings.code_keys.get_secret_value()), write_audit_line
    woken = asyncio.Event()
    return Recovery(
        follow_contacts=FollowContacts(contacts=PostgresProvedContacts(pool)),
        ask=AskRecovery(requests=requests, secrets=secrets, wake=woken.set, audit=audit, clock=clock),
        woken=woken,
        issue_codes=IssueRecoveryCodes(
            requests=requests, secrets=secrets, audit=audit, clock=clock, ids=uuid7
        ),
        try_code=TryRecoveryCode(recoveries=recoveries, secrets=secrets, audit=audit, clock=clock),
        choose_password=ChooseRecoveredPassword(
            recoveries=recoveries, replace=replace, audit=audit, clock=clock
        ),
    )


def _desk_work(
    pool: asyncpg.Pool,
    settings: AuthSettings,
    *,
    facts: SecurityFacts,
    hasher: PasswordHasher,
    charters: CharterSet,
) -> DeskWork:
    clock, audit, desks = settings.clock(), write_audit_line, PostgresDesks(pool)
    slips, people = PostgresSlips(pool, facts), PostgresLocalAccounts(pool)
    local = LocalCredentials(accounts=people, charters=charters, hasher=hasher, choose=choice, clock=clock)
    return DeskWork(
        address=settings.public_url,
        desks=desks,
        make_slips=MakeSlips(slips=slips, hasher=hasher, choose=choice, audit=audit, clock=clock),
        open=OpenDesk(desks=desks, slips=slips, audit=audit),
        grant=GrantDesk(desks=desks, audit=audit, clock=clock),
        revoke=RevokeDesk(desks=desks, audit=audit),
        local_credentials=local if settings.local else None,
    )


@asynccontextmanager
async def opened(settings: AuthSettings) -> AsyncIterator[Auth]:
    """Auth on its database, until the block ends."""
    pool = await open_pool(settings.database_url.get_secret_value(), service="auth")
    try:
        yield wired(pool, settings)
    finally:
        await pool.close()
