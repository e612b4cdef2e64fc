"""Which addresses may be asked: those of a list, each resolved once and connected to there, if that is public."""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Thread
from urllib.parse import urlsplit

from service.errors import FederationFailed, RefusedQuery

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]
"""The IP addresses of a host."""

_LOOKING_UP = BoundedSemaphore(16)
"""So that names that are never found do not hold ever more threads."""

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Destination:
    """An allowed address, taken apart once, so that what is checked is what is connected to."""

    url: str
    secure: bool
    host: str
    port: int
    target: str
    """Path and query, as the request line writes them."""

    @property
    def is_literal(self) -> bool:
        """Whether whoever allowed it wrote where it is: an IP address, or this machine by its name."""
        return self.host == "localhost" or _ip(self.host) is not None


def destination(url: str) -> Destination:
    """Take an address apart. Raises ValueError for what is no plain http or https address.

    >>> destination("https://example.org/sparql?x=1").target
    '/sparql?x=1'
    """
    if not url.isascii() or any(ord(char) <= 0x20 or char in '<>"{}|\\^`\x7f' for char in url):
        raise ValueError(f"{url!r} holds a character that no address has")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url} is no http or https address")
    if "@" in parts.netloc or parts.fragment or "#" in url:
        raise ValueError(f"{url} names a user or a fragment; leave it out")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(url, parts.scheme == "https", parts.hostname, port, target)


def allowed(url: str, addresses: tuple[str, ...]) -> Destination:
    """An address of the list. Raises RefusedQuery for every other, even if it leads to the same place."""
    if url not in addresses:
        raise RefusedQuery(f"This service does not ask <{url[:200]}>; {_known(addresses)}.")
    return destination(url)


def _known(addresses: tuple[str, ...]) -> str:
    return f"it asks {', '.join(f'<{each}>' for each in addresses)}" if addresses else "it asks no other service"


def resolved(to: Destination, resolver: Resolver, seconds: float) -> str:
    """The one IP address to connect to. Raises FederationFailed where there is none, or any of them is not public.

    A private address is asked only where the list itself names it: a name of the public web that leads into this
    network is someone else's decision.
    """
    found = _looked_up(to, resolver, seconds)
    if not found:
        raise FederationFailed(to.url, "its host is not known")
    if not to.is_literal and not all(is_public(each) for each in found):
        raise FederationFailed(to.url, "its host is not on the public web")
    return found[0]


def _looked_up(to: Destination, resolver: Resolver, seconds: float) -> list[str]:
    """The addresses of a host, none where it is not known. Raises FederationFailed where that takes too long.

    The operating system cannot be told how long it may look, so a thread waits for it, and we wait for the thread.
    """
    answers = SimpleQueue[list[str]]()

    def look_up() -> None:
        try:
            answers.put(resolver(to.host, to.port))
        except (OSError, UnicodeError):
            answers.put([])
        finally:
            _LOOKING_UP.release()

    if not _LOOKING_UP.acquire(blocking=False):
        raise FederationFailed(to.url, "too many names are being looked up already; try again in a moment")
    Thread(target=look_up, daemon=True, name="look-up").start()
    try:
        return answers.get(timeout=max(0.01, seconds))
    except Empty:
        raise FederationFailed(to.url, "looking up its name took too long") from None


def system_resolver(host: str, port: int) -> list[str]:
    """What the operating system says."""
    return [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the public web, also where it is wrapped in an IPv6 one.

    >>> [is_public(ip) for ip in ("93.184.215.14", "10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "169.254.1.1")]
    [True, False, False, False, False]
    """
    address = _ip(text)
    if address is None:
        return False
    inner = _unwrapped(address)
    return inner.is_global and not inner.is_multicast


def _unwrapped(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour or address


def _ip(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
