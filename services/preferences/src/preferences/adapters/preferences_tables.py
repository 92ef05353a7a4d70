"""Preferences in PostgreSQL: a row a person with its version, the contacts and the choices that hang from it.

Whose boxes were merged into them is kept once, with what it takes to undo it (`fusion_table`).
"""

from collections.abc import Sequence
from typing import Any

from preferences.adapters import fusion_table
from preferences.domain.contacts import Address, Contact
from preferences.domain.preferences import Preferences
from shared.consent import Choices
from shared.kernel.addresses import EmailAddress, PhoneNumber
from shared.kit.database import Connection
from shared.kit.projection import Projection, Table

_CONTACT = Table(
    "contact",
    {
        "person_id": "text",
        "contact_id": "uuid",
        "channel": "text",
        "address": "text",
        "origin": "text",
        "proof": "text",
        "selected": "boolean",
    },
)
_CHOICE = Table("choice", {"person_id": "text", "uai": "text", **dict.fromkeys(Choices._fields, "boolean")})
TABLES = Projection(Table("preferences", {"person_id": "text", "version": "integer"}), (_CONTACT, _CHOICE))


async def write(connection: Connection, changed: Sequence[Preferences]) -> None:
    """Write new versions. Raises LostUpdate when one is not newer than what is there."""
    roots = [{"person_id": one.person_id, "version": one.version} for one in changed]
    contacts = [_contact_row(one.person_id, contact) for one in changed for contact in one.contacts]
    choices = [
        {"person_id": one.person_id, "uai": uai, **boxes._asdict()}
        for one in changed
        for uai, boxes in one.choices.items()
    ]
    written = await TABLES.replace(connection, roots, {"contact": contacts, "choice": choices})
    if len(written) != len(changed):
        raise LostUpdate("preferences were changed by someone who did not hold the person")


async def read(connection: Connection, person_ids: Sequence[str]) -> dict[str, Preferences]:
    """The preferences of each person; version 0 for those who never chose."""
    wanted = list(person_ids)
    versions = await connection.fetch(
        "select person_id, version from preferences where person_id = any($1)", wanted
    )
    contacts: dict[str, list[Contact]] = {person_id: [] for person_id in wanted}
    for row in await connection.fetch(
        "select * from contact where person_id = any($1) order by person_id, channel, origin", wanted
    ):
        contacts[row["person_id"]].append(_contact(row))
    choices: dict[str, dict[str, Choices]] = {person_id: {} for person_id in wanted}
    for row in await connection.fetch(
        "select * from choice where person_id = any($1) order by person_id, uai", wanted
    ):
        choices[row["person_id"]][row["uai"]] = Choices(*(row[box] for box in Choices._fields))
    version_of = {row["person_id"]: row["version"] for row in versions}
    merged = {
        one.person_id: one.attached_ids for one in (await fusion_table.read(connection, wanted)).values()
    }
    return {
        person_id: Preferences(
            person_id=person_id,
            version=version_of.get(person_id, 0),
            contacts=tuple(contacts[person_id]),
            choices=choices[person_id],
            merged=merged[person_id],
        )
        for person_id in wanted
    }


class LostUpdate(Exception):
    """Two writers at once: the lock on the person's row was not taken."""


def _contact_row(person_id: str, contact: Contact) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "contact_id": str(contact.contact_id),
        "channel": contact.channel,
        "address": contact.address.value,
        "origin": contact.origin,
        "proof": contact.proof,
        "selected": contact.selected,
    }


def _contact(row: Any) -> Contact:
    address: Address = (EmailAddress if row["channel"] == "email" else PhoneNumber)(row["address"])
    return Contact(
        contact_id=row["contact_id"],
        channel=row["channel"],
        address=address,
        origin=row["origin"],
        proof=row["proof"],
        selected=row["selected"],
    )
