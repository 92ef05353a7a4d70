"""What arrived in the sinks: which address, which subject, and when the first mail was there."""

import asyncio
import time
from typing import Any

import httpx

LOOK_EVERY_S = 0.05


class Sinks:
    """The viewer's JSON, read as another team's test would."""

    def __init__(self, viewer: str) -> None:
        self._client = httpx.AsyncClient(base_url=viewer, timeout=10, trust_env=False)

    async def close(self) -> None:
        await self._client.aclose()

    async def messages(self, kind: str) -> list[dict[str, Any]]:
        """All that is kept, oldest first."""
        answer = await self._client.get("/api/messages", params={"kind": kind})
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    async def first_mail(self, *, within_s: float) -> float | None:
        """Seconds waited until there was a mail; none when there was none in time."""
        began = time.monotonic()
        while time.monotonic() - began < within_s:
            if await self.messages("mail"):
                return time.monotonic() - began
            await asyncio.sleep(LOOK_EVERY_S)
        return None
