"""What tests of auth need again and again: its pages with their templates, and the passwords of made-up people."""

from functools import cache

import argon2
from argon2.low_level import Type

from auth.adapters.argon2_passwords import HASH_BYTES, MEMORY_COST_KIB, PARALLELISM, SALT_BYTES, TIME_COST
from auth.entrypoints.pages.site import Site
from auth.entrypoints.web import ASSETS, connected_auth
from auth.settings import AuthSettings
from shared.kit.web import Pages

_ARGON2 = argon2.PasswordHasher(TIME_COST, MEMORY_COST_KIB, PARALLELISM, HASH_BYTES, SALT_BYTES, type=Type.ID)


@cache
def hashed(password: str) -> str:
    """As the service hashes it, at the price of today; everybody who chose it in a test has the same salt."""
    return _ARGON2.hash(password)


def site_once(settings: AuthSettings) -> Site:
    """What `site_of` makes, with templates that are compiled once for all tests."""
    return Site(_pages(settings.portal_name, settings.tutorial_url), settings, connected_auth)


@cache
def _pages(portal_name: str, tutorial_url: str) -> Pages:
    return Pages(package="auth", assets_path=ASSETS, portal_name=portal_name, tutorial_url=tutorial_url)
