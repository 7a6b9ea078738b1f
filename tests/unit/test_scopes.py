"""Scopes on the wire and what may be granted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.oauth.scopes import (
    RESOURCE_SCOPES,
    SCOPES,
    format_scope,
    grantable_scopes,
    parse_scope,
)


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        (None, ()),
        ("", ()),
        ("   ", ()),
        ("mcp", ("mcp",)),
        ("mcp offline_access", ("mcp", "offline_access")),
        (" b  a b ", ("b", "a")),
    ],
)
def test_the_wire_string_is_split_into_distinct_names(
    scope: str | None, names: tuple[str, ...]
) -> None:
    assert parse_scope(scope) == names


@given(st.lists(st.text("abc:/._-", min_size=1, max_size=6), unique=True, max_size=6))
def test_names_survive_the_wire(names: list[str]) -> None:
    assert parse_scope(format_scope(names)) == tuple(names)


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (None, ("mcp",)),
        ("", ("mcp",)),
        ("mcp", ("mcp",)),
        ("openid email profile", ("mcp",)),
        ("openid mcp", ("mcp",)),
        ("offline_access", ("mcp", "offline_access")),
        ("offline_access mcp", ("mcp", "offline_access")),
        ("MCP", ("mcp",)),
    ],
)
def test_unknown_scopes_are_left_out_and_none_means_the_default(
    asked: str | None, granted: tuple[str, ...]
) -> None:
    assert grantable_scopes(asked) == granted


@given(st.text(max_size=40))
def test_whatever_is_asked_something_that_exists_is_granted(asked: str) -> None:
    granted = grantable_scopes(asked)
    assert granted
    assert set(granted) <= set(SCOPES)


def test_offline_access_is_not_a_scope_of_the_resource() -> None:
    assert "offline_access" in SCOPES
    assert "offline_access" not in RESOURCE_SCOPES
