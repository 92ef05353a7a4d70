"""Make the slips that a school hands out: the one moment at which a first password exists in clear (R5, A20)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from auth.application.patient_hashing import TooBusy, hashed_patiently
from auth.application.ports import AuditLog
from auth.application.sign_in_ports import Busy, PasswordHasher
from auth.application.slip_ports import Given, School, Selection, Slips
from auth.domain.first_passwords import Choose, expires_at, first_password
from auth.domain.slips import Recipient, Slip, Sorted, grouped, sort_out
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused

GROUP_SIZE = 8
"""Slips of one transaction. Those of the last group are the most that a crash can lose: they are made again."""

GIVE_TRIES_MAX = 12
"""While an import holds the accounts. A browser waits for the answer, so this ends within some fifteen seconds."""

HASH_TRIES_MAX = 60
"""Beyond either, TooBusy: the slips made so far are out, the others are not made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipOrder:
    """Whose slips, asked for by whom. `chosen_too`: take their password even from those who chose one.

    `as_shown` is the mark of the one person, as he was when the slip was ordered: whoever has got another password
    since is left alone, so that a page of slips loaded again does not kill the one that was just printed.
    """

    selection: Selection
    asked_by: str
    reissue: bool = False
    chosen_too: bool = False
    as_shown: str | None = None
    slips_max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """Slips to be put out. Taking a group makes it; what nobody takes is never made.

    `expected` is the most there will be: somebody else may be printing the same people. `left` is how many the
    order's limit leaves for another one.
    """

    school: School
    expected: int
    left: int
    groups: AsyncIterator[Sequence[Slip]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingToPrint:
    """Everybody has a password already."""

    school: School
    printed_before: int
    chosen_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeSlips:
    """Draw first passwords for those of a selection who have none, keep their digests, hand out the slips.

    Refused as `unknown_establishment`, `unknown_person` or `nobody`.
    """

    slips: Slips
    hasher: PasswordHasher
    choose: Choose
    audit: AuditLog
    clock: Clock

    async def __call__(self, order: SlipOrder) -> Printing | NothingToPrint | Refused:
        school = await self.slips.school(order.selection.uai)
        if school is None:
            return Refused("unknown_establishment", order.selection.uai)
        people = await self.slips.people(order.selection)
        if not people:
            return Refused("unknown_person" if order.selection.person_id else "nobody")
        sorted_out = self._sorted(people, order)
        if not sorted_out.taken:
            return NothingToPrint(
                school=school,
                printed_before=sorted_out.printed_before,
                chosen_before=sorted_out.chosen_before,
            )
        taken = sorted_out.taken[: order.slips_max]
        return Printing(
            school=school,
            expected=len(taken),
            left=len(sorted_out.taken) - len(taken),
            groups=self._made(taken, order),
        )

    def _sorted(self, people: Sequence[Recipient], order: SlipOrder) -> Sorted:
        one = order.selection.person_id is not None
        return sort_out(
            [person for person in people if order.as_shown in {None, person.mark}],
            class_name=order.selection.class_name,
            reissue=order.reissue,
            chosen_too=order.chosen_too or one,
        )

    async def _made(self, people: Sequence[Recipient], order: SlipOrder) -> AsyncIterator[Sequence[Slip]]:
        for group in grouped(people, GROUP_SIZE):
            made = await self._group(group, order)
            if made:
                yield made

    async def _group(self, group: Sequence[Recipient], order: SlipOrder) -> Sequence[Slip]:
        """Hash, keep, and only then show; who got another slip in the meantime is left out."""
        passwords = [first_password(self.choose) for _ in group]
        hashes = await asyncio.gather(
            *(hashed_patiently(self.hasher, one, tries_max=HASH_TRIES_MAX) for one in passwords)
        )
        until, given = await self._given(
            [
                Given(person_id=person.person_id, password_hash=digest, seen=person.seen)
                for person, digest in zip(group, hashes, strict=True)
            ]
        )
        self._note([person for person in group if person.person_id in given], order)
        return [
            Slip(
                person_id=person.person_id,
                profile=person.profile,
                last_name=person.last_name,
                first_name=person.first_name,
                class_name=person.class_shown(order.selection.class_name),
                children=tuple(child.first_name for child in person.children),
                identifier=person.identifier,
                first_password=password,
                expires_at=until,
            )
            for person, password in zip(group, passwords, strict=True)
            if person.person_id in given
        ]

    async def _given(self, group: Sequence[Given]) -> tuple[datetime, frozenset[str]]:
        """Until when the passwords live, and whose they are. Raises TooBusy."""
        for _ in range(GIVE_TRIES_MAX):
            now = self.clock.now()
            until = expires_at(now)
            given = await self.slips.give(group, expires_at=until, now=now)
            if not isinstance(given, Busy):
                return until, given
            await asyncio.sleep(given.retry_after_s)
        raise TooBusy("the accounts are held by somebody else")

    def _note(self, people: Sequence[Recipient], order: SlipOrder) -> None:
        """Who was given a first password, by whom; people whose password was taken have a line of their own."""
        for event, noted in (
            ("user_updated", [p.person_id for p in people if p.held == "nothing"]),
            ("authn_password_change", [p.person_id for p in people if p.held != "nothing"]),
        ):
            if noted:
                self.audit(
                    event,
                    uai=order.selection.uai,
                    first_passwords=len(noted),
                    person_ids=noted,
                    asked_by=order.asked_by,
                )
