"""The ports `People` and `Positions` on the notifier's own tables of known facts."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg

from notifier.application.stores import Place
from notifier.domain.notifications import AudienceFilter
from notifier.domain.people import Attachment, Child, Contact, Person
from shared.consent import Choices, School

SCHOOLS_READ_APART_MAX = 10

REMAINING = """(
    select f.remaining_id from fused_account f left join account own on own.person_id = f.person_id
    where f.person_id = {person_id} order by own.fused_into = f.remaining_id desc nulls last, f.remaining_id limit 1
)"""
"""The account that says it took this one in; should two say so for a moment, the one that it names itself."""

_PEOPLE = f"""
select p.asked_id, a.state = 'active' or a.fused_into is not null, a.profile, a.first_name, a.children,
       e.address, case when e.bounced_at is null then e.proof else 'bounced' end,
       s.address, case when s.bounced_at is null then s.proof else 'bounced' end,
       t.uai, t.name, t.kind, t.departement, t.academie, t.region, t.transported,
       coalesce(c.email_information and o.email_information, c.email_information, o.email_information, false),
       coalesce(c.establishment_notices and o.establishment_notices, c.establishment_notices,
                o.establishment_notices, false),
       coalesce(c.partner_notices and o.partner_notices, c.partner_notices, o.partner_notices, false),
       coalesce(c.sms_refused, false) or coalesce(o.sms_refused, false),
       p.person_id, exists (select from fused_account g where g.remaining_id = p.person_id)
from (
    select asked_id, coalesce({REMAINING.format(person_id="asked_id")}, asked_id) as person_id
    from unnest($1::text[]) as asked_id
) as p
join account a on a.person_id = p.person_id
left join contact e on e.person_id = p.person_id and e.channel = 'email'
left join contact s on s.person_id = p.person_id and s.channel = 'sms'
left join attachment t on t.person_id = p.person_id
left join choice c on c.person_id = p.person_id and c.uai = t.uai
left join preference h on h.person_id = p.person_id
left join lateral (
    select bool_and(k.email_information) filter (where k.uai = t.uai) as email_information,
           bool_and(k.establishment_notices) filter (where k.uai = t.uai) as establishment_notices,
           bool_and(k.partner_notices) filter (where k.uai = t.uai) as partner_notices,
           bool_or(k.sms_refused) as sms_refused
    from fused_account f join choice k on k.person_id = f.person_id
    where f.remaining_id = p.person_id and f.person_id <> all(coalesce(h.merged, '{{}}'))
) o on true
"""
"""The account that remains answers for those it says it took in. One that says it was taken in, while the other has
not said so yet, goes on as before: on its own, and reachable. Until the preferences of the one that remains say that
they speak for another's boxes too (`merged`), both hold and the strictest wins (A22): where only one account chose,
its boxes; where both did, what both ticked; SMS that either refused anywhere, nowhere. A message between the fusion
and its new preferences is neither lost nor sent to who did not want it."""

_PAGE = """
select distinct t.person_id
from attachment t join account a on a.person_id = t.person_id
where t.person_id > $1{filters}
  and coalesce(
      (select true from fused_account f where f.person_id = t.person_id
       and coalesce(pg_visible_in_snapshot(f.since, {kept_in}), true) limit 1),
      (select true from fusion_undone u where u.person_id = t.person_id
       and pg_visible_in_snapshot(u.since, {kept_in}) and not pg_visible_in_snapshot(u.until, {kept_in}) limit 1)
  ) is null
order by t.person_id
limit $2
"""
"""Accounts that were taken in are reached through the one that remains, or by `set_free`. As a subquery of each row,
this keeps the order in which an index is walked; as a join it would sort the whole audience for each page. And as one
condition: with a second one the planner believes that nearly nobody is left, and reads all accounts for each person."""

_SET_FREE = """
select distinct t.person_id
from fusion_undone u
join attachment t on t.person_id = u.person_id
join account a on a.person_id = t.person_id
where u.remaining_id > $1 and ($2::text is null or u.remaining_id <= $2){filters}
  and pg_visible_in_snapshot(u.since, {kept_in}) and not pg_visible_in_snapshot(u.until, {kept_in})
order by t.person_id
"""

_KEPT_IN = "(select kept_in from notification where id = $3)"


class KnownFacts:
    """Reads people and positions; each question is one statement, whatever the number of people."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def known(self, person_ids: Collection[str]) -> dict[str, Person]:
        if not person_ids:
            return {}
        people: dict[str, Person] = {}
        for row in await self._pool.fetch(_PEOPLE, list(person_ids)):
            asked_id = row[0]
            seen = people.get(asked_id)
            if seen is None:
                people[asked_id] = _person(row)
            else:
                people[asked_id] = seen._replace(attachments=(*seen.attachments, _attachment(row)))
        return people

    async def page(
        self, audience: AudienceFilter, after: str, people_max: int, alert: UUID | None = None
    ) -> list[str]:
        return await self._asked(_PAGE, audience, after, people_max, alert)

    async def set_free(
        self, audience: AudienceFilter, after: str, upto: str | None, alert: UUID
    ) -> list[str]:
        return await self._asked(_SET_FREE, audience, after, upto, alert)

    async def _asked(self, question: str, audience: AudienceFilter, *fixed: Any) -> list[str]:
        filters, values = _filters(audience, len(fixed) + 1)
        rows = await self._pool.fetch(question.format(filters=filters, kept_in=_KEPT_IN), *fixed, *values)
        return [row[0] for row in rows]

    async def next_offsets(self) -> Mapping[Place, int]:
        rows = await self._pool.fetch("select topic, partition, next_offset from projection_position")
        return {Place(row[0], row[1]): row[2] for row in rows}


def _filters(audience: AudienceFilter, first_place: int) -> tuple[str, list[Any]]:
    """The SQL twin of `AudienceFilter.includes`: only what is asked for, so that an index can serve it."""
    wanted = {
        _by_school(audience.uais): audience.uais,
        "t.kind": audience.kinds,
        "t.departement": audience.departements,
        "a.profile": audience.profiles,
    }
    given = [(column, sorted(values)) for column, values in wanted.items() if values is not None]
    text = "".join(
        f" and {column} = (${place}::text[])[1]"
        if len(values) == 1
        else f" and {column} = any(${place}::text[])"
        for place, (column, values) in enumerate(given, first_place)
    )  # one value alone keeps the order of an index
    transported = " and t.transported" if audience.transported_only else ""
    return text + transported, [values for _, values in given]


def _by_school(uais: frozenset[str] | None) -> str:
    """A few schools are read by the index of schools; many are not.

    Then, walking once through all people costs less than sorting the whole audience again for each page.
    """
    return "t.uai" if uais is not None and len(uais) <= SCHOOLS_READ_APART_MAX else "(t.uai || '')"


def _person(row: Any) -> Person:
    return Person(
        person_id=row[20],
        account_open=row[1],
        profile=row[2],
        first_name=row[3],
        children=tuple(Child(child["first_name"], tuple(child["uais"])) for child in row[4]),
        email=None if row[5] is None else Contact(row[5], row[6]),
        sms=None if row[7] is None else Contact(row[7], row[8]),
        attachments=() if row[9] is None else (_attachment(row),),
        takes_in=row[21],
    )


def _attachment(row: Any) -> Attachment:
    choices = Choices(row[16], row[17], row[18], row[19])
    return Attachment(row[9], row[10], _school(row[11], row[12], row[13], row[14]), row[15], choices)


@lru_cache(maxsize=4_096)  # there are few schools and many people in them
def _school(kind: Any, departement: str, academie: str, region: str) -> School:
    return School(kind, departement, academie, region)
