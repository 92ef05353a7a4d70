"""Where a request comes from: the peer, or what a trusted proxy says of it; an IPv6 subscriber is a /64."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from fastapi import Request

FORWARDED_LENGTH_MAX = 1_000


def source_of_request(request: Request, trusted_proxies: str) -> str:
    """The address to count a request against.

    Some proxies add a header of their own below the one that a client wrote: all of them are one list, in their
    order (RFC 9110 §5.3), so that what the proxy saw stands at its right end.
    """
    peer = request.client.host if request.client else None
    return source_of(peer, ",".join(request.headers.getlist("x-forwarded-for")), trusted_proxies)


def source_of(peer: str | None, forwarded_for: str | None, trusted_proxies: str) -> str:
    """The address to count against.

    X-Forwarded-For is read from the right, past trusted proxies only: what stands further left was
    written by whoever sent the request.
    """
    networks = [ip_network(text.strip(), strict=False) for text in trusted_proxies.split(",") if text.strip()]
    hops = [hop.strip() for hop in (forwarded_for or "")[-FORWARDED_LENGTH_MAX:].split(",") if hop.strip()]
    source = peer or "unknown"
    while hops and _within(source, networks):
        source = hops.pop()
    return _counted(source)


def _within(address: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


def _counted(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)
