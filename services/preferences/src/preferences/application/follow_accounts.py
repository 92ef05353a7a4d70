"""Keep up with what auth says of accounts."""

from collections.abc import Sequence
from dataclasses import dataclass

from preferences.application.ports import Deed, Desk, Work
from preferences.domain.fusion import Fusion, settled
from preferences.domain.person import Person
from preferences.domain.preferences import Preferences
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory

AUTH = "auth"
"""Who fuses accounts and takes them apart, in the audit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowAccounts:
    """Take over a batch of accounts in one transaction; an older version changes nothing.

    Choices outlive the closing of an account, since it may open again; they end with the account itself.
    Where accounts were fused or taken apart, the boxes of the one that remains are settled anew: one version more.
    """

    desk: Desk
    clock: Clock
    new_id: IdFactory

    async def __call__(self, gone: Sequence[str], newest: Sequence[Person]) -> None:
        async with self.desk.open() as work:
            await work.forget(gone)
            moved = await work.learn(newest)
            fused = await work.unsettled([person.person_id for person in newest])
            if not moved and not fused:
                return
            people = await work.people(sorted({*moved, *fused}))
            before = await work.preferences(list(people))
            after = {person_id: self._moved(people[person_id], one) for person_id, one in before.items()}
            for person_id in fused:
                after[person_id] = await self._settled(work, people[person_id], after[person_id])
            changed = [after[person_id].succeeding(one) for person_id, one in before.items()]
            await work.keep([one for one in changed if one.version != before[one.person_id].version])

    def _moved(self, person: Person, preferences: Preferences) -> Preferences:
        return preferences.follow_directory(person.directory.email, self.new_id())

    async def _settled(self, work: Work, person: Person, preferences: Preferences) -> Preferences:
        await work.people(person.fused)
        attached = await work.preferences(person.fused)
        known = (await work.fusions([person.person_id]))[person.person_id]
        boxes = {one.person_id: one.choices for one in attached.values()}
        after, fusion = settled(preferences, known, boxes, [school.uai for school in person.schools])
        await work.keep_fusion(fusion)
        await work.note([self._deed(known, fusion)])
        return after

    def _deed(self, known: Fusion, fusion: Fusion) -> Deed:
        grown = set(fusion.attached_ids) > set(known.attached_ids)
        return Deed(
            who=AUTH,
            what="fusion" if grown else "fusion_undone",
            person_id=fusion.person_id,
            at=self.clock.now(),
            details={"before": list(known.attached_ids), "after": list(fusion.attached_ids)},
        )
