"""Scopes on the wire, what includes what, and what may be granted."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.oauth.scopes import (
    BadCatalogue,
    Scope,
    ScopeCatalogue,
    format_scope,
    parse_scope,
)
from gatehouse_scopes import CATALOGUE

NOTES = ScopeCatalogue(
    (
        Scope("mcp", "Connect"),
        Scope("notes:read", "Read your notes"),
        Scope("notes:write", "Write your notes", includes=("notes:read",)),
        Scope("admin", "Do everything", includes=("notes:write", "mcp")),
    ),
    minimum=("mcp",),
    default=("mcp", "notes:read"),
)


@st.composite
def catalogues(draw: st.DrawFn) -> ScopeCatalogue:
    """Any catalogue; a scope may include those before it, so none includes itself."""
    count = draw(st.integers(1, 6))
    scopes = [
        Scope(f"s{n}", f"Words {n}", tuple(draw(st.sets(st.sampled_from(_names(n))))) if n else ())
        for n in range(count)
    ]
    minimum = draw(st.sets(st.sampled_from(_names(count)), min_size=1))
    extra = draw(st.sets(st.sampled_from(_names(count))))
    return ScopeCatalogue(
        tuple(draw(st.permutations(scopes))), tuple(minimum), tuple(minimum | extra)
    )


def _names(count: int) -> Sequence[str]:
    return [f"s{n}" for n in range(count)]


WIRE = st.lists(st.sampled_from([*_names(6), "offline_access", "openid"])).map(" ".join)


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


# ---- What is granted -------------------------------------------------------------------------


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
    assert CATALOGUE.grantable(asked) == granted


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (None, ("mcp", "notes:read")),
        ("openid", ("mcp", "notes:read")),
        ("offline_access", ("mcp", "notes:read", "offline_access")),
        ("mcp", ("mcp",)),
        ("notes:write mcp", ("mcp", "notes:write")),
        # alone it would open nothing
        ("notes:write", ("mcp", "notes:write")),
        ("notes:write offline_access", ("mcp", "notes:write", "offline_access")),
        # here the minimum comes with it
        ("admin", ("admin",)),
    ],
)
def test_the_default_is_for_who_names_nothing_and_the_minimum_for_everybody(
    asked: str | None, granted: tuple[str, ...]
) -> None:
    assert NOTES.grantable(asked) == granted


@given(catalogues(), WIRE)
def test_whatever_is_asked_something_is_granted_that_lets_the_client_in(
    catalogue: ScopeCatalogue, asked: str
) -> None:
    granted = catalogue.grantable(asked)

    assert set(granted) <= set(catalogue.supported)
    assert catalogue.covers(granted, catalogue.minimum)
    assert set(granted) >= set(catalogue.known(parse_scope(asked)))
    assert catalogue.grantable(format_scope(granted)) == granted


@given(catalogues(), WIRE)
def test_nothing_is_granted_that_was_not_asked_but_the_minimum_or_the_default(
    catalogue: ScopeCatalogue, asked: str
) -> None:
    named = set(catalogue.known(parse_scope(asked)))
    added = set(catalogue.grantable(asked)) - named

    assert added <= {*catalogue.minimum, *catalogue.default}
    if named - {"offline_access"}:
        assert added <= set(catalogue.minimum)


# ---- What includes what ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("granted", "needed", "is_enough"),
    [
        (("mcp",), ("mcp",), True),
        (("mcp",), ("notes:read",), False),
        (("notes:write",), ("notes:read",), True),
        (("notes:read",), ("notes:write",), False),
        (("admin",), ("mcp", "notes:read", "notes:write"), True),
        (("notes:write",), ("notes:write", "mcp"), False),
        ((), (), True),
        (("admin",), ("offline_access",), False),
        (("unknown",), ("mcp",), False),
    ],
)
def test_a_broad_scope_is_enough_for_the_narrower_ones_in_it(
    granted: tuple[str, ...], needed: tuple[str, ...], is_enough: bool
) -> None:
    assert NOTES.covers(granted, needed) is is_enough


@given(catalogues(), st.sets(st.sampled_from(_names(6))), st.sets(st.sampled_from(_names(6))))
def test_more_scopes_never_reach_less(
    catalogue: ScopeCatalogue, some: set[str], further: set[str]
) -> None:
    reach = catalogue.reach(some)

    assert reach >= some
    assert catalogue.reach(reach) == reach
    assert catalogue.reach(some | further) >= reach
    assert catalogue.reach(some | further) == reach | catalogue.reach(further)


@given(catalogues())
def test_every_scope_has_words_in_the_order_of_the_catalogue(catalogue: ScopeCatalogue) -> None:
    words = catalogue.words(frozenset(catalogue.supported))

    assert words[:-1] == tuple(scope.words for scope in catalogue.scopes)
    assert words[-1] == "Stay connected while you are away"


# ---- A catalogue that cannot be meant --------------------------------------------------------


@pytest.mark.parametrize(
    ("scopes", "minimum", "default", "problem"),
    [
        ([Scope("a b", "x")], ("a b",), (), "'a b' cannot be the name"),
        ([Scope('a"', "x")], ('a"',), (), "cannot be the name"),
        ([Scope("", "x")], ("",), (), "cannot be the name"),
        ([Scope("a", " ")], ("a",), (), "the scope a needs words"),
        ([Scope("a", "x"), Scope("a", "y")], ("a",), (), "two scopes are named a"),
        ([Scope("offline_access", "x")], ("offline_access",), (), "authorization server's own"),
        ([Scope("a", "x", ("b",))], ("a",), (), "a names a scope that is not described: b"),
        ([Scope("a", "x", ("offline_access",))], ("a",), (), "not described: offline_access"),
        ([Scope("a", "x")], ("b",), (), "not described: b"),
        ([Scope("a", "x")], ("a",), ("a", "c"), "not described: c"),
        ([Scope("a", "x", ("a",))], ("a",), (), "a includes itself"),
        ([Scope("a", "x", ("b",)), Scope("b", "y", ("a",))], ("a",), (), "a includes itself"),
        ([Scope("a", "x")], (), (), "there is a minimum"),
        ([Scope("a", "x"), Scope("b", "y")], ("a",), ("b",), "the default holds it"),
    ],
)
def test_a_contradiction_is_said(
    scopes: list[Scope], minimum: tuple[str, ...], default: tuple[str, ...], problem: str
) -> None:
    with pytest.raises(BadCatalogue, match=problem):
        ScopeCatalogue(tuple(scopes), minimum, default)


def test_the_default_may_come_with_a_broader_scope() -> None:
    scopes = (Scope("a", "x"), Scope("b", "y", includes=("a",)))

    assert ScopeCatalogue(scopes, minimum=("a",), default=("b",)).grantable(None) == ("b",)


def test_offline_access_is_not_a_scope_of_the_resource() -> None:
    assert "offline_access" in CATALOGUE.supported
    assert "offline_access" not in CATALOGUE.names
