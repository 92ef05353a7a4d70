"""A partner takes an alert back: whatever has not left yet stays."""

from dataclasses import dataclass

from notifier.application.intake_ports import AlertLedger, IntakeRequests
from notifier.application.route_alerts import KeepAlerts
from notifier.domain.idempotency import Receipt
from shared.events.alerts import PartnerAlert
from shared.events.envelope import Event
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused

ALERT_UNKNOWN = Refused("alert_unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAlert:
    """Stop an alert; again changes nothing. Somebody else's alert and none at all are the same refusal."""

    requests: IntakeRequests
    keep: KeepAlerts
    ledger: AlertLedger
    clock: Clock

    async def __call__(self, partner_id: str, alert_id: str) -> Receipt | Refused:
        receipt = await self.requests.find_alert(partner_id, alert_id)
        if receipt is None:
            return ALERT_UNKNOWN
        await self.keep(
            [_event_of(receipt)]
        )  # the router may not have read it yet: it then finds it withdrawn
        await self.ledger.withdraw(receipt, self.clock.now())
        return receipt


def _event_of(receipt: Receipt) -> Event[PartnerAlert]:
    """The event as the router will read it from Kafka."""
    return Event(
        id=receipt.alert_id,
        source=receipt.event_source,
        type=PartnerAlert.event_type,
        time=receipt.accepted_at,
        key=receipt.alert_id,
        data=PartnerAlert.model_validate_json(receipt.event),
    )
