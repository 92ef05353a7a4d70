"""The audit trail as log lines: an adapter of the port `AuditLog`."""

from shared.kit.logs import get_logger

log = get_logger()


def write_audit_line(event: str, **ids: object) -> None:
    """One line under the event's name; failures are warnings."""
    if "fail" in event:
        log.warning(event, audit=True, **ids)
    else:
        log.info(event, audit=True, **ids)
