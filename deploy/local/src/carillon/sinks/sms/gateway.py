"""The gateway's HTTP side: create, list and read messages (Twilio API 2010-04-01)."""

import asyncio
import secrets
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from carillon.sinks.bodies import read_body
from carillon.sinks.faults import Fault, Faults
from carillon.sinks.letterbox import KeptSms, Letterbox
from carillon.sinks.sms.callbacks import StatusCallbacks
from carillon.sinks.sms.credentials import Credentials, read_basic
from carillon.sinks.sms.errors import twilio_error
from carillon.sinks.sms.resources import message_resource, messages_page
from carillon.sinks.sms.selection import read_selection
from carillon.sinks.sms.wishes import Wish, read_wish
from carillon.sinks.web import drop_connection

FORM_BYTES_MAX = 64 * 1024
RETRY_AFTER_S = 1
_BEFORE = ("reject_4xx", "reject_5xx", "429", "500_before", "refuse")
_AFTER = ("500_after", "drop_after_data", "slow")
_BEFORE_CODES = {"reject_4xx": 21614, "reject_5xx": 20503, "500_before": 20500}


class SmsGateway:
    """Any credentials are good unless the gateway was given its own."""

    def __init__(
        self,
        *,
        letterbox: Letterbox,
        faults: Faults,
        callbacks: StatusCallbacks,
        credentials: Credentials | None = None,
    ) -> None:
        self._letterbox = letterbox
        self._faults = faults
        self._callbacks = callbacks
        self._credentials = credentials

    def app(self) -> Starlette:
        messages = "/2010-04-01/Accounts/{account_sid}/Messages"
        return Starlette(
            routes=[
                Route(f"{messages}.json", self.create, methods=["POST"]),
                Route(f"{messages}.json", self.list, methods=["GET"]),
                Route(f"{messages}/{{sid}}.json", self.read, methods=["GET"]),
            ],
            exception_handlers={404: _not_found, 405: _not_allowed},
        )

    def _caller(self, request: Request) -> Credentials | None:
        """The caller when he may act for the account in the path; an API key may act for any."""
        caller = read_basic(request.headers.get("authorization", ""))
        if caller is None:
            return None
        if self._credentials is not None:
            return caller if self._credentials.match(caller) and self._owns(caller, request) else None
        return caller if self._owns(caller, request) or caller.account_sid.startswith("SK") else None

    @staticmethod
    def _owns(caller: Credentials, request: Request) -> bool:
        return bool(caller.account_sid == request.path_params["account_sid"])

    async def create(self, request: Request) -> Response:
        """Keep one message and answer as Twilio does, unless a fault says otherwise."""
        body = await read_body(request, FORM_BYTES_MAX)
        if body is None:
            return twilio_error(21617)
        form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        if fault := self._faults.strike("sms", _BEFORE, (form.get("To", ""),)):
            return _fail_before(fault, request)
        caller = self._caller(request)
        if caller is None:
            return twilio_error(20003)
        wish = read_wish(form)
        if isinstance(wish, int):
            return twilio_error(wish)
        sms = self._keep(wish, request.path_params["account_sid"])
        self._callbacks.follow(sms, url=wish.callback_url, auth_token=caller.auth_token)
        answer = JSONResponse(message_resource(sms), status_code=201)
        fault = self._faults.strike("sms", _AFTER, sms.recipients)
        return answer if fault is None else await _fail_after(fault, request, answer)

    async def list(self, request: Request) -> Response:
        if self._caller(request) is None:
            return twilio_error(20003)
        query = dict(parse_qsl(request.url.query, keep_blank_values=True))
        selection = read_selection(query)
        if isinstance(selection, int):
            return twilio_error(selection)
        account_sid = request.path_params["account_sid"]
        found = [
            kept
            for kept in reversed(self._letterbox.since(0))
            if isinstance(kept, KeptSms) and kept.account_sid == account_sid and selection.holds(kept)
        ]
        page = messages_page(
            account_sid, found, query=query, page=selection.page, page_size=selection.page_size
        )
        return JSONResponse(page)

    async def read(self, request: Request) -> Response:
        if self._caller(request) is None:
            return twilio_error(20003)
        sms = self._letterbox.get_sms(request.path_params["sid"])
        if sms is None or sms.account_sid != request.path_params["account_sid"]:
            return twilio_error(20404)
        return JSONResponse(message_resource(sms))

    def _keep(self, wish: Wish, account_sid: str) -> KeptSms:
        now_s = self._letterbox.now_s()
        sms = KeptSms(
            id=self._letterbox.next_id(),
            received_at_s=now_s,
            updated_at_s=now_s,
            sender=wish.sender,
            recipients=(wish.to,),
            body=wish.body,
            sid=f"SM{secrets.token_hex(16)}",
            account_sid=account_sid,
            messaging_service_sid=wish.messaging_service_sid,
            validity_s=wish.validity_s,
        )
        self._letterbox.keep_sms(sms)
        return sms


def _fail_before(fault: Fault, request: Request) -> Response:
    if fault.mode == "refuse":
        drop_connection(request)
        return Response()
    if fault.mode == "429":
        return twilio_error(20429, {"Retry-After": str(RETRY_AFTER_S)})
    return twilio_error(_BEFORE_CODES[fault.mode])


async def _fail_after(fault: Fault, request: Request, answer: Response) -> Response:
    if fault.mode == "drop_after_data":
        drop_connection(request)
    if fault.mode == "500_after":
        return twilio_error(20500)
    if fault.mode == "slow":
        await asyncio.sleep(fault.slow_s)
    return answer


async def _not_found(_request: Request, _exc: Exception) -> Response:
    return twilio_error(20404)


async def _not_allowed(_request: Request, _exc: Exception) -> Response:
    return twilio_error(20004)
