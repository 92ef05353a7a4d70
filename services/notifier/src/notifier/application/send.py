"""One try of one delivery: written, handed to a provider, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Protocol

from notifier.application.measures import SEND_S
from notifier.application.ports import GatewayUnreachable, MailComposer, Mails, SmsComposer, TextMessages
from notifier.application.stores import Ledger
from notifier.domain.attempts import RECONCILE_AFTER_S, Claim, Move, concluded, postponed, silenced
from notifier.domain.judging import Ruling
from notifier.domain.letters import Letter, MailRecipient, SmsRecipient
from notifier.domain.notifications import SEALED_KINDS, Notification
from notifier.domain.outcomes import Outcome, Rejected
from notifier.domain.people import Person
from shared.consent import Send
from shared.events.codes import CodeSecret
from shared.kernel.addresses import EmailAddress, PhoneNumber
from shared.kernel.clock import Clock
from shared.kit.sealing import Unsealable

GATEWAY_CLOCK_MARGIN = timedelta(minutes=1)
"""How far the gateway's clock and the database's may be apart when an SMS is looked for."""


class Seals(Protocol):
    """Opens what auth, preferences and activation sealed. Raises shared.kit.sealing.Unsealable."""

    def unseal(self, sealed: str) -> CodeSecret: ...

    def unseal_destination(self, sealed: str) -> str: ...


class Undeliverable(Exception):
    """There is nothing that could be handed to a provider; the text is the reason's slug."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A claimed delivery, decided a moment ago (`judged_at`, monotonic) on the newest facts."""

    claim: Claim
    notification: Notification
    letter: Letter
    person: Person | None
    ruling: Ruling
    judged_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOnce:
    """Write a letter for one person and try to hand it over, once; an SMS of unknown fate is looked for first."""

    mails: Mails
    texts: TextMessages
    mail_composer: MailComposer
    sms_composer: SmsComposer
    seals: Seals
    ledger: Ledger
    clock: Clock
    random: Random
    monotonic: Callable[[], float]

    async def __call__(self, errand: Errand) -> Move:
        began = self.monotonic()
        try:
            address, letter = self._addressed(errand)
            if errand.claim.key.channel == "email":
                move = await self._send_mail(errand, address, letter)
            else:
                move = await self._send_sms(errand, address, letter)
        except Undeliverable as why:
            move = self.concluded(errand, Rejected(str(why), ""))
        SEND_S.labels(errand.claim.key.channel).observe(self.monotonic() - began)
        return move

    def _addressed(self, errand: Errand) -> tuple[str, Letter]:
        """Where to, and what: what comes out of a sealed secret stays in this call."""
        notification = errand.notification
        if notification.kind not in SEALED_KINDS:
            return _chosen_address(errand), errand.letter
        if notification.sealed is None:
            raise Undeliverable("code_erased" if notification.kind == "code" else "destination_erased")
        try:
            if notification.kind == "security":
                return self.seals.unseal_destination(notification.sealed), errand.letter
            secret = self.seals.unseal(notification.sealed)
        except Unsealable:
            raise Undeliverable("unsealable") from None
        return secret.destination, notification.letter(secret.code)

    async def _send_mail(self, errand: Errand, address: str, letter: Letter) -> Move:
        mail = self.mail_composer.compose(letter, _mail_recipient(errand, address))
        outcome = await self.mails.send(mail, excluded=_to_avoid(errand.claim))
        return self.concluded(errand, outcome, address)

    async def _send_sms(self, errand: Errand, address: str, letter: Letter) -> Move:
        sms = self.sms_composer.compose(letter, _sms_recipient(errand, address))
        if errand.claim.unsure_since is not None:
            try:
                found = await self.texts.find(
                    sms,
                    errand.claim.unsure_since - GATEWAY_CLOCK_MARGIN,
                    lambda text: self.ledger.adopt(errand.claim, text),
                )
            except GatewayUnreachable:
                delay_s = RECONCILE_AFTER_S[errand.claim.lane]
                return postponed(errand.claim, self.clock.now(), "gateway_unreachable", delay_s)
            if found is not None:
                return self.concluded(errand, found)
        if not isinstance(errand.ruling.verdict, Send):
            return silenced(errand.claim, errand.ruling, self.clock.now())
        # what was not found has not been sent: from here on it is a first try like any other
        outcome = await self.texts.send(sms, excluded=_to_avoid(errand.claim))
        return self.concluded(
            replace(errand, claim=replace(errand.claim, unsure_since=None)), outcome, address
        )

    def concluded(self, errand: Errand, outcome: Outcome, address: str = "") -> Move:
        """Where a try of this errand leads, an address that proved dead included."""
        move = concluded(
            errand.claim,
            outcome,
            now=self.clock.now(),
            expires_at=errand.notification.expires_at,
            random=self.random,
            uai=errand.ruling.uai,
        )
        dead = isinstance(outcome, Rejected) and outcome.contact_dead
        return replace(move, dead_address=address) if dead else move


def _chosen_address(errand: Errand) -> str:
    person = errand.person
    contact = person and (person.email if errand.claim.key.channel == "email" else person.sms)
    if contact is None:
        raise Undeliverable("no_contact")
    return contact.address


def _to_avoid(claim: Claim) -> frozenset[str]:
    """The provider whose last try of this very delivery did not end well."""
    return frozenset((claim.provider,)) if claim.provider else frozenset()


def _mail_recipient(errand: Errand, address: str) -> MailRecipient:
    try:
        to = EmailAddress(address)
    except ValueError:
        raise Undeliverable("invalid_address") from None
    # of the delivery, and not of the account that answers for it since a fusion: sent again, a mail is the same one
    person_id, person, uai = errand.claim.key.person_id, errand.person, errand.ruling.uai
    if person is None or errand.notification.kind == "code":
        return MailRecipient(to=to, person_id=person_id)
    if errand.notification.kind == "security":
        # one mailbox may serve a whole family: the first name says whose account is meant
        return MailRecipient(to=to, person_id=person_id, first_name=person.first_name)
    place = person.attachment(uai)
    return MailRecipient(
        to=to,
        person_id=person_id,
        first_name=person.first_name,
        school_name=place and place.name,
        children=person.children_at(uai),
    )


def _sms_recipient(errand: Errand, address: str) -> SmsRecipient:
    try:
        to = PhoneNumber(address)
    except ValueError:
        raise Undeliverable("invalid_number") from None
    place = errand.person and errand.person.attachment(errand.ruling.uai)
    school = place.name if place and errand.notification.kind not in SEALED_KINDS else None
    return SmsRecipient(to=to, person_id=errand.claim.key.person_id, school_name=school)
