"""Where a request comes from: the address of its client, and which addresses count as one."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    # The settings read networks, in processes that do without the web.
    from litestar.types import HTTPScope

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

UNKNOWN: Final = "unknown"
"""The group of a client that has no address."""

# One customer has all addresses of such a network, and may take a new one for each request.
_GROUPED_BITS: Final = 64
_MOST_KEPT: Final = 4096
_FORWARDED_FOR: Final = b"x-forwarded-for"
_FORWARDED_PROTO: Final = b"x-forwarded-proto"


def read_address(text: str) -> Address | None:
    """Read an address as proxies write it: alone, with a port, in brackets. None for anything else."""
    text = text.strip()
    if text.startswith("["):
        text, _, rest = text[1:].partition("]")
        if rest and not _is_port(rest.removeprefix(":")):
            return None
    elif text.count(":") == 1:
        text, _, port = text.partition(":")
        if not _is_port(port):
            return None
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def read_network(text: str) -> Network | None:
    """Read a network as `10.0.0.0/8`, or one address. None for anything else."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


@lru_cache(_MOST_KEPT)
def group_of(client: str) -> str:
    """Return what all addresses share that count as one client: an IPv4 address, or an IPv6 network of 64 bits."""
    address = read_address(client)
    if address is None:
        return UNKNOWN
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, _GROUPED_BITS), strict=False))


def client_of(scope: "HTTPScope") -> str:
    """Return the address of whoever sent a request, `UNKNOWN` where the server does not tell it."""
    client = scope["client"]
    return client[0] if client else UNKNOWN


class TrustedProxies:
    """The proxies whose word is taken for who sent a request, and by what scheme."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = networks
        # Who asks often is found at once: it takes as long as an answer from the cache otherwise.
        self._client = lru_cache(_MOST_KEPT)(self._find_client)

    def __bool__(self) -> bool:
        """Say whether there are any."""
        return bool(self._networks)

    def correct(self, scope: "HTTPScope") -> None:
        """Put the client's address and scheme into the scope of a request that a trusted proxy has passed on.

        `X-Forwarded-For` is read from the right: what trusted proxies have written stands there. The first address
        that is none of theirs is the client's; further to the left stands what anybody may have made up.
        """
        hops, scheme = [], b""
        for name, value in scope["headers"]:
            if name == _FORWARDED_FOR:
                hops.append(value)
            elif name == _FORWARDED_PROTO:
                scheme = value
        client = self._client(client_of(scope), b",".join(hops))
        if client is None:
            return
        scope["client"] = (client, 0)
        scheme = scheme.rpartition(b",")[2].strip().lower()
        if scheme in {b"http", b"https"}:
            scope["scheme"] = scheme.decode()

    def _find_client(self, peer: str, forwarded: bytes) -> str | None:
        """Return the client's address; None when the peer is no trusted proxy."""
        nearest = read_address(peer)
        if nearest is None or not self._trusts(nearest):
            return None
        for hop in reversed(forwarded.decode("latin-1").split(",") if forwarded else []):
            address = read_address(hop)
            # What is no address was not written by a proxy that is set up well: its own is the last that is known.
            if address is None:
                break
            nearest = address
            if not self._trusts(address):
                break
        return str(nearest)

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit()
