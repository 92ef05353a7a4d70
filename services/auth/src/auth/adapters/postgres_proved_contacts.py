"""Proved contacts in PostgreSQL, a projection of `ent.preferences`: an adapter of the port `ProvedContacts`."""

from collections.abc import Sequence

import asyncpg

from auth.application.recovery_ports import ContactsOf
from shared.kit.projection import Projection, Table

_VERSION = Table("preferences_version", {"person_id": "text", "version": "bigint"})
_CONTACT = Table(
    "proved_contact",
    {"person_id": "text", "contact_id": "text", "channel": "text", "address": "text", "selected": "boolean"},
)
CONTACTS = Projection(_VERSION, (_CONTACT,))


class PostgresProvedContacts:
    """A version that is not newer changes nothing."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def follow(self, gone: Sequence[str], newer: Sequence[ContactsOf]) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await CONTACTS.remove(connection, gone)
            await CONTACTS.replace(
                connection,
                [{"person_id": one.person_id, "version": one.version} for one in newer],
                {"proved_contact": [row for one in newer for row in _rows(one)]},
            )


def _rows(one: ContactsOf) -> list[dict[str, object]]:
    """One row a contact, even when an event names it twice."""
    return list(
        {
            contact.contact_id: {
                "person_id": one.person_id,
                "contact_id": contact.contact_id,
                "channel": contact.channel,
                "address": contact.address,
                "selected": contact.selected,
            }
            for contact in one.contacts
        }.values()
    )
