"""What `carillon up` was asked for, and what its environment already provides."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

SERVICES = ("auth", "preferences", "activation", "notifier")
PARTS = ("postgres", "broker", "sinks", *SERVICES, "front")
DEFAULT_PORT = 8400
DEFAULT_VIEWER_PORT = 8425
DEFAULT_SMTP_PORT = 2525
DEFAULT_SMS_PORT = 8427
DEFAULT_ACCOUNTS = 320

Broker = Literal["embedded", "kafka"]


class StackRefused(Exception):
    """The stack cannot do what was asked; the text is a sentence for a person. Exit code 1."""


class WrongUsage(Exception):
    """The options contradict each other; the text is a sentence for a person. Exit code 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackOptions:
    """The options of `carillon up`; port 0 takes a free one, no `data` means a temporary directory."""

    port: int = DEFAULT_PORT
    viewer_port: int = DEFAULT_VIEWER_PORT
    smtp_port: int = DEFAULT_SMTP_PORT
    sms_port: int = DEFAULT_SMS_PORT
    broker: Broker = "embedded"
    data: Path | None = None
    accounts: int = DEFAULT_ACCOUNTS
    sample: bool = True
    only: tuple[str, ...] = PARTS


def read_only(text: str) -> tuple[str, ...]:
    """The parts named in `--only`, in the stack's own order. Raises WrongUsage."""
    named = {name.strip() for name in text.split(",") if name.strip()}
    unknown = sorted(named - set(PARTS))
    if unknown or not named:
        raise WrongUsage(
            f"--only takes names among {', '.join(PARTS)}; not {', '.join(unknown) or 'nothing'}."
        )
    return tuple(part for part in PARTS if part in named)


@dataclass(frozen=True, slots=True)
class Given:
    """What the environment provides, and the stack therefore does not start."""

    kafka: str | None
    smtp_relays: str | None
    sms_gateways: str | None
    databases: Mapping[str, str]

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Given":
        found = {service: environment.get(f"DATABASE_URL_{service.upper()}") for service in SERVICES}
        return cls(
            kafka=environment.get("KAFKA_BOOTSTRAP_SERVERS") or None,
            smtp_relays=environment.get("SMTP_RELAYS") or None,
            sms_gateways=environment.get("SMS_GATEWAYS") or None,
            databases={service: dsn for service, dsn in found.items() if dsn},
        )

    @property
    def smtp(self) -> str | None:
        """`host:port` of the first relay, without its password."""
        return _host_and_port(self.smtp_relays, 587)

    @property
    def sms(self) -> str | None:
        """The address of the first gateway, without its token."""
        where = _host_and_port(self.sms_gateways, 443)
        if where is None:
            return None
        return f"{'http' if (self.sms_gateways or '').startswith('twilio+http:') else 'https'}://{where}"


def _host_and_port(urls: str | None, default_port: int) -> str | None:
    if not urls:
        return None
    first = urlsplit(urls.split(",")[0].strip())
    return f"{first.hostname}:{first.port or default_port}"


def parts_to_start(options: StackOptions, given: Given) -> tuple[str, ...]:
    """The parts this stack runs itself. Raises WrongUsage when one would lack what it stands on."""
    needless = {
        "postgres": all(service in given.databases for service in SERVICES),
        "broker": given.kafka is not None,
        "sinks": given.smtp_relays is not None and given.sms_gateways is not None,
    }
    parts = tuple(part for part in options.only if not needless.get(part))
    for service in (part for part in parts if part in SERVICES):
        if service not in given.databases and "postgres" not in parts:
            raise WrongUsage(
                f"{service} needs a database: add postgres to --only, or set DATABASE_URL_{service.upper()}."
            )
        if given.kafka is None and "broker" not in parts:
            raise WrongUsage(f"{service} needs Kafka: add broker to --only, or set KAFKA_BOOTSTRAP_SERVERS.")
    if "notifier" in parts and "sinks" not in parts and not (given.smtp_relays and given.sms_gateways):
        raise WrongUsage("notifier needs gateways: add sinks to --only, or set SMTP_RELAYS and SMS_GATEWAYS.")
    return parts
