"""Opaque access tokens of partners: 256 bits at random, kept as a digest."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

TOKEN_BYTES = 32
TOKEN_LIFE = timedelta(seconds=3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRecord:
    """What is kept of a token; the token itself is shown once and never stored."""

    token_digest: bytes
    client_id: str
    scopes: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime


def secret_digest(secret: str) -> bytes:
    """SHA-256 of a client's secret.

    A slow password hash protects what people choose. These secrets are at least 256 random bits: no table and
    no amount of hardware inverts one digest of them, so a fast one is as safe and cannot be used to tire the service.
    """
    return hashlib.sha256(b"carillon client secret\x00" + secret.encode("utf-8", "surrogatepass")).digest()


def token_digest(token: str) -> bytes:
    """SHA-256 of an access token, for the same reason."""
    return hashlib.sha256(b"carillon access token\x00" + token.encode("utf-8", "surrogatepass")).digest()
