"""Who sent a request: only a trusted proxy's word counts, and only as far to the left as trust reaches."""

from ipaddress import ip_address, ip_network
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.types import HTTPScope

from cinedex.foundation.addresses import (
    UNKNOWN,
    TrustedProxies,
    client_of,
    group_of,
    read_address,
    read_network,
)

PROXIES = TrustedProxies([ip_network("10.0.0.0/8"), ip_network("2001:db8:ffff::/48")])
PROXY = "10.0.0.1"

addresses = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).map(str)
strangers = addresses.filter(
    lambda text: not text.startswith("10.") and read_address(text) == ip_address(text)
)
junk = st.one_of(st.text(alphabet=st.characters(codec="latin-1", exclude_characters=",")), addresses)


def written(address: str) -> st.SearchStrategy[str]:
    """Return the ways in which a proxy may write an address."""
    if ":" in address:
        return st.sampled_from([address, f" {address} ", f"[{address}]", f"[{address}]:443"])
    return st.sampled_from([address, f" {address}", f"{address}:8080"])


def scope(peer: str | None, *forwarded: str, proto: str | None = None) -> HTTPScope:
    headers = [(b"x-forwarded-for", line.encode("latin-1")) for line in forwarded]
    if proto is not None:
        headers.append((b"x-forwarded-proto", proto.encode("latin-1")))
    made = {"client": (peer, 1234) if peer else None, "headers": headers, "scheme": "http"}
    return cast("HTTPScope", cast("Any", made))


def seen(peer: str | None, *forwarded: str, proxies: TrustedProxies = PROXIES) -> str:
    told = scope(peer, *forwarded)
    proxies.correct(told)
    return client_of(told)


@given(peer=strangers, forwarded=st.lists(junk, max_size=4))
def test_a_stranger_may_write_what_they_like(peer: str, forwarded: list[str]) -> None:
    told = scope(peer, ", ".join(forwarded), proto="https")
    PROXIES.correct(told)
    assert told["client"] == (peer, 1234)
    assert told["scheme"] == "http"


@given(made_up=st.lists(junk, max_size=4), client=strangers, data=st.data(), lines=st.booleans())
def test_of_what_a_trusted_proxy_passes_on_the_last_counts(
    made_up: list[str], client: str, data: st.DataObject, *, lines: bool
) -> None:
    trusted = data.draw(st.lists(st.sampled_from(["10.1.2.3", "2001:db8:ffff::7", "10.9.9.9"]), max_size=3))
    hops = [*made_up, data.draw(written(client)), *trusted]
    forwarded = hops if lines else [",".join(hops)]
    assert seen(PROXY, *forwarded) == client


@given(forwarded=st.lists(junk, max_size=5))
def test_any_header_leaves_an_address(forwarded: list[str]) -> None:
    assert read_address(seen(PROXY, *forwarded)) is not None


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ([], PROXY),
        ([""], PROXY),
        (["unknown"], PROXY),
        (["192.0.2.1, unknown"], PROXY),
        (["192.0.2.1, _hidden, 10.0.0.2"], "10.0.0.2"),
        (["192.0.2.1:99999x"], PROXY),
        (["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        (["::ffff:192.0.2.1"], "192.0.2.1"),
        (["fe80::1%eth0"], "fe80::1"),
        (["192.0.2.1", "198.51.100.7"], "198.51.100.7"),
    ],
)
def test_what_is_no_address_ends_the_trust(forwarded: list[str], client: str) -> None:
    assert seen(PROXY, *forwarded) == client


@pytest.mark.parametrize(
    ("given", "scheme"), [("https", "https"), ("http, HTTPS ", "https"), ("ftp", "http")]
)
def test_a_trusted_proxy_tells_the_scheme(given: str, scheme: str) -> None:
    told = scope(PROXY, "192.0.2.1", proto=given)
    PROXIES.correct(told)
    assert told["scheme"] == scheme


def test_a_proxy_may_be_named_by_its_mapped_address() -> None:
    assert seen("::ffff:10.0.0.1", "192.0.2.1") == "192.0.2.1"


def test_without_an_address_nobody_is_trusted() -> None:
    assert seen(None, "192.0.2.1") == UNKNOWN


def test_nobody_is_trusted_unless_set() -> None:
    assert not TrustedProxies([])
    assert seen(PROXY, "192.0.2.1", proxies=TrustedProxies([])) == PROXY


@given(network=st.integers(1, 2**64 - 1), hosts=st.tuples(*[st.integers(0, 2**64 - 1)] * 2))
def test_a_network_of_64_bits_is_one_client(network: int, hosts: tuple[int, int]) -> None:
    first, second = (str(ip_address((network << 64 | host).to_bytes(16, "big"))) for host in hosts)
    assert group_of(first) == group_of(second)
    assert group_of(first).endswith("/64")


@given(text=addresses)
def test_an_ipv4_address_is_one_client(text: str) -> None:
    if "." in text and ":" not in text:
        assert group_of(text) == text == group_of(f"::ffff:{text}")


@pytest.mark.parametrize("text", ["", "unknown", "host", "1.2.3", "a/b"])
def test_no_address_is_no_client(text: str) -> None:
    assert group_of(text) == UNKNOWN


def test_networks() -> None:
    assert read_network(" 10.1.2.3/8 ") == ip_network("10.0.0.0/8")
    assert read_network("::1") == ip_network("::1/128")
    assert read_network("proxy.example") is None
