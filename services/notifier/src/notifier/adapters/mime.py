"""Messages as bytes: headers that cannot be broken into, bodies in seven bits, slots for what is personal.

A letter is laid out once as a `Skeleton`; each recipient's mail is then made by joining bytes, some forty
times faster than building an `email.message.EmailMessage` per person. A property test holds the result
against the standard library's own.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr

from notifier.domain.wording import header_line
from shared.kernel.addresses import EmailAddress

CRLF = b"\r\n"
SOFT_BREAK = b"=\r\n"
_LINE_LENGTH_MAX = 75  # one less than RFC 2045 §6.7 allows, so that a soft break fits
_FOLD_LENGTH_MAX = 78
_WORD_BYTES_MAX = 39  # 64 characters as an encoded word: fits a line of 78 after any header name in use
_SLOT = re.compile("\ue000([a-z_]+)\ue001")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~. -]*")


def slot(name: str) -> str:
    """A mark for a personal value, in private-use signs that no cleaned text can contain."""
    return f"\ue000{name}\ue001"


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A message with holes: `opening`, then for each hole its name and the bytes that follow it."""

    opening: bytes
    holes: tuple[tuple[str, bytes], ...]

    def filled(self, values: Mapping[str, bytes]) -> bytes:
        """The message with every hole filled by a value that is already encoded for its place."""
        pieces = [self.opening]
        for name, following in self.holes:
            pieces += (values[name], following)
        return b"".join(pieces)


def skeleton(headers: str, text: str, html: str, boundary: str) -> Skeleton:
    """Lay out a message of two alternatives. `headers` are encoded lines; slots may stand anywhere.

    Every header line ends with CRLF. A body's slot is a line of its own between soft breaks, so its value can
    be encoded without knowing its surroundings. Quoted-printable never contains `=_`: no boundary that starts
    so can occur in a body (RFC 2045 §6.7).
    """
    raw: list[str | bytes] = [
        *_slotted(headers),
        f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'.encode(),
        *_part("plain", text, boundary),
        *_part("html", html, boundary),
        f"--{boundary}--\r\n".encode(),
    ]
    return _joined(raw)


def quoted_printable(text: str) -> bytes:
    """Text of any length in lines of at most 76 signs, the last of at most 75 so that a soft break may follow.

    CRLF between lines, nothing but printable ASCII (RFC 2045 §6.7).
    """
    octets = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    encoded = binascii.b2a_qp(octets, istext=True)
    if b"\n" not in octets:  # its soft breaks follow the text's own line ends, and are bare without any
        encoded = encoded.replace(b"=\n", SOFT_BREAK)
    last_line = encoded[encoded.rfind(b"\n") + 1 :]
    if len(last_line) <= _LINE_LENGTH_MAX:
        return encoded
    at = last_line.rfind(b"=", _LINE_LENGTH_MAX - 3, _LINE_LENGTH_MAX)  # an escape is not to be torn
    at = at if at > 0 else _LINE_LENGTH_MAX - 1
    return encoded[: len(encoded) - len(last_line) + at] + SOFT_BREAK + last_line[at:]


def header(name: str, value: str) -> str:
    """One header line, folded; `value` is a person's text and is cleaned here, whoever cleaned it before."""
    clean = header_line(value)
    words = clean.split(" ") if clean.isascii() else _encoded_words(clean)
    return _folded(f"{name}:", words) + "\r\n"


def mailbox(text: str) -> tuple[str, str]:
    """Split MAIL_FROM, `Name <address>` or an address alone, into a clean name and an address.

    Raises ValueError when there is no address in it.
    """
    name, address = parseaddr(text)
    return header_line(name), EmailAddress(address).value


def from_header(name: str, address: str) -> str:
    """The From line: the name quoted or encoded as it needs."""
    if not name:
        return f"From: {address}\r\n"
    if not name.isascii():
        words = _encoded_words(name)
    elif _ATOMS.fullmatch(name) and "." not in name:
        words = name.split(" ")
    else:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        words = [f'"{escaped}"']
    return _folded("From:", [*words, f"<{address}>"]) + "\r\n"


def recipient(address: EmailAddress) -> bytes:
    """The value of To. An address that ASCII cannot write, or that reads as an encoded word, stays out of it.

    The envelope brings the mail all the same, where SMTP can carry the address at all.
    """
    if not (address.value.isascii() and address.value.isprintable()) or "=?" in address.value:
        return b"undisclosed-recipients:;"
    return f"<{address.value}>".encode("ascii")


def _part(subtype: str, content: str, boundary: str) -> list[str | bytes]:
    opening = (
        f'--{boundary}\r\nContent-Type: text/{subtype}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    raw: list[str | bytes] = [opening.encode()]
    for piece in _slotted(
        content + "\n"
    ):  # the line end before a boundary is the boundary's (RFC 2046 §5.1.1)
        if isinstance(piece, str):
            raw += (SOFT_BREAK, piece, SOFT_BREAK)
        else:
            raw.append(quoted_printable(piece.decode()))
    return raw


def _slotted(text: str) -> list[str | bytes]:
    """The text cut at its slots: bytes are text (UTF-8), strings are names of slots."""
    pieces = _SLOT.split(text)
    return [piece if at % 2 else piece.encode() for at, piece in enumerate(pieces)]


def _joined(raw: list[str | bytes]) -> Skeleton:
    opening, holes = b"", list[tuple[str, bytes]]()
    for piece in raw:
        if isinstance(piece, str):
            holes.append((piece, b""))
        elif holes:
            holes[-1] = (holes[-1][0], holes[-1][1] + piece)
        else:
            opening += piece
    return Skeleton(opening, tuple(holes))


def _encoded_words(text: str) -> list[str]:
    """The text as encoded words in base64, none torn within a character (RFC 2047 §2)."""
    words, chunk = list[str](), b""
    for sign in text:
        octets = sign.encode()
        if len(chunk) + len(octets) > _WORD_BYTES_MAX:
            words.append(_encoded_word(chunk))
            chunk = b""
        chunk += octets
    return [*words, _encoded_word(chunk)]


def _encoded_word(octets: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(octets).decode('ascii')}?="


def _folded(opening: str, words: list[str]) -> str:
    lines, line = list[str](), opening
    for word in words:
        if len(line) + 1 + len(word) > _FOLD_LENGTH_MAX and line not in {opening, ""}:
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line])
