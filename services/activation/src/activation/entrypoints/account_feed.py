"""`ent.accounts` → people.

Promise: at least once, group `activation.accounts`, batches of up to 500 in one transaction each; tried again
for as long as it takes. An account seen twice, or late, changes nothing, because its version says so.
"""

from typing import TYPE_CHECKING

from activation.application.ports import People
from activation.domain.people import AccountState, Person, Profile
from shared.events.accounts import AccountChanged
from shared.kit.projection import newest_of

if TYPE_CHECKING:
    from shared.kit.consumer import Batch, Handler

TOPICS = (AccountChanged.topic,)
GROUP = "activation.accounts"


def account_feed(people: People) -> "Handler":
    """What the consumer of `ent.accounts` does with a batch."""

    async def handle(batch: "Batch") -> None:
        snapshots = newest_of(batch.received, AccountChanged)
        await people.follow(snapshots.gone, [person_of(account) for account in snapshots.newest])

    return handle


def person_of(account: AccountChanged) -> Person:
    """The account in the words of activation."""
    return Person(
        person_id=account.person_id,
        version=account.version,
        state=AccountState(account.state),
        profile=Profile(account.profile),
    )
