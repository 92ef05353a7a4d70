"""What others may know of a partner, put in the outbox when it changed. Works inside the caller's transaction."""

from datetime import datetime
from typing import Any

from auth.adapters.account_publication import SOURCE
from shared.events.envelope import KafkaRecord, to_record
from shared.events.partners import PartnerChanged
from shared.kernel.ids import derived_id
from shared.kit.database import Connection
from shared.kit.outbox import add_to_outbox

PUBLIC = """
select p.version, p.published, jsonb_strip_nulls(jsonb_build_object(
    'partner_id', p.partner_id, 'name', p.name, 'body', p.body, 'kinds', to_jsonb(p.kinds),
    'territory', jsonb_build_object('departements', p.departements, 'academies', p.academies, 'regions', p.regions),
    'active', exists (select from partner_client as c where c.partner_id = p.partner_id and c.disabled_at is null)
)) as public
from partner as p where p.partner_id = $1
"""
NEW_VERSION = (
    "update partner set version = version + 1, published = $2 where partner_id = $1 returning version"
)
ALL = "select version, published from partner where version > 0 order by partner_id for update"


async def publish_partner(connection: Connection, partner_id: str, now: datetime) -> bool:
    """Give the partner a new version and add it to the outbox, if its public state changed; whether it did."""
    row = await connection.fetchrow(PUBLIC, partner_id)
    if row is None or row["public"] == row["published"]:
        return False
    version = await connection.fetchval(NEW_VERSION, partner_id, row["public"])
    await add_to_outbox(connection, [_record(version, row["public"], now)])
    return True


async def publish_all(connection: Connection, now: datetime) -> int:
    """Add every partner to the outbox as it was last told; how many."""
    rows = await connection.fetch(ALL)
    await add_to_outbox(connection, [_record(row["version"], row["published"], now) for row in rows])
    return len(rows)


def _record(version: int, public: dict[str, Any], now: datetime) -> KafkaRecord:
    partner = PartnerChanged.model_validate({"version": version, **public})
    event_id = str(derived_id("partner", partner.partner_id, str(version)))
    return to_record(partner, event_id=event_id, source=SOURCE, time=now)
