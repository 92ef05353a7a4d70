"""The portal's side of a service: one way to auth, one memory of its answers, one gate, and pages."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import httpx
from starlette.types import ASGIApp

from shared.kit.introspection import TokenIntrospection, auth_client
from shared.kit.portal_settings import PortalSettings
from shared.kit.sessions import OPEN_PATHS, FirstConnectionGate, Sessions


@dataclass(frozen=True, slots=True)
class Doorway:
    """`client` is to be closed with the service."""

    client: httpx.AsyncClient
    introspection: TokenIntrospection

    def gate(self, *assets_paths: str) -> Callable[..., ASGIApp]:
        """The gate for `service_app`; a page that refuses somebody needs its style sheets all the same."""
        open_paths = (*OPEN_PATHS, *assets_paths)
        return partial(FirstConnectionGate, sessions=Sessions(self.introspection), open_paths=open_paths)


def portal_doorway(settings: PortalSettings) -> Doorway:
    client = auth_client(settings.auth_url)
    introspection = TokenIntrospection(
        client,
        client_id=settings.introspection_client_id,
        client_secret=settings.introspection_client_secret.get_secret_value(),
        monotonic=time.monotonic,
    )
    return Doorway(client, introspection)
