"""The viewer's JSON: messages, faults, counts."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from carillon.sinks.bodies import read_body
from carillon.sinks.faults import Fault, Faults, read_fault
from carillon.sinks.letterbox import Letterbox
from carillon.sinks.problems import problem
from carillon.sinks.sms.callbacks import StatusCallbacks
from carillon.sinks.viewer.items import detail, list_item
from carillon.sinks.viewer.search import TURN_MESSAGES, Filter, matching, read_since
from shared.kernel.refusals import Refused

LIMIT_MAX = 200_000
LIMIT_WHEN_UNSAID = 50_000
FAULT_BYTES_MAX = 64 * 1024
_PARAMETERS = frozenset({"kind", "to", "since", "limit"})


class Answer(Response):
    """JSON by orjson: a list may be long."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content)


class ViewerApi:
    """What docs/interfaces.md promises to other teams' tests."""

    def __init__(
        self,
        *,
        letterbox: Letterbox,
        faults: Faults,
        callbacks: StatusCallbacks,
        faults_changed: Callable[[], Awaitable[object]],
    ) -> None:
        self._letterbox = letterbox
        self._faults = faults
        self._callbacks = callbacks
        self._faults_changed = faults_changed

    def routes(self) -> list[Route]:
        return [
            Route("/api/messages", self.list, methods=["GET"]),
            Route("/api/messages", self.empty, methods=["DELETE"]),
            Route("/api/messages/{id}", self.read, methods=["GET"]),
            Route("/api/faults", self.faults, methods=["GET"]),
            Route("/api/faults", self.add_fault, methods=["POST"]),
            Route("/api/faults", self.clear_faults, methods=["DELETE"]),
            Route("/api/stats", self.stats, methods=["GET"]),
        ]

    async def list(self, request: Request) -> Response:
        """Oldest first. After `since` the first `limit` messages, without it the last ones; `more` says what is cut."""
        query = request.query_params
        wanted = _read_filter(dict(query))
        if isinstance(wanted, Refused):
            return problem(422, wanted.reason, wanted.detail)
        limit = _read_limit(query.get("limit"))
        if isinstance(limit, Refused):
            return problem(422, limit.reason, limit.detail)
        found = await matching(self._letterbox, wanted)
        shown = found[:limit] if "since" in query else found[-limit:]
        items = []
        for count, message in enumerate(shown, start=1):
            items.append(list_item(message))
            if count % TURN_MESSAGES == 0:
                await asyncio.sleep(0)
        return Answer(
            {
                "messages": items,
                "total": len(found),
                "more": len(found) > len(shown),
                "last_id": self._letterbox.last_id,
                "dropped": self._letterbox.dropped.total(),
            }
        )

    async def read(self, request: Request) -> Response:
        text = request.path_params["id"]
        found = self._letterbox.get(int(text)) if text.isascii() and text.isdigit() else None
        if found is None:
            return problem(404, "message_not_found", "No message with this id is kept here.")
        return Answer(detail(found))

    async def empty(self, _request: Request) -> Response:
        return Answer({"deleted": self._letterbox.empty()})

    async def faults(self, _request: Request) -> Response:
        faults = [_fault_item(fault, left_s) for fault, left_s in self._faults.active()]
        return Answer({"faults": faults, "struck": self._faults.struck})

    async def add_fault(self, request: Request) -> Response:
        body = await read_body(request, FAULT_BYTES_MAX)
        if body is None:
            return problem(413, "too_big", f"A fault is at most {FAULT_BYTES_MAX} bytes.")
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            return problem(400, "not_json", "The body is not a JSON document.")
        fault = read_fault(document)
        added = self._faults.add(fault) if isinstance(fault, Fault) else fault
        if isinstance(added, Refused):
            return problem(422, added.reason, added.detail)
        await self._faults_changed()
        return Answer(_fault_item(added, added.seconds), status_code=201)

    async def clear_faults(self, _request: Request) -> Response:
        deleted = self._faults.clear()
        await self._faults_changed()
        return Answer({"deleted": deleted})

    async def stats(self, _request: Request) -> Response:
        """Counts since the start, and what is kept now; costs the same whatever is kept."""
        box = self._letterbox
        return Answer(
            {
                "received": {"mail": box.received["mail"], "sms": box.received["sms"]},
                "dropped": {"mail": box.dropped["mail"], "sms": box.dropped["sms"]},
                "kept": len(box),
                "kept_bytes": box.bytes_kept,
                "last_id": box.last_id,
                "messages_max": box.messages_max,
                "bytes_max": box.bytes_max,
                "faults_active": len(self._faults.active()),
                "faults_struck": self._faults.struck,
                "callbacks": {"made": self._callbacks.made, "lost": self._callbacks.lost},
            }
        )


def _read_filter(query: dict[str, str]) -> Filter | Refused:
    if strange := sorted(query.keys() - _PARAMETERS):
        return Refused("unknown_parameter", f"{strange[0][:40]!r} is not one of kind, to, since, limit.")
    kind = query.get("kind", "")
    if kind not in {"", "mail", "sms"}:
        return Refused("wrong_kind", "kind is mail or sms.")
    since = read_since(query["since"]) if "since" in query else (0, 0.0)
    if since is None:
        return Refused("wrong_since", "since is a message's id or an ISO 8601 instant.")
    to = query.get("to", "").strip().lower()
    if to.isdigit() and not to.startswith("0"):
        to = f"+{to}"  # a `+` that a caller forgot to escape arrives as a blank
    known: dict[str, Any] = {"mail": "mail", "sms": "sms"}
    return Filter(kind=known.get(kind), to=to, since_id=since[0], since_s=since[1])


def _read_limit(text: str | None) -> int | Refused:
    if text is None:
        return LIMIT_WHEN_UNSAID
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LIMIT_MAX):
        return Refused("wrong_limit", f"limit is a whole number from 1 to {LIMIT_MAX}.")
    return int(text)


def _fault_item(fault: Fault, left_s: float) -> dict[str, Any]:
    return {
        "kind": fault.kind,
        "mode": fault.mode,
        "share": fault.share,
        "for_address": fault.for_address,
        "seconds": fault.seconds,
        "seconds_left": round(left_s, 3),
    } | ({"slow_seconds": fault.slow_s} if fault.mode == "slow" else {})
