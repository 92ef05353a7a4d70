"""What an SMS says: sender and school first, the fact, where to read more; nothing personal."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from notifier.adapters.sms_composer import VALIDITY_S_MAX, PlainSmsComposer
from notifier.domain.letters import Letter, SecurityFact
from notifier.domain.sms_text import measure
from tests.unit.notifier_channels.letters import (
    DAWN,
    StoppedClock,
    a_code,
    a_message,
    a_security_notice,
    an_alert,
    her_phone,
)

COMPOSER = PlainSmsComposer(clock=StoppedClock())

SCHOOL_NEWS = a_message(
    sender_kind="establishment",
    sender_name="Collège Jean-Moulin",
    title="Transports scolaires suspendus mardi 24.",
    urgent=True,
)


SENTENCES = [
    (SCHOOL_NEWS, "ENT Collège Jean-Moulin: Transports scolaires suspendus mardi 24. Infos sur l'ENT."),
    (
        an_alert(),
        (
            "ENT Collège Jean-Moulin, Région Auvergne-Rhone-Alpes: "
            "Transports scolaires suspendus demain. Infos sur l'ENT."
        ),
    ),
    (
        a_message(urgent=True),
        "ENT Collège Jean-Moulin: message urgent de Mme Anne-Francoise Lefèvre, à lire sur l'ENT.",
    ),
    (
        a_code(),
        "482913 est votre code pour retrouver l'accès à l'ENT, valable 10 min. Ne communiquez jamais ce code.",
    ),
    (
        a_code(purpose="contact_proof"),
        (
            "482913 est votre code pour confirmer ce numéro dans l'ENT, valable 10 min. "
            "Ne communiquez jamais ce code."
        ),
    ),
    (
        a_security_notice(),
        (
            "ENT: votre mot de passe a été changé (24/11 à 6 h 05). Pas vous ? "
            "Changez de mot de passe et prévenez l'établissement."
        ),
    ),
]


@pytest.mark.parametrize(("letter", "sentence"), SENTENCES)
def test_what_is_said(letter: Letter, sentence: str) -> None:
    assert COMPOSER.compose(letter, her_phone()).body == sentence


@pytest.mark.parametrize(
    "letter", [SCHOOL_NEWS, an_alert(), a_message(), a_code(), a_code(purpose="contact_proof")]
)
def test_one_part_is_enough(letter: Letter) -> None:
    assert measure(COMPOSER.compose(letter, her_phone()).body).parts == 1


def test_a_private_subject_stays_in_the_ent() -> None:
    assert "Réunion" not in COMPOSER.compose(a_message(), her_phone()).body


@pytest.mark.parametrize("purpose", ["recovery", "contact_proof"])
def test_a_code_comes_without_link_or_school(purpose: str) -> None:
    body = COMPOSER.compose(a_code(purpose=purpose), her_phone()).body

    assert not any(word in body for word in ("http", "www", "Jean-Moulin"))


@pytest.mark.parametrize("fact", get_args(SecurityFact))
def test_a_security_notice_is_one_plain_part_without_link_name_or_school(fact: SecurityFact) -> None:
    body = COMPOSER.compose(
        a_security_notice(fact=fact, sent_at=DAWN + timedelta(hours=10)), her_phone()
    ).body

    assert (measure(body).alphabet, measure(body).parts) == ("gsm7", 1)
    assert not any(word in body for word in ("http", "www", "Jean-Moulin"))


def test_without_a_school_the_text_still_says_that_it_comes_from_the_ent() -> None:
    body = COMPOSER.compose(an_alert(), her_phone(school_name=None)).body

    assert body == "ENT: Transports scolaires suspendus demain. Infos sur l'ENT."


def test_very_long_names_leave_room_for_the_fact() -> None:
    letter = an_alert(
        sender_name="Direction régionale de l'économie, de l'emploi, du travail et des solidarités"
    )
    phone = her_phone(
        school_name="Lycée polyvalent et agricole Édouard-Herriot-et-Simone-Veil de Villefranche"
    )

    body = COMPOSER.compose(letter, phone).body

    assert "Transports scolaires" in body
    assert measure(body).parts == 1


@pytest.mark.parametrize(
    ("left", "validity_s"),
    [
        (timedelta(minutes=10), 600),
        (timedelta(days=3), VALIDITY_S_MAX),
        (timedelta(seconds=-5), 1),
        (None, None),
    ],
)
def test_the_gateway_drops_a_text_once_it_has_expired(left: timedelta | None, validity_s: int | None) -> None:
    letter = replace(an_alert(), expires_at=None if left is None else DAWN + left)

    assert COMPOSER.compose(letter, her_phone()).validity_s == validity_s
