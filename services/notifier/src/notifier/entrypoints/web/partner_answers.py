"""What the use cases answered, as a partner reads it."""

from urllib.parse import quote

from fastapi import Response
from fastapi.responses import JSONResponse

from notifier.application.estimate_alert import Estimate
from notifier.application.report_alert import AlertReport
from notifier.domain.idempotency import Receipt
from notifier.entrypoints.web.partner_schemas import (
    AlertAccepted,
    AlertForecast,
    AlertState,
    ChannelCounts,
    ChannelForecast,
)
from shared.events.alerts import PartnerAlert


def accepted(receipt: Receipt) -> Response:
    """202: the receipt of a durable alert, and where to look after it."""
    alert = PartnerAlert.model_validate_json(receipt.event)
    body = AlertAccepted(
        alert_id=receipt.alert_id,
        accepted_at=receipt.accepted_at,
        expires_at=alert.expires_at,
        audience=alert.audience,
    )
    location = f"/api/partner/v1/alerts/{quote(receipt.alert_id)}"
    return JSONResponse(body.model_dump(mode="json", exclude_none=True), 202, {"Location": location})


def forecast(estimate: Estimate) -> Response:
    """200: what a dry run found."""
    body = AlertForecast(
        people=estimate.people,
        audience=estimate.audience,
        channels={
            channel: ChannelForecast(
                send=counts.send,
                later=counts.later,
                silent=counts.silent,
                silent_by_reason=dict(counts.reasons),
            )
            for channel, counts in estimate.channels.items()
        },
    )
    shown = body.model_dump(mode="json")  # a count may be null; a filter that is not there is left out
    return JSONResponse(shown | {"audience": estimate.audience.model_dump(mode="json", exclude_none=True)})


def state(report: AlertReport) -> Response:
    """200: where an alert stands."""
    body = AlertState(
        alert_id=report.alert_id,
        status=report.status,
        accepted_at=report.accepted_at,
        expires_at=report.expires_at,
        channels={
            channel: ChannelCounts(**states, suppressed_by_reason=report.reasons[channel])
            for channel, states in report.states.items()
        },
    )
    return JSONResponse(body.model_dump(mode="json"))
