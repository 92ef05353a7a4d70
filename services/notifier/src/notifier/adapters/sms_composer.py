"""The port `SmsComposer`: sender and school first, the fact, where to read more."""

from notifier.adapters.mail_pages import code_minutes
from notifier.adapters.texts import say
from notifier.application.ports import OutgoingSms
from notifier.domain.letters import Letter, SmsRecipient
from notifier.domain.sms_text import cheapest, cleaned, fitted, on_a_word
from notifier.domain.wording import short_date
from shared.kernel.clock import Clock

VALIDITY_S_MAX = 36_000  # the longest that gateways keep a text
_SCHOOL_LENGTH_MAX = 40
_SENDER_LENGTH_MAX = 40


class PlainSmsComposer:
    """Writes SMS of one part wherever French allows. Nothing personal but a code travels in one.

    Neither codes nor security notices hold a link: an SMS with one teaches people to follow links in SMS.
    """

    def __init__(self, *, clock: Clock, parts_max: int = 1) -> None:
        self._clock = clock
        self._parts_max = parts_max

    def compose(self, letter: Letter, recipient: SmsRecipient) -> OutgoingSms:
        """One person's SMS, dropped by the gateway once the letter has expired."""
        return OutgoingSms(recipient.to, self._body(letter, recipient), self._validity_s(letter))

    def _body(self, letter: Letter, recipient: SmsRecipient) -> str:
        if letter.kind == "code":
            text = say(f"sms.code.{letter.purpose}", code=letter.code, minutes=code_minutes(letter))
            return cheapest(text)
        if letter.kind == "security":
            return cheapest(cleaned(_notice(letter)))
        if letter.kind == "message" and letter.sender_kind == "person":
            return self._from_a_person(letter, recipient)
        title = cleaned(letter.title).rstrip(" .;,:")
        return fitted(_who(letter, recipient), title, say("sms.more"), parts_max=self._parts_max)

    def _from_a_person(self, letter: Letter, recipient: SmsRecipient) -> str:
        """A private subject stays in the ENT: a telephone's locked screen shows its SMS to anyone."""
        text_id = "sms.message.urgent" if letter.urgent else "sms.message"
        sender = on_a_word(cleaned(letter.sender_name), _SENDER_LENGTH_MAX)
        return cheapest(_who(letter, recipient) + say(text_id, sender=sender))

    def _validity_s(self, letter: Letter) -> int | None:
        if letter.expires_at is None:
            return None
        left_s = int((letter.expires_at - self._clock.now()).total_seconds())
        return min(max(left_s, 1), VALIDITY_S_MAX)


def _notice(letter: Letter) -> str:
    ours = letter.fact == "device_token_reused"
    doubt = say("sms.security.in_doubt" if ours else "sms.security.not_you")
    fact, when = say(f"sms.security.{letter.fact}"), short_date(letter.sent_at)
    return say("sms.security", fact=fact, when=when, doubt=doubt)


def _who(letter: Letter, recipient: SmsRecipient) -> str:
    school = on_a_word(cleaned(recipient.school_name or letter.school_name or ""), _SCHOOL_LENGTH_MAX)
    if not school:
        return say("sms.who.nobody")
    if letter.sender_kind == "partner":
        sender = on_a_word(cleaned(letter.sender_name), _SENDER_LENGTH_MAX)
        return say("sms.who.partner", school=school, sender=sender)
    return say("sms.who", school=school)
