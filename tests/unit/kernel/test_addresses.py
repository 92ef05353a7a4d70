"""Reading numbers and addresses as families write them, and never printing them whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.addresses import EmailAddress, PhoneNumber
from shared.kernel.refusals import Refused
from shared.kit.addresses import is_mobile, read_email_address, read_phone_number


def number(text: str) -> str:
    read = read_phone_number(text)
    return read.value if isinstance(read, PhoneNumber) else read.reason


@pytest.mark.requirement("R49")
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("0692 12 34 56", "+262692123456"),
        ("01 23 45 67 89", "+33123456789"),
        ("0899123456", "premium_number"),
        ("3615", "short_number"),
        ("mon numéro", "not_a_number"),
    ],
)
def test_the_table_of_numbers(written: str, read: str) -> None:
    assert number(written) == read


@pytest.mark.requirement("R49")
@pytest.mark.parametrize(
    "written",
    [
        "0612345678",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "06/12/34/56/78",
        "(06) 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "+33 06 12 34 56 78",
        "\u00a006\u202f12\u00a034\u00a056\u00a078 ",
        "\u202a06 12 34 56 78\u202c",
        "06\u201112\u201134\u201156\u201178",
        "\uff10\uff16 12 34 56 78",
    ],
)
def test_one_number_however_it_is_written(written: str) -> None:
    assert number(written) == "+33612345678"


@pytest.mark.requirement("R49")
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0690 12 34 56", "+590690123456"),
        ("0691 23 45 67", "+590691234567"),
        ("0694 12 34 56", "+594694123456"),
        ("0696 12 34 56", "+596696123456"),
        ("0697 12 34 56", "+596697123456"),
        ("0693 12 34 56", "+262693123456"),
        ("0639 12 34 56", "+262639123456"),
        ("0709 01 23 45", "+590709012345"),
        ("0709 11 23 45", "+596709112345"),
        ("0709 21 23 45", "+262709212345"),
        ("0709 31 23 45", "+594709312345"),
        ("0709 36 23 45", "+262709362345"),
        ("+262 692 12 34 56", "+262692123456"),
        ("00262 692 12 34 56", "+262692123456"),
        ("+33 692 12 34 56", "+262692123456"),
        ("0262 12 34 56", "+262262123456"),
        ("0269 61 23 45", "+262269612345"),
        ("0590 12 34 56", "+590590123456"),
    ],
)
def test_overseas_numbers_take_the_code_of_their_department(written: str, read: str) -> None:
    assert number(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("06 39 98 01 23", "+33639980123"),
        ("01 99 00 12 34", "+33199001234"),
        ("02 61 91 12 34", "+33261911234"),
        ("03 53 01 12 34", "+33353011234"),
        ("04 65 71 12 34", "+33465711234"),
        ("05 36 49 12 34", "+33536491234"),
    ],
)
def test_the_ranges_set_aside_for_fiction_are_accepted(written: str, read: str) -> None:
    assert number(written) == read


@pytest.mark.requirement("R49")
@pytest.mark.parametrize(
    "written", ["0899 12 34 56", "0810 12 34 56", "0825 12 34 56", "+33 891 12 34 56", "+1 900 234 5678"]
)
def test_premium_numbers_are_refused(written: str) -> None:
    assert number(written) == "premium_number"


@pytest.mark.parametrize("written", ["15", "112", "3615", "36 30", "118 218", "10 23"])
def test_short_numbers_are_refused(written: str) -> None:
    assert number(written) == "short_number"


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "+",
        "00",
        "06 12 34 56 7",
        "06 12 34 56 789",
        "00 12 34 56 78",
        "06 12 34 56 7O",
        "612345678",
        "+33 0 00 00 00 00",
        "+999 123 456 789",
        "+1 555",
        "٠٦١٢٣٤٥٦٧٨",
        "06 12 34 56 78 / 06 98 76 54 32",
        "0" * 500,
    ],
)
def test_what_is_no_number_is_refused(written: str) -> None:
    assert number(written) in {"not_a_number", "short_number"}


@pytest.mark.parametrize(
    ("written", "read"), [("+41 79 123 45 67", "+41791234567"), ("+44 7400 123456", "+447400123456")]
)
def test_a_foreign_number_is_kept_for_calls(written: str, read: str) -> None:
    found = read_phone_number(written)

    assert found == PhoneNumber(read)
    assert not is_mobile(found)


@pytest.mark.requirement("R49")
@pytest.mark.parametrize(
    ("e164", "mobile"),
    [
        ("+33612345678", True),
        ("+33756789012", True),
        ("+33639980123", True),
        ("+262692123456", True),
        ("+262639123456", True),
        ("+590690123456", True),
        ("+594694123456", True),
        ("+596696123456", True),
        ("+590709012345", True),
        ("+33123456789", False),
        ("+33976123456", False),
        ("+262262123456", False),
        ("+447400123456", False),
    ],
)
def test_only_french_mobiles_get_sms(e164: str, mobile: bool) -> None:
    assert is_mobile(PhoneNumber(e164)) is mobile


@given(st.text(max_size=40))
def test_reading_a_number_always_answers(text: str) -> None:
    assert isinstance(read_phone_number(text), PhoneNumber | Refused)


@given(st.from_regex(r"0[67][0-9]{8}", fullmatch=True))
def test_a_national_mobile_reads_the_same_from_its_international_form(national: str) -> None:
    found = read_phone_number(national)

    assert isinstance(found, PhoneNumber)
    assert read_phone_number(found.value) == found
    assert is_mobile(found)


@pytest.mark.requirement("R28")
@pytest.mark.parametrize(
    ("written", "read"),
    [
        (" sonia.durand@example.org ", "sonia.durand@example.org"),
        ("Sonia.Durand@Example.ORG", "Sonia.Durand@example.org"),
        ("o'neil+ent@example.org", "o'neil+ent@example.org"),
        ("famille@école.example.org", "famille@xn--cole-9oa.example.org"),
        ("a@mail.test", "a@mail.test"),
    ],
)
def test_an_address_is_normalised_for_the_wire(written: str, read: str) -> None:
    assert read_email_address(written) == EmailAddress(read)


@pytest.mark.requirement("R28")
@pytest.mark.parametrize(
    "written",
    [
        "",
        "sonia",
        "sonia@",
        "@example.org",
        "a b@example.org",
        "a@b",
        "a..b@example.org",
        "léa@example.org",
        '"a b"@example.org',
        "a@[127.0.0.1]",
        "a@example.org\r\nBcc: b@example.org",
        "a\0@example.org",
        "<a@example.org>",
        "a@example.org, b@example.org",
        "a" * 300 + "@example.org",
        "a@" + "b" * 500 + ".org",
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    refused = read_email_address(written)

    assert isinstance(refused, Refused)
    assert refused.reason == "not_an_address"


@given(st.text(max_size=60) | st.emails())
def test_reading_an_address_always_answers_and_can_be_repeated(text: str) -> None:
    read = read_email_address(text)

    assert isinstance(read, Refused) or read_email_address(read.value) == read


@pytest.mark.requirement("R44")
def test_an_address_is_masked_wherever_it_is_printed() -> None:
    address, phone = EmailAddress("sonia.durand@example.org"), PhoneNumber("+33639981278")

    for shown in (str(address), repr(address), f"{[address]}", str(phone), repr(phone), f"{[phone]}"):
        assert "durand" not in shown
        assert "98" not in shown
    assert address.masked == "s•••@example.org"
    assert phone.masked == "+336••••••78"


@pytest.mark.parametrize("text", ["0612345678", "+0612345678", "33612345678", "+33 6", "+33", ""])
def test_a_telephone_number_is_e164_or_nothing(text: str) -> None:
    with pytest.raises(ValueError, match=r"E\.164"):
        PhoneNumber(text)


@pytest.mark.parametrize("text", ["a", "a@b@c", "a@b\r\n", "a b@c", "x" * 250 + "@example.org"])
def test_an_email_address_is_one_mailbox_or_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="e-mail"):
        EmailAddress(text)
