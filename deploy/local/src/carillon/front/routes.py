"""Which service answers which path: the table is the whole policy, and what it does not name is not there."""

SERVICES = ("auth", "preferences", "activation", "notifier")
NOT_THERE = "/connexion/adresse-inconnue"
"""What a browser is shown for an address that is nobody's: auth has no such page either, and says so in a page."""

_EXACT = {
    "/": "auth",
    "/confidentialite": "auth",
}
_BELOW = {
    "/oauth": "auth",
    "/connexion": "auth",
    "/deconnexion": "auth",
    "/premiere-connexion": "auth",
    "/mot-de-passe-oublie": "auth",
    "/etablissement": "auth",
    "/api/auth": "auth",
    "/preferences": "preferences",
    "/desabonnement": "preferences",
    "/m": "activation",
    "/api/mobile": "activation",
    "/partenaire": "notifier",
    "/api/partner": "notifier",
    "/api/notifier": "notifier",
    "/hooks": "notifier",
}


def paths_of(service: str) -> tuple[str, ...]:
    """The paths that a service answers, or below which it answers everything."""
    return tuple(path for path, owner in (_EXACT | _BELOW).items() if owner == service)


def service_for(path: str) -> str | None:
    """The service for a decoded path, or none. Health and metrics are each service's own port's business.

    A path with `.` or `..` in it could be read differently further on, so it belongs to nobody.
    """
    segments = path.replace("\\", "/").split("/")
    if any(segment in {".", ".."} for segment in segments):
        return None
    if path in _EXACT:
        return _EXACT[path]
    for depth in range(2, min(len(segments), 3) + 1):
        service = _BELOW.get("/".join(segments[:depth]))
        if service:
            return service
    return None
