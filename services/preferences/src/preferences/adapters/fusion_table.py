"""What was merged for whom, in PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from preferences.domain.fusion import Fusion, Merged
from shared.consent import Choices
from shared.kit.database import Connection

_UNSETTLED_SQL = """
select person_id from person left join fusion using (person_id)
where person_id = any($1) and person.fused is distinct from coalesce(fusion.attached_ids, '{}')
order by person_id
"""

_KEEP_SQL = """
insert into fusion (person_id, attached_ids, merged, confirmed) values ($1, $2, $3, $4)
on conflict (person_id) do update
set attached_ids = excluded.attached_ids, merged = excluded.merged, confirmed = excluded.confirmed
"""


async def unsettled(connection: Connection, person_ids: Sequence[str]) -> list[str]:
    """Whose accounts, as auth tells of them, are not those whose boxes were merged."""
    return [row["person_id"] for row in await connection.fetch(_UNSETTLED_SQL, list(person_ids))]


async def read(connection: Connection, person_ids: Sequence[str]) -> dict[str, Fusion]:
    """The fusion of each of these people; an empty one for those who have none."""
    rows = await connection.fetch("select * from fusion where person_id = any($1)", list(person_ids))
    none = {person_id: Fusion(person_id=person_id) for person_id in person_ids}
    return none | {row["person_id"]: _fusion(row) for row in rows}


async def write(connection: Connection, fusion: Fusion) -> None:
    """Keep a fusion, or forget one that is undone."""
    if not fusion.attached_ids:
        await remove(connection, [fusion.person_id])
        return
    merged = {uai: _written(one) for uai, one in fusion.merged.items()}
    await connection.execute(_KEEP_SQL, fusion.person_id, list(fusion.attached_ids), merged, fusion.confirmed)


async def remove(connection: Connection, person_ids: Sequence[str]) -> None:
    await connection.execute("delete from fusion where person_id = any($1)", list(person_ids))


def _written(one: Merged) -> dict[str, Any]:
    return {"own": None if one.own is None else one.own._asdict(), "fused": one.fused._asdict()}


def _merged(written: Mapping[str, Any]) -> Merged:
    own = written["own"]
    return Merged(None if own is None else Choices(**own), Choices(**written["fused"]))


def _fusion(row: Any) -> Fusion:
    return Fusion(
        person_id=row["person_id"],
        attached_ids=tuple(row["attached_ids"]),
        merged={uai: _merged(one) for uai, one in row["merged"].items()},
        confirmed=row["confirmed"],
    )
