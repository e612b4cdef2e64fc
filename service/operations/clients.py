"""Who sends a request: the address of the connection, or what a trusted proxy says of it."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def networks(written: Sequence[str]) -> tuple[Network, ...]:
    """Addresses and networks as they are written in settings. Raises ValueError.

    >>> networks(["10.0.0.0/8", "::1"])
    (IPv4Network('10.0.0.0/8'), IPv6Network('::1/128'))
    """
    return tuple(ip_network(each) for each in written)


def client(environ: dict[str, Any], trusted: Sequence[Network]) -> str:
    """The address of who asks: of the connection, or the last in X-Forwarded-For that is no trusted proxy.

    >>> forwarded = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 192.0.2.7"}
    >>> client(forwarded, networks(["10.0.0.0/8"])), client(forwarded, ())
    ('192.0.2.7', '10.0.0.1')
    """
    found: str = environ.get("REMOTE_ADDR", "")
    for said in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if not _is_of(found, trusted) or (address := _address(said.strip())) is None:
            return found
        found = str(address)
    return found


def is_here(environ: dict[str, Any]) -> bool:
    """Whether a program of this machine asks for itself, and not a proxy for somebody else."""
    address = _address(environ.get("REMOTE_ADDR", ""))
    return bool(address and address.is_loopback) and not is_forwarded(environ)


def is_forwarded(environ: dict[str, Any]) -> bool:
    """Whether a proxy passes the request on, trusted or not."""
    return "HTTP_X_FORWARDED_FOR" in environ or "HTTP_FORWARDED" in environ


def neighbourhood(address: str) -> str:
    """What counts as one client: an IPv4 address, or the 64 bits of an IPv6 address that a network hands out at once.

    >>> neighbourhood("192.0.2.7"), neighbourhood("2001:db8::1:2"), neighbourhood("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8::/64', '192.0.2.7')
    """
    found = _address(address)
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found or address)


def _address(written: str) -> Address | None:
    try:
        found = ip_address(written)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _is_of(written: str, trusted: Sequence[Network]) -> bool:
    address = _address(written)
    return address is not None and any(address in network for network in trusted)
