"""The projection of accounts in PostgreSQL: people and their establishments."""

from collections.abc import Iterable, Sequence
from typing import Any

from preferences.domain.person import Directory, Person, School
from shared.kernel.addresses import EmailAddress
from shared.kit.database import Connection
from shared.kit.projection import Projection, Table

_PERSON = Table(
    "person",
    {
        "person_id": "text",
        "version": "integer",
        "state": "text",
        "profile": "text",
        "last_name": "text",
        "first_name": "text",
        "email": "text",
        "phone_home": "text",
        "phone_work": "text",
        "phone_mobile": "text",
        "fused": "text[]",
        "fused_into": "text",
    },
)
_ATTACHMENT = Table("attachment", {"person_id": "text", "uai": "text", "name": "text", "kind": "text"})
ACCOUNTS = Projection(_PERSON, (_ATTACHMENT,))


async def learn(connection: Connection, people: Sequence[Person]) -> list[str]:
    """Write the accounts that are newer than what is there; returns whose they are."""
    attachments = [
        {"person_id": person.person_id, "uai": school.uai, "name": school.name, "kind": school.kind}
        for person in people
        for school in person.schools
    ]
    return await ACCOUNTS.replace(
        connection, [_row(person) for person in people], {"attachment": attachments}
    )


async def held_people(connection: Connection, person_ids: Sequence[str]) -> dict[str, Person]:
    """The known ones, their rows locked in order."""
    rows = await connection.fetch(
        "select * from person where person_id = any($1) order by person_id for update", list(person_ids)
    )
    schools = await connection.fetch(
        "select person_id, uai, name, kind from attachment where person_id = any($1) order by person_id, uai",
        list(person_ids),
    )
    by_person: dict[str, list[School]] = {row["person_id"]: [] for row in rows}
    for school in schools:
        by_person[school["person_id"]].append(
            School(uai=school["uai"], name=school["name"], kind=school["kind"])
        )
    return {row["person_id"]: _person(row, by_person[row["person_id"]]) for row in rows}


def _row(person: Person) -> dict[str, Any]:
    directory = person.directory
    return {
        "person_id": person.person_id,
        "version": person.version,
        "state": person.state,
        "profile": person.profile,
        "last_name": person.last_name,
        "first_name": person.first_name,
        "email": None if directory.email is None else directory.email.value,
        "phone_home": directory.phone_home,
        "phone_work": directory.phone_work,
        "phone_mobile": directory.phone_mobile,
        "fused": list(person.fused),
        "fused_into": person.fused_into,
    }


def _person(row: Any, schools: Iterable[School]) -> Person:
    return Person(
        person_id=row["person_id"],
        version=row["version"],
        state=row["state"],
        profile=row["profile"],
        last_name=row["last_name"],
        first_name=row["first_name"],
        schools=tuple(schools),
        directory=Directory(
            email=None if row["email"] is None else EmailAddress(row["email"]),
            phone_home=row["phone_home"],
            phone_work=row["phone_work"],
            phone_mobile=row["phone_mobile"],
        ),
        fused=tuple(row["fused"]),
        fused_into=row["fused_into"],
    )
