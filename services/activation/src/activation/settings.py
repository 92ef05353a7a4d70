"""The settings of activation."""

from pydantic import Field

from shared.kit.settings import CommonSettings


class ActivationSettings(CommonSettings):
    """`carillon-activation check` says what is wrong."""

    activation_for_staff: bool = Field(
        default=False,
        description="true to offer the mobile application to staff other than teachers, or false",
    )
