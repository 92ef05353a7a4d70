"""Every kind of mail as it leaves, reviewed and committed: `UPDATE_SNAPSHOTS=1` writes them again."""

import os
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import get_args

import pytest

from notifier.adapters.mail_composer import TemplateMailComposer
from notifier.domain.letters import Letter, SecurityFact
from tests.unit.notifier_channels.letters import (
    MAIL_FROM,
    PUBLIC_URL,
    StoppedClock,
    a_code,
    a_message,
    a_security_notice,
    a_survey,
    an_alert,
    sonia,
)

FOLDER = Path(__file__).parent / "snapshots"

LETTERS = {
    "message-personne": a_message(),
    "message-etablissement": a_message(
        sender_name="Collège Jean-Moulin",
        sender_kind="establishment",
        title="Sortie du 3 décembre : autorisation",
    ),
    "message-urgent": a_message(
        sender_name="Collège Jean-Moulin",
        sender_kind="establishment",
        title="Le collège est fermé ce matin (coupure d'eau)",
        urgent=True,
    ),
    "message-noms-longs": a_message(
        sender_name="M. Jean-Baptiste-Emmanuel de La Rochefoucauld-Montmorency d'Ærøskøbing " * 2,
        title="Œuvres étudiées à Noël : « L'Éducation sentimentale », l'été où tout a changé, et la suite "
        * 3,
    ),
    "alerte-urgente": an_alert(),
    "levee-d-alerte": an_alert(
        urgent=False,
        title="Levée d'alerte : les transports scolaires reprennent",
        body="Les cars circulent normalement ce matin.",
        url=None,
        replies_to=an_alert().notification_id,
    ),
    "enquete": a_survey(),
    "categorie-inconnue": a_survey(
        category="bourses-2027", title="Bourses de lycée : demandes ouvertes", url=None
    ),
    "code-recuperation": a_code(),
    "code-contact": a_code(purpose="contact_proof"),
    **{f"securite-{fact}": a_security_notice(fact=fact) for fact in get_args(SecurityFact)},
}


def shown(mail: EmailMessage) -> str:
    headers = "".join(f"{name}: {value}\n" for name, value in mail.items() if name != "Content-Type")
    text, page = (mail.get_body((subtype,)) for subtype in ("plain", "html"))
    assert text is not None
    assert page is not None
    bodies = [str(part.get_content()).replace("\r\n", "\n") for part in (text, page)]
    return "\n----------\n".join([headers, *bodies])


@pytest.mark.parametrize("name", LETTERS)
def test_a_mail_is_as_it_was_reviewed(name: str) -> None:
    composer = TemplateMailComposer(mail_from=MAIL_FROM, public_url=PUBLIC_URL, clock=StoppedClock())
    letter: Letter = LETTERS[name]

    mail = message_from_bytes(composer.compose(letter, sonia()).content, policy=policy.default)

    assert isinstance(mail, EmailMessage)
    file = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(shown(mail), encoding="utf-8")
    assert shown(mail) == file.read_text(encoding="utf-8")


def test_every_snapshot_has_its_letter() -> None:
    assert {file.stem for file in FOLDER.glob("*.txt")} == LETTERS.keys()
