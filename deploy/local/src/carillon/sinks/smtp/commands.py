"""Reading the arguments of MAIL and RCPT (RFC 5321 §4.1.2, RFC 1870, 6152, 6531)."""

import re
from dataclasses import dataclass

from carillon.sinks.smtp.limits import SIZE_BYTES_MAX

_PATH = re.compile(
    r"(?:FROM|TO): ?<(?:@[^:<>\s]+:)?((?:\"(?:[^\"\\]|\\.)*\"|[^<>\s\"])*)>(?: +(.*))?", re.IGNORECASE
)
_MAILBOX = re.compile(r"(?:\"(?:[^\"\\]|\\.)*\"|[^@\s\"]{1,64})@[^@\s\"]{1,255}")


@dataclass(frozen=True, slots=True)
class Path:
    """An envelope address; the null sender is an empty text."""

    address: str
    utf8: bool = False


def read_sender(argument: str) -> Path | str:
    """The sender of `MAIL FROM:<…>`, or the reply that refuses it."""
    found = _PATH.fullmatch(argument)
    if found is None or argument[:5].upper() != "FROM:":
        return "501 5.5.4 syntax: MAIL FROM:<address>"
    address, parameters = found.groups()
    if address and not _MAILBOX.fullmatch(address):
        return "553 5.1.7 the sender is not an address"
    utf8 = False
    for parameter in (parameters or "").split():
        name, _, value = parameter.upper().partition("=")
        if name == "SIZE" and value.isdigit():
            if int(value) > SIZE_BYTES_MAX:
                return f"552 5.3.4 a mail is at most {SIZE_BYTES_MAX} bytes"
        elif name == "SMTPUTF8" and not value:
            utf8 = True
        elif name != "BODY" or value not in {"7BIT", "8BITMIME"}:
            return "555 5.5.4 unknown parameter"
    if not address.isascii() and not utf8:
        return "553 5.6.7 this address needs SMTPUTF8"
    return Path(address, utf8)


def read_recipient(argument: str, *, utf8: bool) -> Path | str:
    """The recipient of `RCPT TO:<…>`, or the reply that refuses it."""
    found = _PATH.fullmatch(argument)
    if found is None or argument[:3].upper() != "TO:":
        return "501 5.5.4 syntax: RCPT TO:<address>"
    address, parameters = found.groups()
    if parameters:
        return "555 5.5.4 unknown parameter"
    if not _MAILBOX.fullmatch(address) and address.lower() != "postmaster":
        return "553 5.1.3 the recipient is not an address"
    if not address.isascii() and not utf8:
        return "553 5.6.7 this address needs SMTPUTF8"
    return Path(address)
