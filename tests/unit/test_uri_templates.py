"""URI templates (RFC 6570), read backwards."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.mcp.registry.templates import UriTemplate


@pytest.mark.parametrize(
    ("template", "uri", "values"),
    [
        ("notes://all", "notes://all", {}),
        ("notes://{id}", "notes://7", {"id": "7"}),
        ("notes://{id}", "notes://a%20b", {"id": "a b"}),
        ("notes://{id}", "notes://%C3%A9", {"id": "é"}),
        ("notes://{id}/data", "notes://7/data", {"id": "7"}),
        ("notes://{owner}/{id}.md", "notes://ada/7.md", {"owner": "ada", "id": "7"}),
        ("file:///{+path}", "file:///a/b.txt", {"path": "a/b.txt"}),
        ("file:///{+path}", "file:///a,b/c&d", {"path": "a,b/c&d"}),
        ("notes://{id}", "notes://a%2Cb", {"id": "a,b"}),
        ("notes://{x},{y}", "notes://a,b", {"x": "a", "y": "b"}),
        ("notes://{id}{?rev,lang}", "notes://7?lang=de", {"id": "7", "lang": "de"}),
        ("notes://{id}{?rev,lang}", "notes://7", {"id": "7"}),
        ("notes://{id}{?path}", "notes://7?path=%2Fa", {"id": "7", "path": "/a"}),
        ("a.b://{id}", "a.b://7", {"id": "7"}),
        # a variable ends where what parts it from the next one begins
        ("day://{y}-{m}-{d}", "day://2026-11-24-x", {"y": "2026", "m": "11", "d": "24-x"}),
        ("day://{y}-{m}", "day://20%2D26-11", {"y": "20-26", "m": "11"}),
        ("a://{+folder}/{name}.md", "a://x/y/z.a.md", {"folder": "x/y", "name": "z.a"}),
        ("a://{owner}/{+path}", "a://ada/x/y", {"owner": "ada", "path": "x/y"}),
    ],
)
def test_a_uri_of_the_template_tells_the_values(
    template: str, uri: str, values: dict[str, str]
) -> None:
    assert UriTemplate(template).match(uri) == values


@pytest.mark.parametrize(
    ("template", "uri"),
    [
        ("notes://{id}", "notes://"),
        ("notes://{id}", "notes://a/b"),
        ("notes://{id}", "notes://7?x=1"),
        ("notes://{id}", "Notes://7"),
        ("notes://{id}", "notes://7\n"),
        ("a.b://{id}", "axb://7"),
        ("notes://{id}{?rev}", "notes://7?other=1"),
        # what would lead elsewhere, were it part of a path
        ("notes://{id}", "notes://.."),
        ("notes://{id}", "notes://%2e%2e"),
        ("notes://{id}", "notes://a%2Fb"),
        ("notes://{id}", "notes://..%5Cb"),
        ("notes://{id}", "notes://a%00"),
        ("file:///{+path}", "file:///../etc/passwd"),
        ("file:///{+path}", "file:///a/%2e%2e/b"),
        ("file:///{+path}", "file:////etc/passwd"),
        ("file:///{+path}", "file:///%2Fetc/passwd"),
        ("file:///{+path}", "file:///%5C%5Chost%5Cshare"),
        # what no template makes
        ("notes://{id}", "notes://a,b"),
        ("notes://{id}", "notes://a&b"),
        ("notes://{id}", "notes://%zz"),
        ("notes://{id}", "notes://%ff"),
        ("notes://{id}", "notes://é"),
    ],
)
def test_any_other_uri_is_not_of_it(template: str, uri: str) -> None:
    assert UriTemplate(template).match(uri) is None


@given(st.text(min_size=1, max_size=12))
def test_a_value_comes_back_as_it_was_written(value: str) -> None:
    try:
        written = quote(value, safe="")
    except UnicodeEncodeError:  # half of a surrogate pair
        return
    found = UriTemplate("notes://{id}/end").match(f"notes://{written}/end")

    leads_elsewhere = value in (".", "..") or {"/", "\\", "\0"} & set(value)
    assert found == (None if leads_elsewhere else {"id": value})


@given(st.text(max_size=30))
def test_any_uri_is_told_from_the_template(uri: str) -> None:
    for template in ("notes://{id}", "n{+a}/{b}{?c}"):
        UriTemplate(template).match(uri)


@pytest.mark.parametrize(
    "template", ["a://{x}-{y}-{z}", "a://{x}.{y}.{z}.md", "a://{+x}/{y}", "a://{x}/{+y}/{z}.md"]
)
@pytest.mark.parametrize("repeated", ["-", ".", "/", "-/", ".md", "a"])
def test_the_longest_uri_is_told_in_no_time(template: str, repeated: str) -> None:
    """Were every way of parting it tried, this would not end today."""
    assert UriTemplate(template).match("a://" + repeated * 8000 + "\n") is None


@pytest.mark.parametrize(
    "template",
    [
        "a://{",
        "a://}",
        "a://{}",
        "a://{#id}",
        "a://{/id}",
        "a://{id*}",
        "a://{id:3}",
        "a://{a,b}",
        "a://{a}{b}",
        "a://{a}/{a}",
        "a://{?q}/{a}",
        "a://{?q}x",
        "a://{a-b}",
        "a://{+a}/x/{+b}",
        "a://{+a}-{b}",
    ],
)
def test_a_template_that_is_not_understood_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="template"):
        _ = UriTemplate(template).names
