"""Facts about the safety of an account, as records for the outbox of the transaction that makes them true."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.events.envelope import KafkaRecord, to_record
from shared.events.security import AccessRevoked, RevocationReason, SecurityFact, SecurityNoticed
from shared.kernel.ids import IdFactory, uuid7
from shared.kit.database import Connection
from shared.kit.sealing import Sealer

SOURCE = "urn:carillon:auth"
NOTICE_LIFE = timedelta(days=3)
"""A notice is still of use the next morning, or after a week-end."""

PROVED = "select channel, address from proved_contact where person_id = $1 order by contact_id"

PROVED_OF_ANY = """
select distinct on (channel, address) person_id, channel, address from proved_contact
where person_id = any($1) order by channel, address, array_position($1, person_id)
"""
"""An address that two accounts of one person have is one place to tell."""


class NoSealer(Exception):
    """A contact would be told, and there is no key to seal where: CODE_KEYS is missing."""


class SecurityFacts:
    """`sealer` is none for an operator's command that runs without `CODE_KEYS`; such a command tells nobody."""

    def __init__(self, sealer: Sealer | None, ids: IdFactory = uuid7) -> None:
        self._sealer = sealer
        self._ids = ids

    async def noticed(
        self, connection: Connection, person_id: str, fact: SecurityFact, *, now: datetime
    ) -> Sequence[KafkaRecord]:
        """One record for each proved contact of the person. Raises NoSealer."""
        contacts = await connection.fetch(PROVED, person_id)
        return [
            self._notice(person_id, fact, contact["channel"], contact["address"], now) for contact in contacts
        ]

    async def noticed_to_all(
        self, connection: Connection, person_ids: Sequence[str], fact: SecurityFact, *, now: datetime
    ) -> Sequence[KafkaRecord]:
        """Likewise for several accounts of one person, each address once. Raises NoSealer."""
        contacts = await connection.fetch(PROVED_OF_ANY, list(person_ids))
        return [
            self._notice(contact["person_id"], fact, contact["channel"], contact["address"], now)
            for contact in contacts
        ]

    def revoked(self, person_id: str, reason: RevocationReason, *, now: datetime) -> KafkaRecord:
        """Every session and device token from before `now` is dead."""
        revoked = AccessRevoked(person_id=person_id, revoked_at=now, reason=reason)
        return to_record(revoked, event_id=str(self._ids()), source=SOURCE, time=now)

    def _notice(
        self, person_id: str, fact: SecurityFact, channel: str, address: str, now: datetime
    ) -> KafkaRecord:
        if self._sealer is None:
            raise NoSealer("CODE_KEYS is missing")
        notice_id = str(self._ids())
        notice = SecurityNoticed.model_validate(
            {
                "notice_id": notice_id,
                "person_id": person_id,
                "fact": fact,
                "channel": channel,
                "sealed": self._sealer.seal_destination(address),
                "occurred_at": now,
                "expires_at": now + NOTICE_LIFE,
            }
        )
        return to_record(notice, event_id=notice_id, source=SOURCE, time=now)
