"""Headers on their way through: what belongs to one hop stays there, where a request came from is told."""

from collections.abc import Iterable

Headers = list[tuple[bytes, bytes]]

_ONE_HOP = {
    *(b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection"),
    *(b"te", b"trailer", b"transfer-encoding", b"upgrade"),
}
_OURS_TO_SAY = {
    *(b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-port", b"x-forwarded-proto"),
    *(b"x-forwarded-prefix", b"x-real-ip"),
}


def for_upstream(headers: Iterable[tuple[bytes, bytes]], *, client: str, scheme: str) -> Headers:
    """The request's headers for the service: what a client claims about its origin is replaced by what we saw."""
    kept = [pair for pair in end_to_end(headers) if pair[0] not in _OURS_TO_SAY]
    host = next((value for name, value in kept if name == b"host"), b"")
    return [
        *kept,
        (b"x-forwarded-for", client.encode("ascii", "replace")),
        (b"x-forwarded-host", host),
        (b"x-forwarded-proto", scheme.encode()),
    ]


def end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Without the headers of one hop (RFC 9110 §7.6.1), those that `Connection` names among them."""
    lowered = [(name.lower(), value) for name, value in headers]
    named = {
        option.strip().lower()
        for name, value in lowered
        if name == b"connection"
        for option in value.split(b",")
    }
    return [(name, value) for name, value in lowered if name not in _ONE_HOP and name not in named]
