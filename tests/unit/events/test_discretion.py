"""An event printed, logged or refused tells nobody's address; what it carries stays open to new uses."""

import pytest
from pydantic import ValidationError

from shared.events.accounts import AccountChanged, ImportedContacts
from shared.events.alerts import PartnerAlert
from shared.events.codes import CodeIssued, CodeSecret
from shared.events.preferences import Contact, PreferencesChanged
from shared.events.security import NoticeSecret
from tests.unit.events.examples import NOON

CANARY_EMAIL = "canary.sonia@example.org"
CANARY_PHONE = "+33639980042"
CANARY_CODE = "734921"


def test_contacts_are_never_printed() -> None:
    contact = Contact(
        contact_id="c-1", channel="email", address=CANARY_EMAIL, origin="typed", proof="proved", selected=True
    )
    changed = PreferencesChanged(person_id="par-001", version=1, contacts=(contact,))
    account = AccountChanged(
        person_id="par-001",
        version=1,
        state="active",
        profile="parent",
        last_name="Durand",
        first_name="Sonia",
        establishments=(),
        imported=ImportedContacts(email=CANARY_EMAIL, phone_mobile=CANARY_PHONE),
    )

    for shown in (
        repr(changed),
        str(changed),
        f"{contact}",
        repr(account),
        str(account),
        repr([account.imported]),
    ):
        assert "canary" not in shown
        assert CANARY_PHONE not in shown


def test_a_code_and_its_destination_are_never_printed() -> None:
    secret = CodeSecret(destination=CANARY_EMAIL, code=CANARY_CODE)

    for shown in (repr(secret), str(secret), f"{[secret]}"):
        assert "canary" not in shown
        assert CANARY_CODE not in shown


def test_whom_a_security_notice_is_for_is_never_printed() -> None:
    secret = NoticeSecret(destination=CANARY_EMAIL)

    for shown in (repr(secret), str(secret), f"{[secret]}"):
        assert "canary" not in shown


def test_a_refusal_to_build_an_event_does_not_repeat_what_was_given() -> None:
    with pytest.raises(ValidationError) as refused:
        CodeIssued.model_validate(
            {
                "code_id": "1",
                "person_id": f"{CANARY_EMAIL} {CANARY_PHONE}",
                "purpose": CANARY_CODE,
                "channel": "email",
                "sealed": "…",
                "expires_at": NOON,
            }
        )

    assert "canary" not in str(refused.value)
    assert CANARY_CODE not in str(refused.value)


@pytest.mark.requirement("R41", "R42", "R43")
@pytest.mark.parametrize("category", ["weather", "survey", "something-nobody-thought-of"])
def test_the_kinds_of_communication_are_an_open_list(category: str) -> None:
    alert = PartnerAlert.model_validate(
        {
            "alert_id": "a-1",
            "partner_id": "region",
            "category": category,
            "severity": "normal",
            "title": "Enquête",
            "body": "…",
            "audience": {},
            "expires_at": NOON,
        }
    )

    assert alert.category == category
