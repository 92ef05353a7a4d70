"""Just before the wire, consent is looked at again: whoever changed his mind since routing is heard (R45)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import UUID

from notifier.application.join_fused import JoinFused
from notifier.application.send import Errand
from notifier.application.stores import Notifications, People
from notifier.domain.attempts import Claim, Move, concluded, refused, silenced
from notifier.domain.judging import judge
from notifier.domain.letters import Letter
from notifier.domain.notifications import Notification
from notifier.domain.outcomes import TryAgain
from notifier.domain.people import Person
from shared.consent import Occasion, Send, SmsRules
from shared.kernel.clock import Clock
from shared.kit.logs import get_logger

log = get_logger()

Silent = tuple[Move, Notification | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeAgain:
    """Judge claimed deliveries on the newest facts: two questions for all of them."""

    notifications: Notifications
    people: People
    rules: SmsRules
    clock: Clock
    monotonic: Callable[[], float]
    random: Random

    async def __call__(self, claims: Sequence[Claim]) -> tuple[list[Errand], list[Silent]]:
        """Those to be tried, and the outcomes of those that are not."""
        if not claims:
            return [], []
        told = await self.notifications.load({claim.key.notification_id for claim in claims})
        people = await self.people.known({claim.key.person_id for claim in claims if _personal(claim, told)})
        bench = Bench(told, people, self.clock.now(), self.monotonic(), self.rules)
        chosen = [claim for claim in claims if _by_choice(claim, told)]
        doubled = await JoinFused(notifications=self.notifications)(chosen, people, bench.now)
        done = {move.claim.key for move in doubled}
        errands, silent = self._sorted(bench, [claim for claim in claims if claim.key not in done])
        return errands, [*((move, told[move.claim.key.notification_id]) for move in doubled), *silent]

    def _sorted(self, bench: "Bench", claims: Sequence[Claim]) -> tuple[list[Errand], list[Silent]]:
        errands: list[Errand] = []
        silent: list[Silent] = []
        for claim in claims:
            try:
                answer = bench.judged(claim)
            except Exception as failure:  # a fault of ours in one delivery must not hold up the others
                log.warning("delivery.not_judged", failure=type(failure).__name__)
                log.debug("delivery.failure", exc_info=failure)
                answer = self._later(bench, claim)
            if isinstance(answer, Errand):
                errands.append(answer)
            else:
                silent.append((answer, bench.told.get(claim.key.notification_id)))
        return errands, silent

    def _later(self, bench: "Bench", claim: Claim) -> Move:
        expires_at = bench.told[claim.key.notification_id].expires_at
        fault = TryAgain("unexpected_error", "")
        return concluded(claim, fault, now=bench.now, expires_at=expires_at, random=self.random)


@dataclass(slots=True)
class Bench:
    """All that is known for judging one chunk at one instant."""

    told: Mapping[UUID, Notification]
    people: Mapping[str, Person]
    now: datetime
    judged_at: float
    rules: SmsRules
    _letters: dict[UUID, tuple[Letter, Occasion]] = field(default_factory=dict)

    def judged(self, claim: Claim) -> Errand | Move:
        """The errand to run, or the outcome when nothing may leave."""
        notification = self.told.get(claim.key.notification_id)
        if notification is None:
            return refused(claim, "unknown_notification", self.now)
        letter, occasion = self._letter(notification)
        person = self.people.get(claim.key.person_id)
        ruling = judge(notification, occasion, person, self.now, self.rules)[claim.key.channel]
        if isinstance(ruling.verdict, Send) or _to_look_for(claim, notification, person):
            return Errand(claim, notification, letter, person, ruling, self.judged_at)
        return silenced(claim, ruling, self.now)

    def _letter(self, notification: Notification) -> tuple[Letter, Occasion]:
        made = self._letters.get(notification.id)
        if made is None:
            made = self._letters[notification.id] = notification.letter(), notification.occasion
        return made


def _personal(claim: Claim, told: Mapping[UUID, Notification]) -> bool:
    """Nobody's choices matter for a code, so nobody is asked about."""
    notification = told.get(claim.key.notification_id)
    return notification is not None and notification.kind != "code"


def _by_choice(claim: Claim, told: Mapping[UUID, Notification]) -> bool:
    """What goes to a sealed destination goes there, whichever account is asked about."""
    notification = told.get(claim.key.notification_id)
    return notification is not None and notification.kind in {"message", "alert"}


def _to_look_for(claim: Claim, notification: Notification, person: Person | None) -> bool:
    """An SMS that may have left is looked for at the gateway, even if it would not be sent any more."""
    if claim.unsure_since is None or claim.key.channel != "sms":
        return False
    return notification.sealed is not None or (person is not None and person.sms is not None)
