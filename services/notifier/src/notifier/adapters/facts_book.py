"""The port `KnownFactsBook`: a batch of news in a handful of statements and one transaction."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import asyncpg

from notifier.application.follow_facts import News
from notifier.application.stores import Place
from notifier.domain.deliveries import CHANNELS
from shared.events.accounts import AccountChanged
from shared.events.partners import PartnerChanged
from shared.events.preferences import Contact, PreferencesChanged
from shared.kit.database import Connection

_PROOFS = ("proved", "unproved", "bounced")
"""Should two contacts of one channel be selected, the first of these counts."""

_ACCOUNTS = """
insert into account as a (person_id, version, state, profile, first_name, children, fused_into)
select n.person_id, n.version, n.state, n.profile, n.first_name, n.children::json, n.fused_into
from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
     as n (person_id, version, state, profile, first_name, children, fused_into)
order by n.person_id
on conflict (person_id) do update
set version = excluded.version, state = excluded.state, profile = excluded.profile,
    first_name = excluded.first_name, children = excluded.children, fused_into = excluded.fused_into
where a.version < excluded.version
returning a.person_id
"""

_ATTACHMENTS = """
insert into attachment (person_id, uai, name, kind, departement, academie, region, transported)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[])
on conflict do nothing
"""

_FUSED = """
insert into fused_account (person_id, remaining_id)
select * from unnest($1::text[], $2::text[])
on conflict do nothing
"""
"""An account that left one for another may be heard of in the wrong order: each of the two is kept until it is
withdrawn by the one that said it."""

_UNDONE = """
with over as (
    delete from fused_account f
    where f.remaining_id = any($1::text[])
      and (f.person_id, f.remaining_id) not in (select * from unnest($2::text[], $3::text[]))
    returning f.person_id, f.remaining_id, f.since
)
insert into fusion_undone (person_id, remaining_id, since) select * from over
"""
_PREFERENCES = """
insert into preference as p (person_id, version, merged)
select n.person_id, n.version, array(select json_array_elements_text(n.merged::json))
from unnest($1::text[], $2::bigint[], $3::text[]) as n (person_id, version, merged)
order by n.person_id
on conflict (person_id) do update set version = excluded.version, merged = excluded.merged
where p.version < excluded.version
returning p.person_id
"""

_CONTACTS = """
insert into contact as c (person_id, channel, contact_id, address, proof)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
on conflict (person_id, channel) do update
set contact_id = excluded.contact_id, address = excluded.address, proof = excluded.proof,
    bounced_at = case when c.address = excluded.address and c.proof = excluded.proof
                       and c.contact_id = excluded.contact_id then c.bounced_at end
"""

_CONTACTS_GONE = """
delete from contact c using unnest($1::text[], $2::text[]) as g (person_id, channel)
where c.person_id = g.person_id and c.channel = g.channel
"""

_CHOICES = """
insert into choice (person_id, uai, email_information, establishment_notices, partner_notices, sms_refused)
select * from unnest($1::text[], $2::text[], $3::boolean[], $4::boolean[], $5::boolean[], $6::boolean[])
on conflict do nothing
"""

_PARTNER = """
insert into partner as p (partner_id, version, name, body, departements, academies, regions, kinds, active)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (partner_id) do update
set version = excluded.version, name = excluded.name, body = excluded.body, departements = excluded.departements,
    academies = excluded.academies, regions = excluded.regions, kinds = excluded.kinds, active = excluded.active
where p.version < excluded.version
"""

_REACHED = """
insert into projection_position as p (topic, partition, next_offset)
select * from unnest($1::text[], $2::integer[], $3::bigint[])
on conflict (topic, partition) do update set next_offset = greatest(p.next_offset, excluded.next_offset)
"""

_BEGUN_ANEW = """
delete from projection_position p using unnest($1::text[], $2::integer[], $3::bigint[]) as e (topic, partition, ended)
where p.topic = e.topic and p.partition = e.partition and p.next_offset > e.ended
"""

_FORGOTTEN = {
    AccountChanged.topic: (
        ("account", "person_id"),
        ("attachment", "person_id"),
    ),
    PreferencesChanged.topic: (
        ("preference", "person_id"),
        ("contact", "person_id"),
        ("choice", "person_id"),
    ),
    PartnerChanged.topic: (("partner", "partner_id"),),
}


class FactsBook:
    """Writes news; a version that is not newer than the one kept leaves everything as it is."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def write(self, news: News, reached: Mapping[Place, int]) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            # while a whole académie is read for the first time, the planner still believes the tables to be tiny
            await connection.execute("set local enable_seqscan = off")
            for topic, keys in news.forgotten.items():
                await _forget(connection, topic, sorted(keys))
            await _write_fused(connection, news.forgotten.get(AccountChanged.topic, ()), ())
            await _write_accounts(connection, news.accounts.values())
            await _write_preferences(connection, news.preferences.values())
            if news.partners:
                await connection.executemany(_PARTNER, [_partner(p) for p in news.partners.values()])
            await connection.execute(
                _REACHED,
                [place.topic for place in reached],
                [place.partition for place in reached],
                list(reached.values()),
            )

    async def begin_at(self, ends: Mapping[Place, int]) -> Mapping[Place, int]:
        async with self._pool.acquire() as connection, connection.transaction():
            columns = (
                [place.topic for place in ends],
                [place.partition for place in ends],
                list(ends.values()),
            )
            await connection.execute(_BEGUN_ANEW, *columns)
            rows = await connection.fetch("select topic, partition, next_offset from projection_position")
        reached = {Place(row[0], row[1]): row[2] for row in rows}
        return {place: reached.get(place, 0) for place in ends}


async def _forget(connection: Connection, topic: str, keys: list[str]) -> None:
    for table, column in _FORGOTTEN[topic]:
        await connection.execute(f"delete from {table} where {column} = any($1::text[])", keys)


async def _write_accounts(connection: Connection, accounts: Collection[AccountChanged]) -> None:
    if not accounts:
        return
    rows = await connection.fetch(
        _ACCOUNTS,
        [a.person_id for a in accounts],
        [a.version for a in accounts],
        [a.state for a in accounts],
        [a.profile for a in accounts],
        [a.first_name for a in accounts],
        [_children(a) for a in accounts],
        [a.fused_into for a in accounts],
    )
    newer = {row[0] for row in rows}
    places = [(a.person_id, place) for a in accounts if a.person_id in newer for place in a.establishments]
    await connection.execute("delete from attachment where person_id = any($1::text[])", list(newer))
    await connection.execute(
        _ATTACHMENTS,
        [person_id for person_id, _ in places],
        *([getattr(place, column) for _, place in places] for column in _PLACE_COLUMNS),
    )
    await _write_fused(connection, newer, [a for a in accounts if a.person_id in newer])


async def _write_fused(
    connection: Connection, person_ids: Collection[str], remaining: Collection[AccountChanged]
) -> None:
    """Whom each of these people took in, as they say, and nobody else any more; what goes on stays untouched."""
    if not person_ids:
        return
    fused = [(person_id, a.person_id) for a in remaining for person_id in a.fused]
    columns = [one for one, _ in fused], [into for _, into in fused]
    await connection.execute(_UNDONE, list(person_ids), *columns)
    if fused:
        await connection.execute(_FUSED, *columns)


_PLACE_COLUMNS = ("uai", "name", "kind", "departement", "academie", "region", "transported")


def _children(account: AccountChanged) -> str:
    return json.dumps([{"first_name": child.first_name, "uais": child.uais} for child in account.children])


async def _write_preferences(connection: Connection, told: Collection[PreferencesChanged]) -> None:
    if not told:
        return
    rows = await connection.fetch(
        _PREFERENCES,
        [p.person_id for p in told],
        [p.version for p in told],
        [json.dumps(p.merged) for p in told],
    )
    newer = {row[0] for row in rows}
    kept = [p for p in told if p.person_id in newer]
    contacts = [(p.person_id, contact) for p in kept for contact in _selected(p.contacts)]
    owners, channels = [owner for owner, _ in contacts], [contact.channel for _, contact in contacts]
    held = set(zip(owners, channels, strict=True))
    gone = [(p.person_id, c) for p in kept for c in CHANNELS if (p.person_id, c) not in held]
    await connection.execute(_CONTACTS_GONE, [person for person, _ in gone], [c for _, c in gone])
    await connection.execute(
        _CONTACTS,
        owners,
        channels,
        [contact.contact_id for _, contact in contacts],
        [contact.address for _, contact in contacts],
        [contact.proof for _, contact in contacts],
    )
    choices = [(p.person_id, choice) for p in kept for choice in p.choices]
    await connection.execute("delete from choice where person_id = any($1::text[])", list(newer))
    await connection.execute(
        _CHOICES,
        [person_id for person_id, _ in choices],
        [choice.uai for _, choice in choices],
        [choice.email_information for _, choice in choices],
        [choice.establishment_notices for _, choice in choices],
        [choice.partner_notices for _, choice in choices],
        [choice.sms_refused for _, choice in choices],
    )


def _selected(contacts: Iterable[Contact]) -> list[Contact]:
    """One contact a channel: the selected one, and no other (A5, A8)."""
    best: dict[str, Contact] = {}
    for contact in sorted(contacts, key=lambda one: _PROOFS.index(one.proof)):
        if contact.selected:
            best.setdefault(contact.channel, contact)
    return list(best.values())


def _partner(partner: PartnerChanged) -> tuple[Any, ...]:
    territory = partner.territory
    return (
        partner.partner_id,
        partner.version,
        partner.name,
        partner.body,
        list(territory.departements),
        list(territory.academies),
        list(territory.regions),
        None if partner.kinds is None else list(partner.kinds),
        partner.active,
    )
