"""Where a request comes from: the peer, or what a trusted proxy says of it; an IPv6 subscriber is a /64."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from fastapi import Request

FORWARDED_LENGTH_MAX = 1_000
_WITH_PORT = re.compile(r"^(?:\[([0-9A-Fa-f:.]+)\](?::\d+)?|([0-9.]+):\d+)$")


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
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in networks)


def _counted(address: str) -> str:
    parsed = _parsed(address)
    if parsed is None:
        return "unknown"
    return str(IPv6Network((int(parsed) >> 64 << 64, 64)) if isinstance(parsed, IPv6Address) else parsed)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """An address, without the brackets and the port that some proxies write; IPv4 inside IPv6 is IPv4."""
    bare = _WITH_PORT.sub(r"\1\2", address)
    try:
        parsed = ip_address(bare)
    except ValueError:
        return None
    return parsed.ipv4_mapped or parsed if isinstance(parsed, IPv6Address) else parsed
