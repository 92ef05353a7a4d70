"""What the page shows of a message, in words."""

from dataclasses import dataclass
from email.utils import getaddresses

from carillon.sinks.faults import Fault
from carillon.sinks.letterbox import Kept, KeptMail, KeptSms
from carillon.sinks.sms.parts import parts_of
from carillon.sinks.viewer import french
from carillon.sinks.viewer.reading import MailReading
from carillon.sinks.viewer.words import FAULTS, WORDS, counted

RECIPIENTS_SHOWN = 3
_MINUTE_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One line of the list."""

    id: int
    kind: str
    title: str
    recipient: str
    sender: str
    when: str
    exactly: str
    chosen: bool


def card_of(message: Kept, *, now_s: float, chosen_id: int | None) -> Card:
    mail = isinstance(message, KeptMail)
    return Card(
        id=message.id,
        kind=message.kind,
        title=(message.facts.subject or WORDS["no_subject"])
        if isinstance(message, KeptMail)
        else message.body,
        recipient=recipients_of(message),
        sender=(message.facts.from_ or message.sender if isinstance(message, KeptMail) else message.sender)
        or WORDS["no_sender" if mail else "service"],
        when=french.when(message.received_at_s, now_s),
        exactly=french.exactly(message.received_at_s),
        chosen=message.id == chosen_id,
    )


def recipients_of(message: Kept) -> str:
    """The first recipients and how many more; numbers as the French write them."""
    if isinstance(message, KeptSms):
        return french.phone(message.recipients[0])
    shown = ", ".join(message.recipients[:RECIPIENTS_SHOWN])
    more = len(message.recipients) - RECIPIENTS_SHOWN
    return f"{shown} et {more} de plus" if more > 0 else shown


def mail_facts_shown(mail: KeptMail, reading: MailReading) -> list[tuple[str, str]]:
    """Terms and values of the summary above a mail."""
    facts = mail.facts
    announced = sorted(address.lower() for _, address in getaddresses([facts.to]))
    same = announced == sorted(recipient.lower() for recipient in mail.recipients)
    rows = [
        (WORDS["from"], facts.from_ or mail.sender or WORDS["no_sender"]),
        (WORDS["to"], facts.to if same else recipients_of(mail)),
        (WORDS["announced_to"], "" if same else facts.to),
        (WORDS["received"], french.exactly(mail.received_at_s)),
        (WORDS["size"], french.size(mail.size_bytes)),
        (WORDS["message_id"], facts.message_id),
    ]
    names = (
        f"{part.name or part.content_type} ({french.size(part.size_bytes)})" for part in reading.attachments
    )
    rows.append((WORDS["attachments"], ", ".join(names)))
    return [(term, value) for term, value in rows if value]


def sms_facts_shown(sms: KeptSms) -> list[tuple[str, str]]:
    """Terms and values of the summary above a text message."""
    rows = [
        (WORDS["from"], sms.sender or WORDS["service"]),
        (WORDS["to"], recipients_of(sms)),
        (WORDS["received"], french.exactly(sms.received_at_s)),
        (WORDS["status"], WORDS[f"status_{sms.status}"]),
        (WORDS["validity"], _duration(sms.validity_s) if sms.validity_s else ""),
        (WORDS["message_id"], sms.sid),
    ]
    return [(term, value) for term, value in rows if value]


def length_of(body: str) -> str:
    """`1 partie · 72 caractères sur 160 · GSM-7`."""
    parts = parts_of(body)
    used = counted(parts.units, f"{french.number(parts.units)}", "caractère", "caractères")
    return f"{counted(parts.count, str(parts.count), 'partie', 'parties')} · {used} sur {parts.room} · {parts.alphabet}"


def faults_shown(active: list[tuple[Fault, float]]) -> list[str]:
    """One sentence a rule."""
    return [_fault_sentence(fault, left_s) for fault, left_s in active]


def _fault_sentence(fault: Fault, left_s: float) -> str:
    whom = f", pour {fault.for_address}" if fault.for_address else ""
    share = "" if fault.share >= 1 else f", {fault.share * 100:g} % des essais".replace(".", ",")
    sentence = FAULTS[f"{fault.kind}.{fault.mode}"]
    return f"{sentence[0].upper()}{sentence[1:]}{whom}{share}, encore {_duration(max(1, round(left_s)))}."


def _duration(seconds: int) -> str:
    if seconds < _MINUTE_S:
        return f"{seconds}\N{NO-BREAK SPACE}s"
    minutes, rest = divmod(seconds, _MINUTE_S)
    return f"{minutes}\N{NO-BREAK SPACE}min" + (f" {rest}\N{NO-BREAK SPACE}s" if rest else "")
