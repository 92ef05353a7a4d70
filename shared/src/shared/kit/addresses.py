"""Reading what people and files write as telephone numbers and e-mail addresses.

`phonenumbers` knows the numbering plans of the world, but it also calls invalid the French ranges that the
regulator sets aside for fiction (06 39 98 xx xx, 01 99 00 xx xx…). So French numbers are judged here by their
shape, which the plan makes simple (nine digits after the leading 0), and only foreign ones are left to it.
Both libraries are imported when first needed: they weigh several megabytes, and most processes never read one.
"""

import re
import unicodedata

from shared.kernel.addresses import EmailAddress, PhoneNumber
from shared.kernel.refusals import Refused

_TEXT_LENGTH_MAX = 400
_SEPARATORS = re.compile(r"[\s.\-/()\u2010-\u2015\u200b-\u200f\u202a-\u202e\u2060]+")
_TRUNK_ZERO = re.compile(r"(\+33|0033)\s*\(0\)")
_FRENCH_NATIONAL = re.compile(r"0[1-9]\d{8}")
_PREMIUM = re.compile(r"08[1-9]\d{7}")
_SHORT_LENGTH_MAX = 6

_METROPOLE = "33"
_OVERSEAS = (
    ("262", re.compile(r"0(?:26[2389]|639|69[23]|7092|7093[5-7])\d+")),  # Réunion and Mayotte
    ("590", re.compile(r"0(?:590|69[01]|7090)\d+")),  # Guadeloupe, Saint-Martin, Saint-Barthélemy
    ("594", re.compile(r"0(?:594|694|7093[0-4])\d+")),  # Guyane
    ("596", re.compile(r"0(?:596|69[67]|7091)\d+")),  # Martinique
)
"""Country code by how a national number begins: the overseas departments have codes of their own."""

_FICTION = re.compile(r"063998\d{4}")
"""Set aside for fiction in metropolitan France; the rest of 0639 is Mayotte's."""

_FRENCH_CODES = (_METROPOLE, *(code for code, _ in _OVERSEAS))
_OVERSEAS_MOBILE = re.compile(r"\+(?:262|590|594|596)(?:639|69[0-7]|709)\d{6}")
_METROPOLITAN_MOBILE = re.compile(r"\+33[67]\d{8}")


def read_phone_number(text: str) -> PhoneNumber | Refused:
    """Read a number as a French family writes it (R49): national, overseas or international.

    Refused as `not_a_number`, `premium_number` (08 1x to 08 9x) or `short_number`; the detail is a
    sentence for the person who typed it.
    """
    if len(text) > _TEXT_LENGTH_MAX:
        return _not_a_number()
    written = _SEPARATORS.sub("", _TRUNK_ZERO.sub(r"\1", unicodedata.normalize("NFKC", text)))
    digits = f"+{written[2:]}" if written.startswith("00") else written
    if not re.fullmatch(r"\+?[0-9]+", digits):
        return _not_a_number()
    if len(digits) <= _SHORT_LENGTH_MAX and not digits.startswith(("+", "0")):
        return Refused("short_number", "Les numéros courts ne peuvent pas être utilisés.")
    national = _as_french_national(digits)
    return _read_foreign(digits) if national is None else _read_french(national)


def is_mobile(number: PhoneNumber) -> bool:
    """Whether it is a French mobile, metropolitan or overseas: the only numbers that get SMS."""
    return bool(_METROPOLITAN_MOBILE.fullmatch(number.value) or _OVERSEAS_MOBILE.fullmatch(number.value))


def read_email_address(text: str) -> EmailAddress | Refused:
    """Read an address and normalise it for the wire: ASCII, the domain in lower case (IDNA where it has accents).

    Refused as `not_an_address`, accents before the @ included: few relays can carry them (RFC 6531). Domains
    set aside for tests, such as example.org, are accepted; no question is asked of the network.
    """
    from email_validator import EmailNotValidError, validate_email

    refused = Refused("not_an_address", "Cette adresse électronique n'est pas valable.")
    if len(text) > _TEXT_LENGTH_MAX:
        return refused
    try:
        checked = validate_email(
            text.strip(), allow_smtputf8=False, check_deliverability=False, test_environment=True
        )
        return EmailAddress(checked.ascii_email or "")
    except (EmailNotValidError, ValueError):
        return refused


def _as_french_national(digits: str) -> str | None:
    """The ten digits that begin with 0 when the number is French; none when it belongs elsewhere."""
    if digits.startswith("0"):
        return digits
    for code in _FRENCH_CODES:
        if digits.startswith(f"+{code}"):
            return f"0{digits.removeprefix(f'+{code}').removeprefix('0')}"
    return None if digits.startswith("+") else digits


def _read_french(national: str) -> PhoneNumber | Refused:
    if not _FRENCH_NATIONAL.fullmatch(national):
        return _not_a_number()
    if _PREMIUM.fullmatch(national):
        return _premium_number()
    return PhoneNumber(f"+{_code_of(national)}{national[1:]}")


def _code_of(national: str) -> str:
    if _FICTION.fullmatch(national):
        return _METROPOLE
    return next((code for code, begins in _OVERSEAS if begins.fullmatch(national)), _METROPOLE)


def _read_foreign(digits: str) -> PhoneNumber | Refused:
    import phonenumbers

    try:
        number = phonenumbers.parse(digits)
    except phonenumbers.NumberParseException:
        return _not_a_number()
    if not phonenumbers.is_valid_number(number):
        return _not_a_number()
    kind = phonenumbers.number_type(number)
    if kind in (phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST):
        return _premium_number()
    return PhoneNumber(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _not_a_number() -> Refused:
    return Refused("not_a_number", "Ce numéro de téléphone n'est pas valable.")


def _premium_number() -> Refused:
    return Refused("premium_number", "Les numéros surtaxés ne peuvent pas être utilisés.")
