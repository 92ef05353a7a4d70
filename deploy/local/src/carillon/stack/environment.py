"""The environment each service is started in: its own database and nobody else's."""

from collections.abc import Mapping

from carillon.infrastructure.ports import LOOPBACK
from carillon.stack.home import Home, Secrets
from carillon.stack.options import SERVICES, Given
from carillon.stack.port_plan import PortPlan

MAIL_FROM = "ENT Auvergne-Rhône-Alpes <ne-pas-repondre@ent.example.org>"

TUTORIAL_URL = "https://tutoriel.example.org/premiere-connexion"
"""Where a deployment's own video would be."""

SESSION_TIMEOUT_MS = 6_000
"""The embedded broker lets half of it pass before it answers a join: shorter means a quicker start."""


def url(port: int) -> str:
    """An address of the loopback."""
    return f"http://{LOOPBACK}:{port}"


class Environment:
    """Assembles the environments; what the caller's environment already says stays."""

    def __init__(
        self,
        outer: Mapping[str, str],
        *,
        given: Given,
        home: Home,
        ports: PortPlan,
        idempotence: bool,
    ) -> None:
        hidden = {f"DATABASE_URL_{service.upper()}" for service in SERVICES} | {"DATABASE_URL", "HTTP_PORT"}
        self._outer = {name: value for name, value in outer.items() if name not in hidden}
        self._given = given
        self._home = home
        self._ports = ports
        self._idempotence = idempotence

    @property
    def kafka(self) -> str:
        """Where the broker is."""
        return self._given.kafka or f"{LOOPBACK}:{self._ports['broker']}"

    @property
    def public_url(self) -> str:
        """What families type."""
        return self._outer.get("PUBLIC_URL") or url(self._ports.by_name.get("front", 8400))

    def common(self) -> dict[str, str]:
        """What every process of the stack is told."""
        kafka = {"KAFKA_BOOTSTRAP_SERVERS": self.kafka}
        if self._given.kafka is None:
            kafka["KAFKA_IDEMPOTENCE"] = "true" if self._idempotence else "false"
            kafka["KAFKA_SESSION_TIMEOUT_MS"] = str(SESSION_TIMEOUT_MS)
        defaults = {
            "LOG_FORMAT": "console",
            "LOG_LEVEL": "info",
            "PUBLIC_URL": self.public_url,
            "TUTORIAL_URL": TUTORIAL_URL,
        }
        return {
            **defaults,
            **self._outer,
            **kafka,
            "CARILLON_ENV": "local",
            "HTTP_HOST": LOOPBACK,
            "PYTHONUNBUFFERED": "1",
        }

    def of(self, service: str, dsn: str) -> dict[str, str]:
        """What one of the four services is told."""
        own = {"DATABASE_URL": dsn, "HTTP_PORT": str(self._ports[service])}
        return self.common() | own | self._shared_with(service, self._home.secrets())

    def of_front(self) -> dict[str, str]:
        """Where the front finds the services."""
        upstreams = {f"{service.upper()}_URL": url(self._ports[service]) for service in SERVICES}
        return {**self._outer, **upstreams, "HTTP_HOST": LOOPBACK, "HTTP_PORT": str(self._ports["front"])}

    def _shared_with(self, service: str, kept: Secrets) -> dict[str, str]:
        codes = {"CODE_KEYS": self._outer.get("CODE_KEYS", kept.code_key)}
        auth = {"AUTH_URL": url(self._ports["auth"])}
        introspection = {
            "INTROSPECTION_CLIENT_ID": kept.introspection_client_id,
            "INTROSPECTION_CLIENT_SECRET": kept.introspection_client_secret,
        }
        if service == "auth":
            return (
                codes
                | introspection
                | {"PARTNERS_FILE": str(self._home.partners), "TRUSTED_PROXIES": LOOPBACK}
            )
        if service == "notifier":
            mail = {"MAIL_FROM": self._outer.get("MAIL_FROM", MAIL_FROM)}
            return codes | auth | introspection | mail | self._gateways(kept)
        return codes | auth | introspection

    def _gateways(self, kept: Secrets) -> dict[str, str]:
        ports = self._ports.by_name
        relays = self._given.smtp_relays or f"smtp://{LOOPBACK}:{ports['smtp']}"
        gateway = (
            f"twilio+http://{kept.sms_account}:{kept.sms_token}@{LOOPBACK}:{ports.get('sms')}?from=CARILLON"
        )
        return {"SMTP_RELAYS": relays, "SMS_GATEWAYS": self._given.sms_gateways or gateway}
