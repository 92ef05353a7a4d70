"""One request being looked at, inside its transaction: an adapter of the port `WaitingRequest`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from auth.adapters.account_publication import SOURCE
from auth.application.recovery_ports import CodeToIssue, Past
from auth.domain.recovery import (
    CLOCKS_APART_MAX,
    ISSUES_WITHIN,
    SENDS_WITHIN,
    Channel,
    ProvedContact,
    RecoveringAccount,
)
from auth.domain.recovery_codes import CODE_LIFE
from shared.events.codes import CodeIssued, CodeSecret
from shared.events.envelope import KafkaRecord, to_record
from shared.kit.database import Connection
from shared.kit.outbox import add_to_outbox
from shared.kit.sealing import Sealer

CONTACTS = "select contact_id, channel, address, selected from proved_contact where person_id = $1"

ALONE = "select pg_advisory_xact_lock(hashtextextended($1, 0))"
"""For the account, then for the destination: always in this order, and nobody locks two of a kind."""

PAST = """
select count(*) filter (where person_id = $1 and issued_at > $3) as issued,
    count(*) filter (where destination_digest = $2 and issued_at > $4) as sent
from one_time_code
where issued_at <= $5 and ((person_id = $1 and issued_at > $3) or (destination_digest = $2 and issued_at > $4))
"""

FORMER_ENDED = """
update one_time_code set ended_at = $2 where person_id = $1 and purpose = 'recovery' and ended_at is null
"""
ISSUED = """
insert into one_time_code (code_id, person_id, purpose, digest, destination_digest, issued_at, expires_at)
values ($1, $2, 'recovery', $3, $4, $5, $6)
"""


class NoSealer(Exception):
    """A code would leave, and there is no key to seal it: CODE_KEYS is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestInHand:
    """The row is locked for as long as the transaction lasts."""

    connection: Connection
    sealer: Sealer | None
    account: RecoveringAccount | None
    channel: Channel
    asked_at: datetime

    @classmethod
    async def of(cls, connection: Connection, row: Any, sealer: Sealer | None) -> Self:
        """The contacts are looked for even when there is no account: whatever is named takes the same steps."""
        contacts = [ProvedContact(**one) for one in await connection.fetch(CONTACTS, row["person_id"])]
        account = None
        if row["person_id"] is not None:
            account = RecoveringAccount(
                person_id=row["person_id"],
                suspended=row["suspended"],
                fused=row["fused"],
                has_password=row["has_password"],
                contacts=contacts,
            )
        return cls(
            connection=connection,
            sealer=sealer,
            account=account,
            channel=row["channel"],
            asked_at=row["asked_at"],
        )

    async def past(self, destination_digest: bytes, now: datetime) -> Past:
        person_id = self._person_id()
        await self.connection.execute(ALONE, f"recovery of {person_id}")
        await self.connection.execute(ALONE, f"recovery to {destination_digest.hex()}")
        row: Any = await self.connection.fetchrow(
            PAST,
            person_id,
            destination_digest,
            now - ISSUES_WITHIN,
            now - SENDS_WITHIN,
            now + CLOCKS_APART_MAX,
        )
        return Past(issued=row["issued"], sent=row["sent"])

    async def issue(self, code: CodeToIssue) -> None:
        person_id, expires_at = self._person_id(), code.now + CODE_LIFE
        await self.connection.execute(FORMER_ENDED, person_id, code.now)
        await self.connection.execute(
            ISSUED, code.code_id, person_id, code.digest, code.destination_digest, code.now, expires_at
        )
        await add_to_outbox(self.connection, [self._record(code, person_id, expires_at)])

    def _record(self, code: CodeToIssue, person_id: str, expires_at: datetime) -> KafkaRecord:
        if self.sealer is None:
            raise NoSealer("CODE_KEYS is missing")
        issued = CodeIssued(
            code_id=str(code.code_id),
            person_id=person_id,
            purpose="recovery",
            channel=code.contact.channel,
            sealed=self.sealer.seal(CodeSecret(destination=code.contact.address, code=code.code)),
            expires_at=expires_at,
        )
        return to_record(issued, event_id=str(code.code_id), source=SOURCE, time=code.now)

    def _person_id(self) -> str:
        if self.account is None:
            raise TypeError("there is no account to issue a code to")
        return self.account.person_id
