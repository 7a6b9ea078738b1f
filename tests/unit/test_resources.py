"""The `resource` parameter (RFC 8707)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatehouse.errors import InvalidGrant, InvalidTarget
from gatehouse.oauth.resources import Resource, Resources, declared_resource, is_declarable

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


def test_a_resource_that_was_withdrawn_gets_no_more_tokens() -> None:
    withdrawn = f"{ISSUER}/notes/mcp"
    assert Resources(ISSUER).narrowed((), granted=(withdrawn, MCP)) == (MCP,)
    with pytest.raises(InvalidGrant):
        Resources(ISSUER).narrowed((), granted=(withdrawn,))
    with pytest.raises(InvalidTarget):
        Resources(ISSUER).narrowed((withdrawn,), granted=(withdrawn,))


# ---- Declared besides -------------------------------------------------------------------------

NOTES, ELSEWHERE = f"{ISSUER}/notes/mcp", "https://notes.example.org/mcp"
DECLARED = Resources(ISSUER, ("/notes/mcp", ELSEWHERE))


def test_declared_resources_are_protected_besides_our_own() -> None:
    assert DECLARED.identifiers == (MCP, ISSUER, NOTES, ELSEWHERE)
    assert DECLARED.find(NOTES) == Resource(NOTES, (NOTES,))
    assert DECLARED.find(ELSEWHERE) == Resource(ELSEWHERE, (ELSEWHERE,))


def test_what_is_declared_twice_is_listed_once() -> None:
    assert Resources(ISSUER, (MCP, "/notes/mcp", NOTES)).identifiers == (MCP, ISSUER, NOTES)


@pytest.mark.parametrize(
    ("declared", "identifier", "document"),
    [
        ("/notes/mcp", NOTES, f"{ISSUER}/.well-known/oauth-protected-resource/notes/mcp"),
        (
            ELSEWHERE,
            ELSEWHERE,
            "https://notes.example.org/.well-known/oauth-protected-resource/mcp",
        ),
        (
            "https://notes.example.org",
            "https://notes.example.org",
            "https://notes.example.org/.well-known/oauth-protected-resource",
        ),
    ],
)
def test_a_resource_has_its_document_on_its_own_host(
    declared: str, identifier: str, document: str
) -> None:
    resource = declared_resource(declared, ISSUER)
    assert (resource.identifier, resource.audiences) == (identifier, (identifier,))
    assert resource.metadata_url == document


@pytest.mark.parametrize("declared", ["/mcp/mcp", MCP])
def test_our_own_endpoint_may_be_named_like_any_other(declared: str) -> None:
    assert declared_resource(declared, ISSUER) == Resources(ISSUER).mcp


@pytest.mark.parametrize(
    "value", [f"{NOTES}/", "HTTPS://MCP.example.com:443/notes/mcp", f"{ELSEWHERE}/"]
)
def test_clients_may_spell_a_declared_resource_as_they_spell_ours(value: str) -> None:
    assert DECLARED.requested((value,), default=()) in ((NOTES,), (ELSEWHERE,))


@settings(max_examples=150)
@given(
    st.from_regex("(/[A-Za-z0-9._~-]{1,5}){1,3}", fullmatch=True) | st.text("/.a:hpts", max_size=12)
)
def test_what_may_be_declared_is_found_under_the_name_that_clients_are_told(declared: str) -> None:
    if not is_declarable(declared):
        return
    resources = Resources(ISSUER, (declared,))
    identifier = declared_resource(declared, ISSUER).identifier
    assert resources.find(identifier)
    assert resources.requested((identifier,), default=()) == (identifier,)
    assert resources.requested((f"{identifier}/",), default=()) == (identifier,)
