"""`ent.accounts` → people.

Promise: at least once, group `preferences.accounts`, batches of up to 500 in one transaction each; tried again
for as long as it takes. An account seen twice, or late, changes nothing, because its version says so.
"""

from typing import TYPE_CHECKING

from preferences.application.follow_accounts import FollowAccounts
from preferences.domain.person import Directory, Person, School
from shared.events.accounts import AccountChanged
from shared.kernel.addresses import EmailAddress
from shared.kit.logs import get_logger
from shared.kit.projection import newest_of

if TYPE_CHECKING:
    from shared.kit.consumer import Batch, Handler

TOPICS = (AccountChanged.topic,)
GROUP = "preferences.accounts"

log = get_logger()


def account_feed(follow: FollowAccounts) -> "Handler":
    """What the consumer of `ent.accounts` does with a batch."""

    async def handle(batch: "Batch") -> None:
        snapshots = newest_of(batch.received, AccountChanged)
        await follow(snapshots.gone, [person_of(account) for account in snapshots.newest])

    return handle


def person_of(account: AccountChanged) -> Person:
    """The account in the words of preferences."""
    imported = account.imported
    return Person(
        person_id=account.person_id,
        version=account.version,
        state=account.state,
        profile=account.profile,
        last_name=account.last_name,
        first_name=account.first_name,
        schools=tuple(
            School(uai=one.uai, name=one.name, kind=one.kind)
            for one in {one.uai: one for one in account.establishments}.values()
        ),
        directory=Directory(
            email=_email(account),
            phone_home=imported.phone_home,
            phone_work=imported.phone_work,
            phone_mobile=imported.phone_mobile,
        ),
        fused=tuple(sorted(set(account.fused))),
        fused_into=account.fused_into,
    )


def _email(account: AccountChanged) -> EmailAddress | None:
    """An address that could not be written to is no address; the rest of the account still counts."""
    if account.imported.email is None:
        return None
    try:
        return EmailAddress(account.imported.email)
    except ValueError:
        log.warning("account.address_unusable", person_id=account.person_id)
        return None
