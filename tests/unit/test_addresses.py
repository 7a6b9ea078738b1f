"""Which addresses a fetch may go to."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.fetch.addresses import is_public

PUBLIC = (
    *("1.1.1.1", "8.8.8.8", "93.184.215.14", "100.63.255.255", "100.128.0.0", "172.15.255.255"),
    *(
        "172.32.0.0",
        "192.0.1.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "9.255.255.255",
    ),
    *("2606:4700::1111", "2a00:1450:4001:82a::200e", "2001:4860:4860::8888", "2003::1"),
)

# The first and the last address of each range; the names are those of the IANA registries.
SPECIAL = {
    "this network": "0.0.0.0/8",
    "private use 10": "10.0.0.0/8",
    "shared address space (CGNAT)": "100.64.0.0/10",
    "loopback": "127.0.0.0/8",
    "link local": "169.254.0.0/16",
    "private use 172": "172.16.0.0/12",
    "IETF protocol assignments": "192.0.0.0/24",
    "documentation 1": "192.0.2.0/24",
    "AS112": "192.31.196.0/24",
    "AMT": "192.52.193.0/24",
    "6to4 relay anycast": "192.88.99.0/24",
    "private use 192": "192.168.0.0/16",
    "direct delegation AS112": "192.175.48.0/24",
    "benchmarking": "198.18.0.0/15",
    "documentation 2": "198.51.100.0/24",
    "documentation 3": "203.0.113.0/24",
    "multicast": "224.0.0.0/4",
    "reserved": "240.0.0.0/4",
    "broadcast": "255.255.255.255/32",
    "unspecified and loopback, IPv4-compatible": "::/96",
    "IPv4-mapped": "::ffff:0:0/96",
    "IPv4-translated": "::ffff:0:0:0/96",
    "NAT64": "64:ff9b::/96",
    "NAT64, local use": "64:ff9b:1::/48",
    "discard only": "100::/64",
    "dummy prefix": "100:0:0:1::/64",
    "IETF protocol assignments, IPv6": "2001::/23",
    "Teredo": "2001::/32",
    "benchmarking, IPv6": "2001:2::/48",
    "ORCHID": "2001:10::/28",
    "ORCHID 2": "2001:20::/28",
    "drone remote identification": "2001:30::/28",
    "documentation, IPv6": "2001:db8::/32",
    "6to4": "2002::/16",
    "direct delegation AS112, IPv6": "2620:4f:8000::/48",
    "documentation, IPv6, new": "3fff::/20",
    "segment routing": "5f00::/16",
    "unique local": "fc00::/7",
    "link local, IPv6": "fe80::/10",
    "site local": "fec0::/10",
    "multicast, IPv6": "ff00::/8",
}

# 169.254.169.254 and 8.8.8.8, as translators and relays write them.
EMBEDDED = (
    *("::ffff:169.254.169.254", "::169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe"),
    *("2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:5601:5601", "::ffff:8.8.8.8"),
    *("64:ff9b::8.8.8.8", "2002:808:808::1"),
)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_ordinary_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("network", SPECIAL.values(), ids=SPECIAL.keys())
def test_a_special_range_is_not_public(network: str) -> None:
    parsed = ipaddress.ip_network(network)

    assert [is_public(str(parsed[0])), is_public(str(parsed[-1]))] == [False, False]


@pytest.mark.parametrize("address", EMBEDDED)
def test_an_address_that_stands_for_another_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["fe80::1%eth0", "2606:4700::1111%1", "localhost", "", "1.1.1", "0x7f.0.0.1"]
)
def test_what_has_a_zone_or_is_no_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_nothing_is_public_that_python_knows_to_be_special(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    is_special = not address.is_global or address.is_multicast or address.is_reserved

    assert not (is_public(str(address)) and is_special)
