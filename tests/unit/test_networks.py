"""Which network a browser is in, and whose word that is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.http.networks import network_of
from gatehouse.http.request import Request

PROOF = "2f0c1d7e-0000-11f0-8000-0a58a9feac02"
HEADER = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=40)


def asked(source_ip: str, **headers: str) -> Request:
    context = {
        "domainName": "abc.example.com",
        "http": {"method": "POST", "path": "/account", "sourceIp": source_ip},
    }
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request.from_event(
        {"rawPath": "/account", "headers": sent, "requestContext": context}, ""
    )


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        # the same neighbour, however it came
        ("::ffff:198.51.100.9", "198.51.100.0/24"),
        ("", ""),
        ("no address", ""),
    ],
)
def test_a_network_is_what_one_person_may_have_all_of(address: str, network: str) -> None:
    assert network_of(asked(address), edge_proof=PROOF) == network


@pytest.mark.parametrize(
    "forwarded",
    [
        "203.0.113.9",
        "203.0.113.9, 192.0.2.77",  # API Gateway adds who asked it
        "198.51.100.7, 203.0.113.9,192.0.2.77",
    ],
)
def test_the_edges_word_is_the_last_one(forwarded: str) -> None:
    request = asked("192.0.2.77", x_forwarded_for=forwarded, x_gatehouse_edge=PROOF)

    assert network_of(request, edge_proof=PROOF) == "203.0.113.0/24"


@given(forwarded=HEADER, proof=HEADER)
def test_nobody_else_is_believed(forwarded: str, proof: str) -> None:
    request = asked("192.0.2.77", x_forwarded_for=forwarded, x_gatehouse_edge=proof)

    for edge_proof in (PROOF, ""):
        assert network_of(request, edge_proof=edge_proof) == "192.0.2.0/24"


@given(forwarded=HEADER)
def test_whatever_the_edge_is_sent_it_is_a_network_or_none(forwarded: str) -> None:
    request = asked("192.0.2.77", x_forwarded_for=forwarded, x_gatehouse_edge=PROOF)

    assert isinstance(network_of(request, edge_proof=PROOF), str)


def test_an_edge_that_says_nothing_is_taken_for_the_browser() -> None:
    request = asked("192.0.2.77", x_forwarded_for="192.0.2.77", x_gatehouse_edge=PROOF)

    assert network_of(request, edge_proof=PROOF) == "192.0.2.0/24"
