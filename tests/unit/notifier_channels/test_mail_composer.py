"""What a mail says, what it never says, and how it is recognised when it comes twice."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import get_args
from uuid import UUID

import pytest

from notifier.adapters.mail_composer import SKELETONS_MAX, TemplateMailComposer
from notifier.domain.letters import Letter, MailRecipient, SecurityFact
from shared.events.security import SecurityNoticed
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

RECOVERY = f"{PUBLIC_URL}/mot-de-passe-oublie"


@pytest.fixture
def composer() -> TemplateMailComposer:
    return TemplateMailComposer(mail_from=MAIL_FROM, public_url=PUBLIC_URL, clock=StoppedClock())


def mail_of(
    composer: TemplateMailComposer, letter: Letter, person: MailRecipient | None = None
) -> EmailMessage:
    mail = message_from_bytes(composer.compose(letter, person or sonia()).content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def both_parts(mail: EmailMessage) -> list[str]:
    parts = [mail.get_body((subtype,)) for subtype in ("plain", "html")]
    return [str(part.get_content()).replace("\r\n", "\n") for part in parts if part is not None]


def test_the_same_notification_and_person_always_get_the_same_message_id(
    composer: TemplateMailComposer,
) -> None:
    again = TemplateMailComposer(mail_from=MAIL_FROM, public_url=PUBLIC_URL, clock=StoppedClock())

    first, second = composer.compose(an_alert(), sonia()), again.compose(an_alert(), sonia())

    assert first.message_id == second.message_id
    assert re.fullmatch(r"<[0-9a-f]{40}@ent\.example\.org>", first.message_id)
    assert f"Message-ID: {first.message_id}\r\n".encode() in first.content


def test_another_person_or_notification_gets_another_message_id(composer: TemplateMailComposer) -> None:
    ids = {
        composer.compose(letter, person).message_id
        for letter in (an_alert(), an_alert(notification_id=UUID(int=99)))
        for person in (sonia(), sonia(person_id="p-2"))
    }

    assert len(ids) == 4


def test_the_end_of_an_alert_stands_in_the_same_thread(composer: TemplateMailComposer) -> None:
    first = composer.compose(an_alert(), sonia())

    mail = mail_of(composer, an_alert(notification_id=UUID(int=99), replies_to=an_alert().notification_id))

    assert mail["References"] == mail["In-Reply-To"] == first.message_id


def test_the_headers_are_these_and_no_others(composer: TemplateMailComposer) -> None:
    mail = mail_of(composer, an_alert())

    assert sorted(mail.keys()) == [
        "Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "MIME-Version", "Message-ID",
        "Subject", "To", "X-Auto-Response-Suppress",
    ]  # fmt: skip
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] == "Tue, 24 Nov 2026 05:05:00 +0000"


@pytest.mark.parametrize("letter", [a_message(), an_alert(), a_survey()])
def test_a_mail_first_says_which_school_and_which_child_it_concerns(
    composer: TemplateMailComposer, letter: Letter
) -> None:
    text, page = both_parts(mail_of(composer, letter))

    assert text.startswith("Lycée Ampère · pour Inès\n")
    assert "Lycée Ampère · pour Inès" in page


@pytest.mark.parametrize(
    ("person", "first_line"),
    [
        (sonia(children=("Inès", "Léo", "Zoé")), "Lycée Ampère · pour Inès, Léo et Zoé"),
        (sonia(children=()), "Lycée Ampère"),
        (sonia(school_name=None), "Pour Inès"),
        (sonia(school_name=None, children=()), "Espace numérique de travail"),
    ],
)
def test_the_first_line_says_what_is_known(
    composer: TemplateMailComposer, person: MailRecipient, first_line: str
) -> None:
    text, _ = both_parts(mail_of(composer, an_alert(), person))

    assert text.split("\n")[0] == first_line


def test_two_families_of_one_alert_read_their_own_names_only(composer: TemplateMailComposer) -> None:
    mail_of(composer, an_alert(), sonia())
    other = mail_of(
        composer, an_alert(), sonia(first_name="Karim", school_name="CFA du Rhône", children=("Lina",))
    )

    assert not any(name in part for part in both_parts(other) for name in ("Sonia", "Inès", "Ampère"))


@pytest.mark.requirement("R38")
def test_a_message_brings_sender_subject_and_link_and_no_body(composer: TemplateMailComposer) -> None:
    letter = a_message(body="Le texte privé du message")

    for part in both_parts(mail_of(composer, letter)):
        assert "Mme Anne-Françoise Lefèvre" in part
        assert "Réunion parents-professeurs de la 3ᵉ B" in part
        assert "https://ent.example.org/messagerie/42" in part
        assert "Le texte privé" not in part


@pytest.mark.requirement("R44")
@pytest.mark.parametrize("letter", [an_alert(), a_survey()])
def test_a_partners_mail_says_that_the_address_is_never_passed_on(
    composer: TemplateMailComposer, letter: Letter
) -> None:
    text, page = both_parts(mail_of(composer, letter))

    assert "Votre adresse électronique n'est jamais transmise aux partenaires." in text
    assert "n&#39;est jamais transmise aux partenaires." in page


@pytest.mark.requirement("R45")
@pytest.mark.parametrize("letter", [a_message(), an_alert(), a_survey()])
def test_the_foot_says_why_and_how_to_change(composer: TemplateMailComposer, letter: Letter) -> None:
    for part in both_parts(mail_of(composer, letter)):
        assert "Vous recevez cet e-mail parce que" in part
        assert "https://ent.example.org/preferences/mes-preferences" in part
        assert "Mes préférences" in part


@pytest.mark.requirement("R43")
def test_a_category_nobody_foresaw_has_a_look_all_the_same(composer: TemplateMailComposer) -> None:
    text, _ = both_parts(mail_of(composer, a_survey(category="bourses-2027")))

    assert "\nInformation\n" in text


@pytest.mark.parametrize("purpose", ["recovery", "contact_proof"])
def test_a_code_comes_without_link_name_or_school_and_says_how_long_it_lives(
    composer: TemplateMailComposer, purpose: str
) -> None:
    mail = mail_of(composer, a_code(purpose=purpose, school_name="Collège Jean-Moulin"))

    assert "482913" not in mail["Subject"]
    for part in both_parts(mail):
        assert "482913" in part
        assert "10\u00a0minutes" in part
        assert "Ne communiquez jamais ce code." in part
        assert not any(word in part for word in ("http", "href", "Inès", "Sonia", "Ampère", "Jean-Moulin"))


@pytest.mark.parametrize("fact", get_args(SecurityFact))
def test_a_security_notice_says_what_when_and_what_to_do_with_one_address_that_reads_as_it_opens(
    composer: TemplateMailComposer, fact: SecurityFact
) -> None:
    mail = mail_of(composer, a_security_notice(fact=fact))

    text, page = both_parts(mail)
    assert len(mail["Subject"]) <= 70
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    for part in (text, page):
        assert "Sécurité de votre compte" in part
        assert "mardi 24\u00a0novembre à 6\u00a0h\u00a005 (heure de Paris)" in part
        assert "Bonjour Sonia," in part
        assert not any(word in part for word in ("Inès", "Ampère", "preferences"))
    assert re.findall(r"https?://\S+", text) == [RECOVERY]
    assert re.findall(r'<a [^>]*href="([^"]*)"[^>]*>([^<]*)</a>', page) == [(RECOVERY, RECOVERY)]


def test_the_facts_are_those_of_the_event() -> None:
    assert get_args(SecurityFact) == get_args(SecurityNoticed.model_fields["fact"].annotation)


def test_each_fact_has_a_sentence_of_its_own(composer: TemplateMailComposer) -> None:
    subjects = {
        str(mail_of(composer, a_security_notice(fact=fact))["Subject"]) for fact in get_args(SecurityFact)
    }

    assert len(subjects) == len(get_args(SecurityFact))


def test_a_security_notice_about_somebody_unknown_greets_nobody_by_name(
    composer: TemplateMailComposer,
) -> None:
    text, _ = both_parts(mail_of(composer, a_security_notice(), sonia(first_name=None)))

    assert "\nBonjour,\n" in text


def test_codes_are_not_kept(composer: TemplateMailComposer) -> None:
    composer.compose(a_code(), sonia())
    composer.compose(a_security_notice(), sonia())

    text, _ = both_parts(mail_of(composer, a_code(code="111222")))

    assert "111222" in text
    assert not composer._skeletons


def test_the_layouts_that_are_kept_are_counted(composer: TemplateMailComposer) -> None:
    for number in range(SKELETONS_MAX + 10):
        composer.compose(an_alert(notification_id=UUID(int=number)), sonia())

    assert len(composer._skeletons) == SKELETONS_MAX


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://a.example.org/\r\nx", "ftp://a.example.org", None]
)
def test_a_link_that_is_no_plain_web_address_gives_no_button(
    composer: TemplateMailComposer, url: str | None
) -> None:
    _, page = both_parts(mail_of(composer, a_survey(url=url)))

    assert page.count("<a ") == 1  # « Mes préférences »


@pytest.mark.parametrize("letter", [a_message(), an_alert(), a_survey(), a_code(), a_security_notice()])
def test_a_page_loads_nothing_and_has_one_button_at_most(
    composer: TemplateMailComposer, letter: Letter
) -> None:
    _, page = both_parts(mail_of(composer, letter))

    assert '<html lang="fr"' in page
    assert not re.search(r"<img|<link|<script|url\(|@import|@font-face| on\w+=", page)
    assert page.count('class="button"') <= 1
