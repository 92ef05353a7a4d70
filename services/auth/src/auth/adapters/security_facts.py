"""Facts about the safety of an account, as records for the outbox of the transaction that makes them true."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from auth.adapters.account_publication import SOURCE
from shared.events.envelope import KafkaRecord, to_record
from shared.events.security import AccessRevoked, RevocationReason, SecurityFact, SecurityNoticed
from shared.kernel.ids import IdFactory, uuid7
from shared.kit.database import Connection
from shared.kit.sealing import Sealer

NOTICE_LIFE = timedelta(days=3)
"""A notice is still of use the next morning, or after a week-end."""

PROVED_OF_ANY = """
select distinct on (channel, address) person_id, channel, address from proved_contact
where person_id = any($1) order by channel, address, array_position($1, person_id), contact_id
"""
"""An address that two accounts of one person have is one place to tell."""

LEFT_TO_THE_SERVICE = "insert into notice_waiting (people, fact, happened_at) values ($1, $2, $3)"


class SecurityFacts:
    """`sealer` is none for an operator's command that runs without `CODE_KEYS`.

    Such a command leaves its notices, in the same transaction, to the service that has the keys.
    """

    def __init__(self, sealer: Sealer | None, ids: IdFactory = uuid7) -> None:
        self._sealer = sealer
        self._ids = ids

    async def noticed(
        self, connection: Connection, person_id: str, fact: SecurityFact, *, now: datetime
    ) -> Sequence[KafkaRecord]:
        """One record for each proved contact of the person."""
        return await self.noticed_to_all(connection, [person_id], fact, now=now)

    async def noticed_to_all(
        self, connection: Connection, person_ids: Sequence[str], fact: SecurityFact, *, now: datetime
    ) -> Sequence[KafkaRecord]:
        """Likewise for several accounts of one person, each address once."""
        people = list(person_ids)
        if self._sealer is None:
            await connection.execute(LEFT_TO_THE_SERVICE, people, fact, now)
            return ()
        return [
            self._notice(self._sealer, contact, fact, now)
            for contact in await connection.fetch(PROVED_OF_ANY, people)
        ]

    def revoked(self, person_id: str, reason: RevocationReason, *, now: datetime) -> KafkaRecord:
        """Every session and device token from before `now` is dead."""
        revoked = AccessRevoked(person_id=person_id, revoked_at=now, reason=reason)
        return to_record(revoked, event_id=str(self._ids()), source=SOURCE, time=now)

    def _notice(self, sealer: Sealer, contact: Any, fact: SecurityFact, now: datetime) -> KafkaRecord:
        notice_id = str(self._ids())
        notice = SecurityNoticed(
            notice_id=notice_id,
            person_id=contact["person_id"],
            fact=fact,
            channel=contact["channel"],
            sealed=sealer.seal_destination(contact["address"]),
            occurred_at=now,
            expires_at=now + NOTICE_LIFE,
        )
        return to_record(notice, event_id=notice_id, source=SOURCE, time=now)
