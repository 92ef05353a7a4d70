"""The settings of preferences: what every service with pages reads, and nothing else so far."""

from shared.kit.portal_settings import PortalSettings


class PreferencesSettings(PortalSettings):
    """`carillon-preferences check` says what is wrong."""
