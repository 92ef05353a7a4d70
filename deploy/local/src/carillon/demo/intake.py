"""The partner's side: a token, then an alert, over HTTP through the front."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from carillon.stack.options import StackRefused

TIMEOUT_S = 30.0


async def send_alert(
    front: str,
    partner: Mapping[str, Any],
    *,
    title: str,
    body: str,
    audience: Mapping[str, Any],
    now: datetime,
) -> str:
    """Authenticate (RFC 6749 §4.4) and send an urgent alert; returns its id. Raises StackRefused."""
    async with httpx.AsyncClient(base_url=front, timeout=TIMEOUT_S, trust_env=False) as client:
        answer = await client.post(
            "/oauth/token",
            data={"grant_type": "client_credentials", "scope": "alerts:write"},
            auth=(partner["client_id"], partner["client_secret"]),
        )
        token = _accepted(answer, "the token")["access_token"]
        answer = await client.post(
            "/api/partner/v1/alerts",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())},
            json={
                "category": "weather",
                "severity": "urgent",
                "title": title,
                "body": body,
                "audience": dict(audience),
                "expires_at": (now + timedelta(hours=12)).isoformat(),
            },
        )
        alert_id: str = _accepted(answer, "the alert")["alert_id"]
        return alert_id


def _accepted(answer: httpx.Response, what: str) -> dict[str, Any]:
    if not answer.is_success:
        raise StackRefused(f"{what.capitalize()} was refused ({answer.status_code}): {answer.text[:500]}")
    document: dict[str, Any] = answer.json()
    return document
