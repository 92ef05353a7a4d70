"""Just before the wire: what was ordered before accounts were fused reaches the person once, on the one that remains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifier.application.stores import Late, Notifications
from notifier.domain.attempts import Claim, Move, silenced
from notifier.domain.deliveries import DeliveryKey
from notifier.domain.judging import Ruling
from notifier.domain.people import Person
from shared.consent import Reason, Skip

DUPLICATE = Skip(Reason.DUPLICATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinFused:
    """Silence what another delivery to the same person stands for.

    A delivery to an account that was taken in is handed to the one that remains, which gets it unless it has its
    own; where its own ended without telling the person, the delivery goes on as it is, to the contact that remains.
    One to the account that remains is silent when the other was told before the fusion. What may have left already
    is neither: its fate is settled where it is.
    """

    notifications: Notifications

    async def __call__(
        self, claims: Sequence[Claim], people: Mapping[str, Person], now: datetime
    ) -> Sequence[Move]:
        fresh = [(claim, people.get(claim.key.person_id)) for claim in claims if claim.unsure_since is None]
        late = [(c, p.person_id) for c, p in fresh if p is not None and p.person_id != c.key.person_id]
        alone: frozenset[DeliveryKey] = frozenset()
        if late:
            handed = [Late(claim.key, claim.lane, remaining) for claim, remaining in late]
            alone = await self.notifications.readdress(handed, now)
        joined = {
            c.key: c for c, p in fresh if p is not None and p.takes_in and p.person_id == c.key.person_id
        }
        told = await self.notifications.told_already(list(joined)) if joined else ()
        doubled = [*(claim for claim, _ in late if claim.key not in alone), *(joined[key] for key in told)]
        return [silenced(claim, Ruling(DUPLICATE, claim.uai), now) for claim in doubled]
