"""Sealing of what must not be read on its way: Fernet with several keys, the first seals, all unseal."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import ValidationError

from shared.events.codes import CodeSecret


class Unsealable(Exception):
    """A sealed text that no key opens, or that holds something else."""


class Sealer:
    """Seals and unseals the secret part of `fr.ent.code.issued.v1`. Raises ValueError on a key that is none."""

    def __init__(self, keys: str) -> None:
        listed = [key.strip() for key in keys.split(",") if key.strip()]
        if not listed:
            raise ValueError("at least one key is needed")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in listed])
        except (ValueError, TypeError):
            raise ValueError("a key is 32 bytes in URL-safe base64") from None

    def seal(self, secret: CodeSecret) -> str:
        return self._fernet.encrypt(secret.model_dump_json().encode()).decode()

    def unseal(self, sealed: str) -> CodeSecret:
        """Raises Unsealable."""
        try:
            return CodeSecret.model_validate_json(self._fernet.decrypt(sealed.encode()))
        except (InvalidToken, ValidationError, UnicodeError):
            raise Unsealable("no key opens it, or it holds something else") from None


def new_key() -> str:
    """A fresh key for `CODE_KEYS`."""
    return Fernet.generate_key().decode()
