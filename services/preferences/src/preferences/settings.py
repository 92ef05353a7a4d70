"""The settings of preferences: what every service reads, and nothing else so far."""

from shared.kit.settings import CommonSettings


class PreferencesSettings(CommonSettings):
    """`carillon-preferences check` says what is wrong."""
