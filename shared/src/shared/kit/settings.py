"""Settings from environment variables; a wrong or missing one stops the start with a sentence that names it."""

from base64 import b64decode
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.kernel.clock import Clock, FileClock, SystemClock

KNOWN_TO_ALL = "local-try"
"""How every secret of `.env.example` begins: everybody can read them."""
SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]


class SettingsProblem(Exception):
    """One or more settings are missing or wrong; the text names each and never holds a value."""


class StoreSettings(BaseSettings):
    """What a command that only asks a service's database reads."""

    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True, frozen=True)

    carillon_env: Literal["local", "production"] = Field(
        default="production", description="`local` or `production`"
    )
    database_url: SecretStr = Field(description="postgresql://user:password@host:5432/database")
    carillon_clock_file: Path | None = Field(
        default=None, description="a file with an offset such as +301s; only with CARILLON_ENV=local"
    )
    log_format: Literal["console", "json"] = Field(default="json", description="`console` or `json`")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="debug, info, warning or error"
    )

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _a_postgres(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("starts with postgresql://")
        return value

    @model_validator(mode="after")
    def _real_time_in_production(self) -> Self:
        if not self.local and self.carillon_clock_file is not None:
            raise ValueError("CARILLON_CLOCK_FILE is for CARILLON_ENV=local only; production keeps real time")
        return self

    @model_validator(mode="after")
    def _secrets_are_secret(self) -> Self:
        for name in type(self).model_fields:
            value = getattr(self, name)
            if not self.local and isinstance(value, SecretStr) and _is_known(value.get_secret_value()):
                raise ValueError(f"{name.upper()} holds a value of .env.example: production needs its own")
        return self

    @property
    def local(self) -> bool:
        """Whether this is a local try, where clear text and a moved clock are allowed."""
        return self.carillon_env == "local"

    def clock(self) -> Clock:
        """The clock every rule of the service reads."""
        return FileClock(self.carillon_clock_file) if self.carillon_clock_file else SystemClock()


class CommonSettings(StoreSettings):
    """What every service reads (docs/interfaces.md, Settings)."""

    public_url: str = Field(
        default="http://127.0.0.1:8400", description="the address families type, e.g. https://ent.example.org"
    )
    kafka_bootstrap_servers: str = Field(description="host:port, several separated by commas")
    kafka_security_protocol: SecurityProtocol = Field(
        default="PLAINTEXT", description="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL"
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        default="SCRAM-SHA-512", description="PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512"
    )
    kafka_sasl_username: str = Field(default="", description="the service's user on the cluster")
    kafka_sasl_password: SecretStr = Field(default=SecretStr(""), description="that user's password")
    kafka_ssl_ca_file: Path | None = Field(default=None, description="a file of certificates, in PEM")
    kafka_idempotence: bool = Field(
        default=True, description="true, or false for a broker without idempotent producers"
    )
    kafka_session_timeout_ms: int = Field(
        default=30_000,
        ge=1_000,
        le=300_000,
        description="milliseconds, 1000 to 300000: how long a silent consumer keeps its partitions",
    )
    http_host: str = Field(default="127.0.0.1", description="the address to listen on")
    http_port: int = Field(default=8080, ge=0, le=65_535, description="the port to listen on, 0 to 65535")

    @field_validator("public_url")
    @classmethod
    def _an_origin(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("starts with http:// or https://")
        return value.rstrip("/")

    @field_validator("kafka_bootstrap_servers")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        for server in value.split(","):
            host, _, port = server.strip().rpartition(":")
            if not host or not port.isdigit():
                raise ValueError("is host:port, several separated by commas")
        return value

    @model_validator(mode="after")
    def _fit_for_production(self) -> Self:
        if self.carillon_env == "local":
            return self
        if self.kafka_security_protocol not in {"SSL", "SASL_SSL"}:
            raise ValueError("KAFKA_SECURITY_PROTOCOL must be SSL or SASL_SSL in production")
        if not self.public_url.startswith("https://"):
            raise ValueError("PUBLIC_URL must start with https:// in production")
        return self

    @model_validator(mode="after")
    def _sasl_is_whole(self) -> Self:
        if self.kafka_security_protocol.startswith("SASL") and not (
            self.kafka_sasl_username and self.kafka_sasl_password.get_secret_value()
        ):
            raise ValueError("KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD are needed with SASL")
        return self


S = TypeVar("S", bound=StoreSettings)


def _is_known(secret: str) -> bool:
    """Whether a secret, or a key in base64 among several, or a part of an address, is a published one."""
    if KNOWN_TO_ALL in secret:
        return True
    return any(KNOWN_TO_ALL.encode() in _decoded(part) for part in secret.split(","))


def _decoded(part: str) -> bytes:
    try:
        return b64decode(part.strip(), altchars=b"-_")
    except ValueError:
        return b""


def read_settings(kind: type[S]) -> S:
    """Read the environment. Raises SettingsProblem with one sentence for each variable that is wrong."""
    try:
        return kind()
    except ValidationError as refusal:
        raise SettingsProblem("\n".join(_sentences(kind, refusal))) from None


def _sentences(kind: type[StoreSettings], refusal: ValidationError) -> list[str]:
    return [
        _sentence(kind, fault["loc"], fault["type"], fault["msg"])
        for fault in refusal.errors(include_url=False, include_context=False, include_input=False)
    ]


def _sentence(kind: type[StoreSettings], where: tuple[int | str, ...], fault: str, said: str) -> str:
    if not where:
        return said.removeprefix("Value error, ") + "."
    name = str(where[0])
    field = kind.model_fields.get(name)
    expected = field.description if field and field.description else "another value"
    if fault == "missing":
        return f"{name.upper()} is missing: it expects {expected}."
    reason = f" ({said.removeprefix('Value error, ')})" if fault == "value_error" else ""
    return f"{name.upper()} is wrong{reason}: it expects {expected}."
