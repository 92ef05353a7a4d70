"""Keep up with what auth says of accounts."""

from collections.abc import Sequence
from dataclasses import dataclass

from preferences.application.ports import Desk
from preferences.domain.person import Person
from shared.kernel.ids import IdFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowAccounts:
    """Take over a batch of accounts in one transaction; an older version changes nothing.

    Choices outlive the closing of an account, since it may open again; they end with the account itself.
    """

    desk: Desk
    new_id: IdFactory

    async def __call__(self, gone: Sequence[str], newest: Sequence[Person]) -> None:
        async with self.desk.open() as work:
            await work.forget(gone)
            moved = await work.learn(newest)
            if not moved:
                return
            directories = {person.person_id: person.directory for person in newest}
            preferences = await work.preferences(moved)
            await work.keep(
                [
                    before.follow_directory(directories[person_id].email, self.new_id()).succeeding(before)
                    for person_id, before in preferences.items()
                ]
            )
