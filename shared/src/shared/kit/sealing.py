"""Sealing of what must not be read on its way: Fernet with several keys, the first seals, all unseal."""

from typing import TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import BaseModel, ValidationError

from shared.events.codes import CodeSecret
from shared.events.security import NoticeSecret

Secret = TypeVar("Secret", bound=BaseModel)


class Unsealable(Exception):
    """A sealed text that no key opens, or that holds something else."""


class Sealer:
    """Seals and unseals the secret part of codes and of security notices. Raises ValueError on a key that is none."""

    def __init__(self, keys: str) -> None:
        listed = [key.strip() for key in keys.split(",") if key.strip()]
        if not listed:
            raise ValueError("at least one key is needed")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in listed])
        except (ValueError, TypeError):
            raise ValueError("a key is 32 bytes in URL-safe base64") from None

    def seal(self, secret: CodeSecret) -> str:
        return self._sealed(secret)

    def unseal(self, sealed: str) -> CodeSecret:
        """Raises Unsealable."""
        return self._unsealed(sealed, CodeSecret)

    def seal_destination(self, destination: str) -> str:
        """For `SecurityNoticed.sealed`: the one address or number that is told."""
        return self._sealed(NoticeSecret(destination=destination))

    def unseal_destination(self, sealed: str) -> str:
        """Raises Unsealable, on a sealed code too: a notice never goes where a code was asked for."""
        return self._unsealed(sealed, NoticeSecret).destination

    def _sealed(self, secret: BaseModel) -> str:
        return self._fernet.encrypt(secret.model_dump_json().encode()).decode()

    def _unsealed(self, sealed: str, kind: type[Secret]) -> Secret:
        try:
            return kind.model_validate_json(self._fernet.decrypt(sealed.encode()))
        except (InvalidToken, ValidationError, UnicodeError):
            raise Unsealable("no key opens it, or it holds something else") from None


def new_key() -> str:
    """A fresh key for `CODE_KEYS`."""
    return Fernet.generate_key().decode()
