"""Keyed digests of codes, destinations and askers: an adapter of the port `RecoverySecrets`."""

import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


class NoKey(Exception):
    """A code would be judged, and there is no key: CODE_KEYS is missing."""


class RecoveryDigests:
    """HMAC-SHA-256 with a key of its own, derived (HKDF, RFC 5869) from the first of `CODE_KEYS`.

    Each kind of digest has its prefix, and each part its length, so that no two inputs are ever the same bytes.
    When the first key changes, codes under way are refused and their owners ask again.
    """

    def __init__(self, code_keys: str) -> None:
        first = next((key.strip() for key in code_keys.split(",") if key.strip()), "")
        self._key = _derived(first.encode()) if first else None

    def code(self, person_id: str, code: str) -> bytes:
        """Bound to the account: the same six digits have another digest for another one."""
        return self._digest("code", person_id, code)

    def destination(self, address: str) -> bytes:
        return self._digest("destination", address)

    def identifier(self, identifier: str) -> bytes:
        return self._digest("identifier", identifier)

    def source(self, source: str) -> bytes:
        return self._digest("source", source)

    def _digest(self, *parts: str) -> bytes:
        """Raises NoKey."""
        if self._key is None:
            raise NoKey("CODE_KEYS is missing")
        message = b""
        for part in parts:
            encoded = part.encode("utf-8", "surrogatepass")
            message += len(encoded).to_bytes(4) + encoded
        return hmac.digest(self._key, message, "sha256")


def _derived(key: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"carillon recovery").derive(key)
