"""The file of `carillon-preferences seed`."""

from preferences.application.seed_preferences import Wish
from preferences.domain.boxes import Asked
from preferences.entrypoints.seed_file import FAULTS_SHOWN_MAX, read_seed_lines
from shared.kernel.refusals import Refused
from tests.unit.preferences.builders import COLLEGE, email, phone


def test_a_line_says_everything_or_leaves_it_as_it_is() -> None:
    lines = [
        (
            b'{"person_id": "P1", "uai": "0690001A", "email_information": true, "sms_refused": false,'
            b' "email": "sonia@example.org", "email_proved": true, "phone": "06 39 98 00 12"}\n'
        ),
        b"\n",
        b'{"person_id": "P2"}',
    ]

    assert read_seed_lines(lines) == [
        Wish(
            person_id="P1",
            uai=COLLEGE,
            asked=Asked(email_information=True, sms_refused=False),
            email=email("sonia@example.org"),
            email_proved=True,
            phone=phone("+33639980012"),
        ),
        Wish(person_id="P2", uai=None, asked=Asked()),
    ]


def test_wrong_lines_are_named_with_their_reason_and_without_their_values() -> None:
    lines = [
        b'{"person_id": "P1"}',
        b'{"person_id": "P2", "email": "canari-at-example"}',
        b'{"person_id": "P3", "phone": "0123456789"}',
        b'{"person_id": "P4", "sms_refused": true}',
        b'{"person_id": "P5", "colour": "blue"}',
        b"not JSON",
    ]

    refused = read_seed_lines(lines)

    assert isinstance(refused, Refused)
    assert refused.detail.splitlines() == [
        "Line 2: This is not a valid e-mail address.",
        "Line 3: This number gets no SMS: it is not a French mobile number, metropolitan or overseas.",
        "Line 4: Boxes are ticked for an establishment: uai is missing.",
        "Line 5: colour: extra_forbidden.",
        "Line 6: value: json_invalid.",
        "Nothing was changed.",
    ]


def test_only_the_first_wrong_lines_are_told() -> None:
    refused = read_seed_lines([b"?"] * 1_000)

    assert isinstance(refused, Refused)
    assert len(refused.detail.splitlines()) == FAULTS_SHOWN_MAX + 1
