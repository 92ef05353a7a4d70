"""`/api/partner/v1/alerts`: what a partner's program may ask of the notifier."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypeVar

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from notifier.application.accept_alert import Accept, AcceptAlert
from notifier.application.estimate_alert import EstimateAlert
from notifier.application.intake_ports import Caller, Tokens
from notifier.application.report_alert import ReportAlert
from notifier.application.withdraw_alert import WithdrawAlert
from notifier.domain.idempotency import digest_of, is_key
from notifier.entrypoints.web.bearer import Doorkeeper
from notifier.entrypoints.web.partner_answers import accepted, forecast, state
from notifier.entrypoints.web.partner_openapi import MAY_SEE, MAY_SEND, MAY_WITHDRAW, described, refusals
from notifier.entrypoints.web.partner_schemas import (
    AlertAccepted,
    AlertForecast,
    AlertRequest,
    AlertState,
    AlertWithdrawn,
    faults_of,
)
from notifier.entrypoints.web.rate_limit import RateLimit
from notifier.entrypoints.web.refusals import refusal
from shared.kernel.refusals import Refused
from shared.kit.database import is_outage
from shared.kit.logs import get_logger
from shared.kit.web import ProblemError

SEND = "alerts:write"
SEE = "alerts:read"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})

log = get_logger()

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerIntake:
    """The use cases behind the intake."""

    accept: AcceptAlert
    estimate: EstimateAlert
    report: ReportAlert
    withdraw: WithdrawAlert
    tokens: Tokens
    new_id: Callable[[], Any]


IntakeOf = Callable[[], PartnerIntake]


def partner_router(
    intake_of: Callable[[], PartnerIntake | None], *, monotonic: Callable[[], float] = time.monotonic
) -> APIRouter:
    """The routes of `/api/partner`, their description included.

    `intake_of` finds the use cases once the service is connected; until then callers are asked to come back.
    """
    router = APIRouter(prefix="/api/partner")

    def intake() -> PartnerIntake:
        found = intake_of()
        if found is None:
            raise refusal("starting")
        return found

    door = Doorkeeper(lambda: intake().tokens, RateLimit(monotonic))
    _add_sending(router, intake, Depends(door.asking(SEND)))
    _add_looking(router, intake, Depends(door.asking(SEE, SEND)))
    _add_withdrawing(router, intake, Depends(door.asking(SEND)))

    _add_refusal_of_methods(router, "/v1/alerts", offered=("POST",))
    _add_refusal_of_methods(router, "/v1/alerts/{alert_id}", offered=("DELETE", "GET"))

    @router.get("/openapi.json", include_in_schema=False)
    async def description() -> JSONResponse:
        return JSONResponse(described(router))

    return router


def _add_sending(router: APIRouter, intake: IntakeOf, caller: Any) -> None:
    @router.post(
        "/v1/alerts",
        status_code=202,
        response_model=AlertAccepted,
        responses=refusals(400, 401, 403, 409, 413, 415, 422, 429, 503)
        | {200: {"model": AlertForecast, "description": "A dry run: nothing was sent."}},
        openapi_extra=MAY_SEND,
        summary="Send an alert, or see whom it would reach",
    )
    @_told_when_away
    async def send(
        request: Request,
        caller: Annotated[Caller, caller],
        idempotency_key: Annotated[
            str | None,
            Header(description="Required, except for a dry run: the same key and body, one alert."),
        ] = None,
        dry_run: Annotated[bool, Query(description="Count only; nothing is sent or kept.")] = False,
    ) -> Response:
        sent = await _read(request)
        alert = sent.alert(caller.partner_id, sent.alert_id or str(intake().new_id()))
        if dry_run:
            return forecast(_or_refuse(await intake().estimate(alert), caller))
        if idempotency_key is None or not is_key(idempotency_key):
            raise refusal("idempotency_key_missing")
        digest = digest_of(sent.model_dump_json().encode())
        receipt = await intake().accept(Accept(alert=alert, key=idempotency_key, body_digest=digest))
        done = _or_refuse(receipt, caller)
        log.info("alert.accepted", alert_id=done.alert_id, partner_id=done.partner_id)
        return accepted(done)


def _add_looking(router: APIRouter, intake: IntakeOf, caller: Any) -> None:
    @router.get(
        "/v1/alerts/{alert_id}",
        response_model=AlertState,
        responses=refusals(401, 403, 404, 429, 503),
        openapi_extra=MAY_SEE,
        summary="See where an alert stands",
    )
    @_told_when_away
    async def see(alert_id: str, caller: Annotated[Caller, caller]) -> Response:
        return state(_or_refuse(await intake().report(caller.partner_id, alert_id), caller))


def _add_withdrawing(router: APIRouter, intake: IntakeOf, caller: Any) -> None:
    @router.delete(
        "/v1/alerts/{alert_id}",
        status_code=202,
        response_model=AlertWithdrawn,
        responses=refusals(401, 403, 404, 429, 503),
        openapi_extra=MAY_WITHDRAW,
        summary="Withdraw what has not left yet",
    )
    @_told_when_away
    async def withdraw(alert_id: str, caller: Annotated[Caller, caller]) -> Response:
        receipt = _or_refuse(await intake().withdraw(caller.partner_id, alert_id), caller)
        log.info(
            "alert.withdrawn",
            alert_id=receipt.alert_id,
            partner_id=caller.partner_id,
            client_id=caller.client_id,
        )
        return JSONResponse(AlertWithdrawn(alert_id=receipt.alert_id).model_dump(mode="json"), 202)


def _add_refusal_of_methods(router: APIRouter, path: str, *, offered: tuple[str, ...]) -> None:
    """`Allow` names every method of an address (RFC 9110 §15.5.6); the framework's own names one route's."""

    @router.api_route(path, methods=[*(METHODS - set(offered))], include_in_schema=False)
    async def refused() -> Response:
        raise ProblemError(
            405,
            "method_not_allowed",
            "This method is not offered here.",
            headers={"Allow": ", ".join(offered)},
        )


async def _read(request: Request) -> AlertRequest:
    media_type = request.headers.get("content-type", "").lower().replace(" ", "")
    if media_type not in {"application/json", "application/json;charset=utf-8"}:
        raise refusal("unsupported_media_type")
    try:
        return AlertRequest.model_validate_json(await request.body())
    except ValidationError as refused:
        faults = faults_of(refused)
    if any(fault["reason"] == "json_invalid" for fault in faults):
        raise refusal("malformed_json")
    raise ProblemError(422, "invalid_alert", "Some values are missing or wrong.", errors=faults)


def _or_refuse(answer: T | Refused, caller: Caller) -> T:
    """Turn a refusal into its problem document; one about rights leaves an audit line."""
    if not isinstance(answer, Refused):
        return answer
    told = refusal(answer)
    if told.status in {403, 404}:
        log.warning(
            "authz_fail", partner_id=caller.partner_id, client_id=caller.client_id, reason=answer.reason
        )
    raise told


def _told_when_away(route: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """A database that is away is said as such; the request may be sent again as it is."""

    @wraps(route)
    async def told(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await route(*args, **kwargs)
        except Exception as failure:
            if not is_outage(failure):
                raise
            log.warning("intake.store_away", failure=type(failure).__name__)
            raise refusal("store_away") from None

    return told
