"""A partner asks what became of an alert: a word and blind counts, never a person (R44, A28)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from notifier.application.intake_ports import AlertLedger, IntakeRequests
from notifier.application.withdraw_alert import ALERT_UNKNOWN
from notifier.domain.deliveries import CHANNELS
from notifier.domain.masking import told
from notifier.domain.partner_status import Status, status_of
from shared.events.alerts import PartnerAlert
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused

STATES = ("waiting", "sent", "delivered", "bounced", "ambiguous", "failed", "expired", "suppressed")


@dataclass(frozen=True, slots=True)
class AlertReport:
    """What a partner may know; a count that is none is under five."""

    alert_id: str
    status: Status
    accepted_at: datetime
    expires_at: datetime
    states: Mapping[str, Mapping[str, int | None]]
    reasons: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAlert:
    """Tell a partner about its own alert; another's and none at all are the same refusal."""

    requests: IntakeRequests
    ledger: AlertLedger
    clock: Clock

    async def __call__(self, partner_id: str, alert_id: str) -> AlertReport | Refused:
        receipt = await self.requests.find_alert(partner_id, alert_id)
        if receipt is None:
            return ALERT_UNKNOWN
        expires_at = PartnerAlert.model_validate_json(receipt.event).expires_at
        progress = await self.ledger.progress(receipt)
        return AlertReport(
            alert_id=alert_id,
            status=status_of(progress, expires_at, self.clock.now()),
            accepted_at=receipt.accepted_at,
            expires_at=expires_at,
            states={
                channel: {state: told(progress.states.get(channel, {}).get(state, 0)) for state in STATES}
                for channel in CHANNELS
            },
            reasons={channel: coarse(progress.reasons.get(channel, {})) for channel in CHANNELS},
        )


def coarse(reasons: Mapping[str, int]) -> dict[str, int]:
    """The reasons that concern five people or more; a rarer one is not even named."""
    rounded = {reason: told(people) for reason, people in sorted(reasons.items())}
    return {reason: people for reason, people in rounded.items() if people}
