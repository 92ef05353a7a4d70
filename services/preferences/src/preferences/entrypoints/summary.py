"""A person's preferences in a few lines for an operator.

The labels are those on the person's own screen, so that the two can talk about them; addresses are masked, and
the origin is written beside each (A25).
"""

from collections.abc import Iterator

from preferences.domain.contacts import Contact, selected_on
from preferences.domain.fusion import Fusion
from preferences.domain.person import Person
from preferences.domain.preferences import Preferences
from shared.kernel.refusals import Refused
from shared.kit.addresses import read_phone_number

NO_NUMBER = "Aucun numéro"
ASK_THE_SCHOOL = "Merci de vous rapprocher de votre établissement dans le cas où l'un des numéros ci-dessus n'est plus valable."


def summary(person: Person, preferences: Preferences, fusion: Fusion) -> str:
    """The whole, ready to print."""
    return "\n".join(_lines(person, preferences, fusion))


def _lines(person: Person, preferences: Preferences, fusion: Fusion) -> Iterator[str]:
    yield f"{person.person_id}: {person.profile}, account {person.state}, preferences version {preferences.version}"
    yield from _fused(person, fusion)
    yield f"Email de réception : {_contact(selected_on(preferences.contacts, 'email'))}"
    yield f"Numéro de contact : {_contact(selected_on(preferences.contacts, 'sms'))}"
    directory = person.directory
    yield f"Téléphone personnel : {_number(directory.phone_home)}"
    yield f"Téléphone professionnel : {_number(directory.phone_work)}"
    yield f"Téléphone mobile : {_number(directory.phone_mobile)}"
    for school in person.schools:
        boxes = preferences.boxes(school.uai)
        yield f"{school.uai} {school.name}"
        yield f"  {_box(boxes.email_information)} Je souhaite être informé sur l'adresse email […] des messages émis sur l'ENT"
        yield f"  {_box(boxes.establishment_notices)} Réception de notifications ENT de mon établissement"
        yield f"  {_box(boxes.partner_notices)} Réception de notifications ENT des partenaires"
        yield f"  {_box(boxes.sms_refused)} Ne pas me contacter par SMS"


def _fused(person: Person, fusion: Fusion) -> Iterator[str]:
    if person.fused_into is not None:
        yield f"Fusion de comptes : fused into {person.fused_into}, whose preferences hold"
    if fusion.attached_ids:
        state = "unconfirmed, the strictest boxes hold" if fusion.unconfirmed else "confirmed"
        yield f"Fusion de comptes : {', '.join(fusion.attached_ids)} ({state})"


def _contact(contact: Contact | None) -> str:
    if contact is None:
        return "none"
    return f"{contact.address.masked} ({contact.origin}, {contact.proof})"


def _number(written: str | None) -> str:
    """An imported number, masked; one that is not a number shows nothing of itself."""
    if written is None:
        return NO_NUMBER
    number = read_phone_number(written)
    return "not a number" if isinstance(number, Refused) else number.masked


def _box(ticked: bool) -> str:
    return "[x]" if ticked else "[ ]"
