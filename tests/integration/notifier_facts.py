"""Facts about people as auth and preferences would tell them, written straight into the notifier's tables."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from notifier.adapters.facts_book import FactsBook
from notifier.application.follow_facts import FollowFacts, Said
from notifier.application.stores import Place
from shared.events.accounts import AccountChanged, Attachment
from shared.events.base import EventData
from shared.events.partners import PartnerChanged, Territory
from shared.events.preferences import Choice, Contact, PreferencesChanged

COLLEGE = "0690001A"
LYCEE = "0690002B"


def a_school(uai: str = COLLEGE, **change: Any) -> Attachment:
    values: dict[str, Any] = {
        "uai": uai,
        "name": f"École {uai}",
        "kind": "college",
        "departement": "69",
        "academie": "Lyon",
        "region": "Auvergne-Rhône-Alpes",
    }
    return Attachment(**(values | change))


def an_account(person_id: str, *schools: Attachment, version: int = 1, **change: Any) -> AccountChanged:
    values: dict[str, Any] = {
        "person_id": person_id,
        "version": version,
        "state": "active",
        "profile": "parent",
        "last_name": "Vial",
        "first_name": "Sonia",
        "establishments": schools or (a_school(),),
    }
    return AccountChanged(**(values | change))


def a_contact(address: str, **change: Any) -> Contact:
    values: dict[str, Any] = {
        "contact_id": address,
        "channel": "email" if "@" in address else "sms",
        "address": address,
        "origin": "typed",
        "proof": "proved",
        "selected": True,
    }
    return Contact(**(values | change))


def everything_ticked(uai: str = COLLEGE) -> Choice:
    return Choice(uai=uai, email_information=True, establishment_notices=True, partner_notices=True)


def preferences_of(
    person_id: str,
    *contacts: Contact,
    choices: Sequence[Choice] = (everything_ticked(),),
    version: int = 1,
    merged: Sequence[str] = (),
) -> PreferencesChanged:
    return PreferencesChanged(
        person_id=person_id,
        version=version,
        contacts=contacts or (a_contact(f"{person_id}@example.org"),),
        choices=tuple(choices),
        merged=tuple(merged),
    )


def the_academie(**change: Any) -> PartnerChanged:
    values: dict[str, Any] = {
        "partner_id": "academie-lyon",
        "version": 1,
        "name": "Académie de Lyon",
        "body": "academie",
        "territory": Territory(academies=("Lyon",)),
    }
    return PartnerChanged(**(values | change))


async def tell(pool: asyncpg.Pool, *facts: EventData, upto: int = 1) -> None:
    """Have the notifier follow these facts, as one batch."""
    said = [Said(fact.topic, fact.key, fact) for fact in facts]
    await FollowFacts(book=FactsBook(pool))(said, {Place(fact.topic, 0): upto for fact in facts})


async def tell_people(pool: asyncpg.Pool, *person_ids: str) -> None:
    """People who agreed to everything by e-mail."""
    facts: list[EventData] = [an_account(person_id) for person_id in person_ids]
    await tell(pool, *facts, *(preferences_of(person_id) for person_id in person_ids))
