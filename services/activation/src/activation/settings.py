"""The settings of activation."""

from pydantic import Field

from shared.kit.portal_settings import PortalSettings


class ActivationSettings(PortalSettings):
    """`carillon-activation check` says what is wrong."""

    activation_for_staff: bool = Field(
        default=False,
        description="true to offer the mobile application to staff other than teachers, or false",
    )
