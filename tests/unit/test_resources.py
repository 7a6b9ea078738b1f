"""The `resource` parameter (RFC 8707)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatehouse.errors import InvalidTarget
from gatehouse.oauth.resources import Resources

ISSUER = "https://mcp.example.com"
MCP = f"{ISSUER}/mcp/mcp"


def requested(*values: str, issuer: str = ISSUER) -> tuple[str, ...]:
    resources = Resources(issuer)
    return resources.requested(values, default=(resources.mcp.identifier,))


def test_the_endpoint_and_its_origin_are_protected() -> None:
    assert Resources(ISSUER).identifiers == (MCP, ISSUER)


def test_no_resource_means_the_mcp_endpoint() -> None:
    assert requested() == (MCP,)
    assert requested("") == (MCP,)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (MCP, MCP),
        (f"{MCP}/", MCP),
        ("HTTPS://MCP.EXAMPLE.COM/mcp/mcp", MCP),
        ("https://mcp.example.com:443/mcp/mcp", MCP),
        ("hTTps://Mcp.Example.com:443/mcp/mcp/", MCP),
        (ISSUER, ISSUER),
        (f"{ISSUER}/", ISSUER),
        (f"{ISSUER}:443/", ISSUER),
    ],
)
def test_spellings_of_our_resources_give_our_own_string(value: str, meant: str) -> None:
    assert requested(value) == (meant,)


def test_the_local_stack_is_compared_with_its_port() -> None:
    local = "http://localhost:3000"
    assert requested(f"{local}/mcp/mcp/", issuer=local) == (f"{local}/mcp/mcp",)
    for other in ("http://localhost/mcp/mcp", "http://localhost:3001/mcp/mcp"):
        with pytest.raises(InvalidTarget):
            requested(other, issuer=local)


@pytest.mark.parametrize(
    "value",
    [
        "https://other.example.com/mcp/mcp",
        "https://mcp.example.com.evil.com/mcp/mcp",
        "https://mcp.example.com@evil.com/mcp/mcp",
        "https://evil@mcp.example.com/mcp/mcp",
        "http://mcp.example.com/mcp/mcp",
        "https://mcp.example.com:8443/mcp/mcp",
        "https://mcp.example.com:80/mcp/mcp",
        "https://mcp.example.com:99999/mcp/mcp",
        f"{ISSUER}/mcp",
        f"{ISSUER}/MCP/mcp",
        f"{ISSUER}/mcp/mcp/x",
        f"{ISSUER}/mcp/mcp//",
        f"{ISSUER}//",
        f"{ISSUER}/mcp/../mcp/mcp",
        f"{ISSUER}/mcp/%6dcp",
        f"{MCP}?x=1",
        f"{MCP}?",
        f"{MCP}#",
        f"{MCP}#fragment",
        f" {MCP}",
        f"{MCP}\n",
        f"{MCP}\\",
        "https://mcp.exämple.com/mcp/mcp",
        "//mcp.example.com/mcp/mcp",
        "/mcp/mcp",
        "mcp.example.com",
        "urn:mcp",
        "https://[::1",
        "https://",
    ],
)
def test_any_other_resource_is_an_invalid_target(value: str) -> None:
    with pytest.raises(InvalidTarget):
        requested(value)


def test_port_0_is_not_the_default_port() -> None:
    with pytest.raises(InvalidTarget):
        requested("https://mcp.example.com:0/mcp/mcp")


def test_several_of_ours_are_granted_once_each_in_the_order_asked() -> None:
    assert requested(ISSUER, f"{MCP}/", f"{ISSUER}/") == (ISSUER, MCP)


def test_one_foreign_resource_spoils_the_request() -> None:
    with pytest.raises(InvalidTarget):
        requested(MCP, "https://other.example.com")


@settings(max_examples=150)
@given(st.text(max_size=40) | st.text("htps:/.[]@mcpexal0", max_size=40))
def test_any_text_is_ours_or_an_invalid_target(value: str) -> None:
    try:
        resources = requested(value)
    except InvalidTarget:
        return
    assert resources in ((MCP,), (ISSUER,))


def test_a_token_request_that_names_none_gets_what_was_granted() -> None:
    assert Resources(ISSUER).narrowed((), granted=(MCP, ISSUER)) == (MCP, ISSUER)
    assert Resources(ISSUER).narrowed(("",), granted=(ISSUER,)) == (ISSUER,)


def test_a_token_request_may_narrow_the_grant() -> None:
    assert Resources(ISSUER).narrowed((f"{MCP}/",), granted=(MCP, ISSUER)) == (MCP,)


@pytest.mark.parametrize("values", [(ISSUER,), (MCP, ISSUER), ("https://other.example.com",)])
def test_a_token_request_never_widens_the_grant(values: tuple[str, ...]) -> None:
    with pytest.raises(InvalidTarget):
        Resources(ISSUER).narrowed(values, granted=(MCP,))
