"""Projections: another service's facts, kept as rows of one's own, whatever order or however often they arrive.

A projected event is a whole state with a `version`; its rows are a root (one row a key, with its version) and
parts (the lists that hang from it). A version that is not newer changes nothing, a tombstone removes the rows,
and a batch of any size is a handful of statements.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from shared.kit.database import Connection

if TYPE_CHECKING:  # a command that never consumes should not load the consumer's libraries
    from shared.kit.consumer import Received

Row = Mapping[str, Any]

VERSION_MAX = 2_147_483_647
"""The largest number of PostgreSQL's `integer`."""


@dataclass(frozen=True, slots=True)
class Snapshots:
    """What a batch says in the end: the keys that had a tombstone, and the newest state of each key after it."""

    gone: tuple[str, ...]
    newest: tuple[Any, ...]


def newest_of(received: "Iterable[Received]", kind: type[Any]) -> Snapshots:
    """Fold a batch of one kind, in order: the last tombstone of a key clears it, then the highest version wins.

    Raises DeadLetter for a state that PostgreSQL could never hold, and for an event of another kind: either
    would otherwise block its partition.
    """
    gone: dict[str, None] = {}
    newest: dict[str, Any] = {}
    for one in received:
        state = one.event.data
        if state is not None and not isinstance(state, kind):
            _set_aside(one, "unexpected_type", "this topic carries something else")
        if state is not None and state.version > VERSION_MAX:
            _set_aside(one, "unstorable", "the version is out of range")
        if state is None:
            if one.event.key is not None:
                newest.pop(one.event.key, None)
                gone[one.event.key] = None
        elif state.key not in newest or newest[state.key].version < state.version:
            newest[state.key] = state
    return Snapshots(tuple(gone), tuple(newest.values()))


def _set_aside(one: "Received", reason: str, detail: str) -> NoReturn:
    from shared.kit.consumer import DeadLetter

    raise DeadLetter(one, reason, detail)


@dataclass(frozen=True, slots=True)
class Table:
    """A table and the PostgreSQL types of its columns; the first column is the key of the projection."""

    name: str
    columns: Mapping[str, str]

    @property
    def key(self) -> str:
        return next(iter(self.columns))

    @property
    def named(self) -> str:
        return ", ".join(self.columns)

    @property
    def typed(self) -> str:
        return ", ".join(f"{column} {kind}" for column, kind in self.columns.items())


@dataclass(frozen=True, slots=True)
class Projection:
    """A root table, which has a `version` column, and the part tables whose rows belong to a root's key."""

    root: Table
    parts: tuple[Table, ...] = ()

    async def replace(
        self, connection: Connection, roots: Sequence[Row], parts: Mapping[str, Sequence[Row]] | None = None
    ) -> list[str]:
        """Write the states that are newer than what is there; returns their keys.

        `parts` holds the rows of each part table by its name. Call it inside a transaction: root rows are
        locked in the order of their keys, so that two writers of many rows never wait for each other.
        """
        newer = [row[0] for row in await connection.fetch(self._upsert(), list(roots))] if roots else []
        for table in self.parts:
            rows = (parts or {}).get(table.name, ())
            await self._replace_part(connection, table, newer, rows)
        return newer

    async def remove(self, connection: Connection, keys: Sequence[str]) -> list[str]:
        """Remove keys with their parts; returns those that were there."""
        if not keys:
            return []
        await connection.execute(
            f"select from {self.root.name} where {self.root.key} = any($1) order by {self.root.key} for update",
            list(keys),
        )
        for table in self.parts:
            await connection.execute(f"delete from {table.name} where {table.key} = any($1)", list(keys))
        gone = await connection.fetch(
            f"delete from {self.root.name} where {self.root.key} = any($1) returning {self.root.key}",
            list(keys),
        )
        return [row[0] for row in gone]

    def _upsert(self) -> str:
        root = self.root
        changes = ", ".join(f"{column} = excluded.{column}" for column in root.columns if column != root.key)
        return f"""
            insert into {root.name} ({root.named})
            select {root.named} from jsonb_to_recordset($1::jsonb) as given({root.typed}) order by {root.key}
            on conflict ({root.key}) do update set {changes} where {root.name}.version < excluded.version
            returning {root.key}
        """

    async def _replace_part(
        self, connection: Connection, table: Table, keys: Sequence[str], rows: Sequence[Row]
    ) -> None:
        if not keys:
            return
        await connection.execute(f"delete from {table.name} where {table.key} = any($1)", list(keys))
        newer = set(keys)
        kept = [row for row in rows if row[table.key] in newer]
        if kept:
            await connection.execute(
                f"""
                insert into {table.name} ({table.named})
                select {table.named} from jsonb_to_recordset($1::jsonb) as given({table.typed})
                """,
                kept,
            )
