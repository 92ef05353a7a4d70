"""Requests of the OAuth endpoints: a form, read strictly, and the client's credentials (RFC 6749 §2.3.1, §3.2)."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_plus

from shared.kernel.refusals import Refused

FIELDS_MAX = 50
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client presents; empty where it presents nothing."""

    client_id: str
    secret: str

    def __repr__(self) -> str:
        return "Credentials(•••)"


def read_form(content_type: str | None, body: bytes) -> dict[str, str] | Refused:
    """The fields of a form, each at most once; one without a value is left out (RFC 6749 §3.2)."""
    if (content_type or "").split(";")[0].strip().lower() != FORM:
        return Refused("invalid_request", f"the body is {FORM}")
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict", separator="&"
        )
    except ValueError:
        return Refused("invalid_request", "the form cannot be read")
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        return Refused("invalid_request", "a field is given twice")
    return {name: value for name, value in pairs if value}


def read_credentials(authorization: str | None, form: Mapping[str, str]) -> Credentials | Refused:
    """The client's id and secret, from HTTP Basic or from the body, never from both."""
    if authorization is None:
        return Credentials(form.get("client_id", ""), form.get("client_secret", ""))
    if "client_secret" in form:
        return Refused("invalid_request", "the client authenticates in one way only")
    basic = read_basic(authorization)
    if basic is None:
        return Refused("invalid_client", "the Authorization header is not HTTP Basic")
    if form.get("client_id", basic.client_id) != basic.client_id:
        return Refused("invalid_request", "the body names another client")
    return basic


def read_basic(authorization: str) -> Credentials | None:
    """HTTP Basic, whose two parts are form-encoded before they are joined."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        joined = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    client_id, colon, secret = joined.partition(":")
    return Credentials(unquote_plus(client_id), unquote_plus(secret)) if colon else None
