"""Credentials for the made-up people of a local stack, so that somebody who tries it can sign in at once.

Some are left on their first password, others have gone through the whole first connection. Nothing else makes an
account that nobody has signed in to; the command is refused outside `CARILLON_ENV=local`.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, zip_longest
from typing import Protocol

from auth.application.patient_hashing import hashed_patiently
from auth.application.sign_in_ports import PasswordHasher
from auth.domain.charters import CharterSet
from auth.domain.first_passwords import Choose, expires_at, first_password
from shared.kernel.clock import Clock

PEOPLE_MAX = 1_000
BUSY_TRIES_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalPerson:
    person_id: str
    profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalCredential:
    """How somebody signs in; exactly one of the two is there."""

    person_id: str
    first_password: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCredential:
    """What is stored of it. `accepted`: pairs of charter and version."""

    person_id: str
    password_hash: str = field(repr=False)
    chosen: bool
    accepted: tuple[tuple[str, str], ...] = ()


class LocalAccounts(Protocol):
    """The accounts of a local stack."""

    async def people(self, count_max: int) -> Sequence[LocalPerson]:
        """The first ones by person id; suspended ones and those taken in by another left out."""
        ...

    async def keep(
        self,
        kept: Sequence[KeptCredential],
        *,
        desk_people: Sequence[str],
        expires_at: datetime,
        now: datetime,
    ) -> None:
        """All of it in one transaction, in the place of what was there; a desk for each school of these people."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalOrder:
    """How many of each, whom among them, and who works at a desk."""

    first: int
    ready: int
    first_people: tuple[str, ...] = ()
    ready_people: tuple[str, ...] = ()
    desk_people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalCredentials:
    """Make them, keep their digests, and tell them once."""

    accounts: LocalAccounts
    charters: CharterSet
    hasher: PasswordHasher
    choose: Choose
    clock: Clock

    async def __call__(self, order: LocalOrder) -> Sequence[LocalCredential]:
        people = {one.person_id: one for one in await self.accounts.people(PEOPLE_MAX)}
        ready, first = chosen_people(people, order)
        told = [
            *(LocalCredential(person_id=one, password=first_password(self.choose)) for one in ready),
            *(LocalCredential(person_id=one, first_password=first_password(self.choose)) for one in first),
        ]
        passwords = [one.password or one.first_password or "" for one in told]
        hashes = await asyncio.gather(
            *(hashed_patiently(self.hasher, one, tries_max=BUSY_TRIES_MAX) for one in passwords)
        )
        now = self.clock.now()
        await self.accounts.keep(
            [self._kept(one, digest, people) for one, digest in zip(told, hashes, strict=True)],
            desk_people=[one for one in order.desk_people if one in people],
            expires_at=expires_at(now),
            now=now,
        )
        return told

    def _kept(self, told: LocalCredential, digest: str, people: Mapping[str, LocalPerson]) -> KeptCredential:
        chosen = told.password is not None
        asked = self.charters.asked_of(people[told.person_id].profile) if chosen else ()
        return KeptCredential(
            person_id=told.person_id,
            password_hash=digest,
            chosen=chosen,
            accepted=tuple((charter.charter_id, charter.version) for charter in asked),
        )


def chosen_people(
    people: Mapping[str, LocalPerson], order: LocalOrder
) -> tuple[Sequence[str], Sequence[str]]:
    """Those who are ready, and those on their first password: the named ones, then every profile in turn."""
    named_first = [one for one in order.first_people if one in people]
    named_ready = [one for one in order.ready_people if one in people and one not in named_first]
    named = {*named_first, *named_ready}
    others = _in_turn([one for one in people.values() if one.person_id not in named])
    ready_more = max(0, order.ready - len(named_ready))
    first_more = max(0, order.first - len(named_first))
    ready = [*named_ready, *others[:ready_more]]
    return ready, [*named_first, *others[ready_more : ready_more + first_more]]


def _in_turn(people: Sequence[LocalPerson]) -> Sequence[str]:
    """One of each profile, then the next of each."""
    by_profile: dict[str, list[str]] = defaultdict(list)
    for one in people:
        by_profile[one.profile].append(one.person_id)
    rounds = zip_longest(*(by_profile[profile] for profile in sorted(by_profile)))
    return [one for one in chain.from_iterable(rounds) if one is not None]
