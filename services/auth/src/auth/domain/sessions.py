"""Sessions and known devices of browsers: how long they live, and what is kept of their tokens."""

import hashlib
import secrets
from datetime import datetime, timedelta

TOKEN_BYTES = 32

SESSION_IDLE = timedelta(hours=2)
"""A session that nobody uses for this long is over."""

SESSION_LIFE = timedelta(hours=12)
"""A session in use is over after this long all the same."""

STEP_UP_WITHIN = timedelta(minutes=10)
"""What touches the safety of an account asks for the password given within this time."""

DEVICE_LIFE = timedelta(days=400)
"""How long a browser stays known after its last sign-in; browsers keep no cookie longer."""


def new_token() -> str:
    """256 bits at random, for a cookie; only their digest is stored."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def session_digest(token: str) -> bytes:
    """SHA-256 of a session's token: it is random, so a fast digest is as safe as a slow one."""
    return hashlib.sha256(b"carillon session\x00" + token.encode("utf-8", "surrogatepass")).digest()


def device_digest(token: str) -> bytes:
    """SHA-256 of a known device's token, for the same reason."""
    return hashlib.sha256(b"carillon device\x00" + token.encode("utf-8", "surrogatepass")).digest()


def is_fresh(authenticated_at: datetime, now: datetime) -> bool:
    """Whether the password was given recently enough for what touches the safety of the account."""
    return now < authenticated_at + STEP_UP_WITHIN
