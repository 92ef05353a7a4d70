"""What auth reads from its environment, besides what every service reads."""

from ipaddress import ip_network
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from auth.domain.partners import SECRET_BYTES_MIN, is_strong_secret
from shared.kit.portal_settings import PageSettings
from shared.kit.sealing import Sealer


class AuthSettings(PageSettings):
    """Settings of auth."""

    introspection_client_id: str = Field(
        default="carillon-services", description="the name under which services ask about tokens"
    )
    introspection_client_secret: SecretStr = Field(
        default=SecretStr(""), description=f"their secret, {SECRET_BYTES_MIN} bytes or more in production"
    )
    code_keys: SecretStr = Field(
        default=SecretStr(""),
        description="Fernet keys separated by commas, needed to serve; the first encrypts, all decrypt",
    )
    partners_file: Path | None = Field(default=None, description="a JSON file that describes partner clients")
    absence_grace_days: int = Field(
        default=15, ge=0, le=366, description="days between absence from a file and suspension, 0 to 366"
    )
    charters_directory: Path | None = Field(
        default=None, description="a directory of charters (TOML) that replace those of the package"
    )
    trusted_proxies: str = Field(
        default="", description="addresses or networks whose X-Forwarded-For is believed, separated by commas"
    )

    @field_validator("partners_file", "charters_directory", mode="before")
    @classmethod
    def _none_when_empty(cls, value: object) -> object:
        return None if value == "" else value  # what a compose file passes for an unset variable

    @field_validator("partners_file")
    @classmethod
    def _there(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError("there is no such file")
        return value

    @field_validator("charters_directory")
    @classmethod
    def _a_directory(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError("there is no such directory")
        return value

    @field_validator("code_keys")
    @classmethod
    def _keys(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            Sealer(value.get_secret_value())
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        try:
            for network in value.split(","):
                if network.strip():
                    ip_network(network.strip(), strict=False)
        except ValueError:
            raise ValueError("one of them is no address or network") from None
        return value

    @model_validator(mode="after")
    def _services_are_known(self) -> Self:
        secret = self.introspection_client_secret.get_secret_value()
        if self.local:
            return self
        if not is_strong_secret(secret):
            raise ValueError(f"INTROSPECTION_CLIENT_SECRET needs {SECRET_BYTES_MIN} bytes in production")
        return self
