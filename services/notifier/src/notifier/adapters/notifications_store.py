"""The port `Notifications` on the tables notification, delivery and outbox."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from notifier.adapters.settled_facts import settled
from notifier.application.stores import AlertUnderWay, Late, Silence, Step
from notifier.domain.deliveries import ENDED, DeliveryKey, State, checked_move
from notifier.domain.notifications import AudienceFilter, Content, Notification
from shared.consent import PartnerBody, Territory
from shared.kit.database import Connection
from shared.kit.outbox import add_to_outbox

_LISTS = ("uais", "kinds", "departements", "profiles")

_KEEP = """
insert into notification (id, event_source, event_id, origin_id, kind, lane, urgent, content, audience, partner_id,
                          establishment_uai, sealed, occurred_at, expires_at, received_at)
select n.id, n.source, n.event_id, n.origin_id, n.kind, n.lane, n.urgent, n.content::json, n.audience::json, n.partner_id,
       n.uai, n.sealed, n.occurred_at, n.expires_at, $15
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::text[],
            $9::text[], $10::text[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[])
    as n (id, source, event_id, origin_id, kind, lane, urgent, content, audience, partner_id, uai, sealed,
          occurred_at, expires_at)
on conflict do nothing
"""

_COLUMNS = """
n.id, n.event_source, n.event_id, n.origin_id, n.kind, n.urgent, n.content, n.audience, n.partner_id,
n.establishment_uai, n.sealed, n.occurred_at, n.expires_at, n.withdrawn_at, n.route_cursor,
p.name, p.body, p.departements, p.academies, p.regions, p.kinds, p.active
"""

_LOAD = f"""
select {_COLUMNS} from notification n left join partner p on p.partner_id = n.partner_id
where n.id = any($1::uuid[])
"""

_NEXT_ALERT = f"""
with chosen as (
    select id from notification
    where routed_at is null and kind = 'alert'
      and (router_id is null or router_id = $1 or not exists (
           select from worker w where w.worker_id = router_id and w.alive_until > clock_timestamp()))
    order by urgent desc, received_at
    limit 1
    for update skip locked
), taken as (
    update notification n set router_id = $1 from chosen where n.id = chosen.id returning n.*
)
select {_COLUMNS} from taken n left join partner p on p.partner_id = n.partner_id
"""

_STEP = """
update notification n
set expected = n.expected + s.expected,
    route_cursor = s.upto,
    routed_at = case when s.whole then $6::timestamptz end
from unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::boolean[]) as s (id, after, upto, expected, whole)
where n.id = s.id and n.route_cursor = s.after and n.routed_at is null
returning n.id
"""

_SILENCES = """
insert into delivery (notification_id, person_id, channel, lane, state, reason, establishment_uai, next_attempt_at,
                      settled_at)
select s.*, case when s.due is null then $9::timestamptz end
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
    as s (notification_id, person_id, channel, lane, state, reason, establishment_uai, due)
on conflict do nothing
returning notification_id, person_id, channel
"""


_READDRESS = """
with made as (
    insert into delivery (notification_id, person_id, channel, lane, state, next_attempt_at, readdressed)
    select distinct l.notification_id, l.remaining_id, l.channel, l.lane, $6, $5::timestamptz, true
    from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as l (notification_id, channel, lane, remaining_id)
    on conflict do nothing
    returning notification_id
)
update notification n set expected = n.expected + c.deliveries
from (select notification_id, count(*) as deliveries from made group by 1) c
where n.id = c.notification_id
"""

_SILENT_ALREADY = """
select l.notification_id, l.person_id, l.channel
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as l (notification_id, person_id, channel, remaining_id)
join delivery d on d.notification_id = l.notification_id and d.person_id = l.remaining_id and d.channel = l.channel
where d.state in ('suppressed', 'expired', 'failed') and d.reason is distinct from 'duplicate'
"""
"""What the account that remains was refused on its own, before the fusion: as a duplicate, another one was told."""

_TOLD_ALREADY = """
select distinct k.notification_id, k.person_id, k.channel
from unnest($1::uuid[], $2::text[], $3::text[]) as k (notification_id, person_id, channel)
join fused_account f on f.remaining_id = k.person_id
join delivery d on d.notification_id = k.notification_id and d.person_id = f.person_id and d.channel = k.channel
where d.state in ('ambiguous', 'sent', 'delivered', 'bounced')
"""


class NotificationsStore:
    """Every method is one statement or one transaction, whatever the number of people."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def keep(self, notifications: Sequence[Notification], now: datetime) -> frozenset[UUID]:
        if not notifications:
            return frozenset()
        await self._pool.execute(_KEEP, *_kept(notifications), now)
        rows = await self._pool.fetch(
            "select id from notification where id = any($1::uuid[]) and routed_at is null",
            [notification.id for notification in notifications],
        )
        return frozenset(row[0] for row in rows)

    async def load(self, ids: Collection[UUID]) -> dict[UUID, Notification]:
        rows = await self._pool.fetch(_LOAD, list(ids))
        return {row["id"]: _notification(row) for row in rows}

    async def readdress(self, late: Sequence[Late], now: datetime) -> frozenset[DeliveryKey]:
        notifications = [one.key.notification_id for one in late]
        channels, remaining = [one.key.channel for one in late], [one.remaining_id for one in late]
        state = checked_move(State.NOWHERE, State.DEFERRED).value
        lanes, people = [one.lane for one in late], [one.key.person_id for one in late]
        await self._pool.execute(_READDRESS, notifications, channels, lanes, remaining, now, state)
        rows = await self._pool.fetch(_SILENT_ALREADY, notifications, people, channels, remaining)
        return frozenset(DeliveryKey(*row) for row in rows)

    async def told_already(self, keys: Collection[DeliveryKey]) -> frozenset[DeliveryKey]:
        rows = await self._pool.fetch(
            _TOLD_ALREADY,
            [key.notification_id for key in keys],
            [key.person_id for key in keys],
            [key.channel for key in keys],
        )
        return frozenset(DeliveryKey(*row) for row in rows)

    async def next_alert(self, router_id: UUID) -> AlertUnderWay | None:
        row = await self._pool.fetchrow(_NEXT_ALERT, router_id)
        return None if row is None else AlertUnderWay(_notification(row), row["route_cursor"])

    async def step(self, steps: Sequence[Step], silences: Sequence[Silence], now: datetime) -> None:
        notifications = {step.notification.id: step.notification for step in steps}
        async with self._pool.acquire() as connection, connection.transaction():
            made = await _made(connection, steps, now)
            wanted = [silence for silence in silences if silence.key.notification_id in made]
            written = await _written(connection, wanted, now)
            facts = [
                settled(notifications[s.key.notification_id], s.key, s.state, s.reason, now)
                for s in wanted
                if s.key in written and s.state in ENDED
            ]
            await _erase_secrets(
                connection, [s.key.notification_id for s in wanted if s.state in ENDED], notifications
            )
            await add_to_outbox(connection, facts)


async def _made(connection: Connection, steps: Sequence[Step], now: datetime) -> frozenset[UUID]:
    """Lock and move the notifications on; those that another router had moved already are left out."""
    ordered = sorted(steps, key=lambda step: step.notification.id)
    rows = await connection.fetch(
        _STEP,
        [step.notification.id for step in ordered],
        [step.after for step in ordered],
        [step.upto for step in ordered],
        [step.expected for step in ordered],
        [step.whole for step in ordered],
        now,
    )
    return frozenset(row[0] for row in rows)


async def _written(
    connection: Connection, silences: Sequence[Silence], now: datetime
) -> frozenset[DeliveryKey]:
    if not silences:
        return frozenset()
    rows = await connection.fetch(
        _SILENCES,
        [s.key.notification_id for s in silences],
        [s.key.person_id for s in silences],
        [s.key.channel for s in silences],
        [s.lane for s in silences],
        [checked_move(State.NOWHERE, s.state).value for s in silences],
        [s.reason for s in silences],
        [s.uai for s in silences],
        [s.next_attempt_at for s in silences],
        now,
    )
    return frozenset(DeliveryKey(*row) for row in rows)


async def _erase_secrets(
    connection: Connection, ids: Sequence[UUID], notifications: dict[UUID, Notification]
) -> None:
    sealed = [identity for identity in ids if notifications[identity].sealed is not None]
    if sealed:
        await connection.execute("update notification set sealed = null where id = any($1::uuid[])", sealed)


def _kept(notifications: Sequence[Notification]) -> list[list[Any]]:
    return [
        [n.id for n in notifications],
        [n.event_source for n in notifications],
        [n.event_id for n in notifications],
        [n.origin_id for n in notifications],
        [n.kind for n in notifications],
        [n.lane for n in notifications],
        [n.urgent for n in notifications],
        [_content_written(n.content) for n in notifications],
        [None if n.audience is None else _audience_written(n.audience) for n in notifications],
        [n.partner_id for n in notifications],
        [n.establishment_uai for n in notifications],
        [n.sealed for n in notifications],
        [n.occurred_at for n in notifications],
        [n.expires_at for n in notifications],
    ]


def _content_written(content: Content) -> str:
    return json.dumps({name: value for name, value in asdict(content).items() if value is not None})


def _audience_written(audience: AudienceFilter) -> str:
    listed = {name: sorted(values) for name in _LISTS if (values := getattr(audience, name)) is not None}
    return json.dumps(listed | {"transported_only": audience.transported_only})


def _audience_read(written: dict[str, Any]) -> AudienceFilter:
    lists = {name: frozenset(written[name]) for name in _LISTS if name in written}
    return AudienceFilter(**lists, transported_only=written["transported_only"])


def _notification(row: Any) -> Notification:
    content = Content(**row["content"])
    return Notification(
        id=row["id"],
        event_source=row["event_source"],
        event_id=row["event_id"],
        origin_id=row["origin_id"],
        kind=row["kind"],
        urgent=row["urgent"],
        content=content if row["name"] is None else _spoken_by(content, row["name"]),
        occurred_at=row["occurred_at"],
        expires_at=row["expires_at"],
        audience=None if row["audience"] is None else _audience_read(row["audience"]),
        partner_id=row["partner_id"],
        partner=None if row["body"] is None else _body(row),
        establishment_uai=row["establishment_uai"],
        sealed=row["sealed"],
        withdrawn=row["withdrawn_at"] is not None,
    )


def _spoken_by(content: Content, partner_name: str) -> Content:
    return Content(**(asdict(content) | {"sender_name": partner_name}))


def _body(row: Any) -> PartnerBody:
    return PartnerBody(
        kind=row["body"],
        territory=Territory(
            frozenset(row["departements"]), frozenset(row["academies"]), frozenset(row["regions"])
        ),
        kinds=None if row["kinds"] is None else frozenset(row["kinds"]),
        active=row["active"],
    )
