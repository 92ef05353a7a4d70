"""Hash many passwords of one operation while browsers have theirs looked at too."""

import asyncio

from auth.application.sign_in_ports import Busy, PasswordHasher


class TooBusy(TimeoutError):
    """What an operation needs was taken by others for a long while."""


async def hashed_patiently(hasher: PasswordHasher, password: str, *, tries_max: int) -> str:
    """Come back as often as the hasher says, `tries_max` times at most. Raises TooBusy."""
    for _ in range(tries_max):
        digest = await hasher.hash(password)
        if not isinstance(digest, Busy):
            return digest
        await asyncio.sleep(digest.retry_after_s)
    raise TooBusy("passwords could not be hashed")
