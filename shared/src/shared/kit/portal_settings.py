"""What a service with pages reads besides what every service does: what they show, and how it asks auth who is signed in."""

from typing import Any

from pydantic import Field, SecretStr, field_validator, model_validator

from shared.kit.settings import CommonSettings

PORTAL_NAME = "ma classe69"
PUBLIC_URL_LOCAL = "http://127.0.0.1:8400"
LOCAL_CLIENT = {
    "introspection_client_id": "carillon-services",
    "introspection_client_secret": "local-try-introspection-secret-not-for-production",
}
"""As in `.env.example`; production refuses them."""


class PageSettings(CommonSettings):
    """What stands on every page."""

    portal_name: str = Field(
        default=PORTAL_NAME, min_length=1, max_length=60, description="the portal's name, 1 to 60 characters"
    )
    tutorial_url: str = Field(
        default="", description="where the video tutorial is, http:// or https://; empty for none"
    )

    @field_validator("tutorial_url")
    @classmethod
    def _a_link(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("starts with http:// or https://")
        return value


class PortalSettings(PageSettings):
    """Beside a local stack, the address families type and the client of `.env.example` are enough."""

    auth_url: str = Field(description="where auth answers inside the platform, e.g. http://auth:8080")
    introspection_client_id: str = Field(min_length=1, description="the name under which services ask auth")
    introspection_client_secret: SecretStr = Field(min_length=1, description="that client's secret")

    @model_validator(mode="before")
    @classmethod
    def _auth_in_a_local_try(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("carillon_env") == "local":
            return {"auth_url": given.get("public_url", PUBLIC_URL_LOCAL)} | LOCAL_CLIENT | given
        return given

    @field_validator("auth_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("starts with http:// or https://")
        return value.rstrip("/")
