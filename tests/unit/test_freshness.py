"""For how long the headers of a response let it be kept."""

import pytest

from gatehouse.fetch.freshness import fresh_for

NOW = 1_800_000_000.0  # Fri, 15 Jan 2027 08:00:00 GMT


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": "public, Max-Age=600"}, 600),
        ({"cache-control": 'max-age="600"'}, 600),
        ({"cache-control": "max-age=600, max-age=900"}, 600),
        ({"cache-control": "max-age=600", "age": "100"}, 500),
        ({"cache-control": "max-age=600", "age": "900"}, 0),
        ({"cache-control": "max-age=600", "age": "soon"}, 600),
        ({"cache-control": "max-age=-1"}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({"cache-control": "max-age"}, 0),
        ({"cache-control": "max-age=٣"}, 0),
        ({"cache-control": f"max-age={'9' * 4000}"}, 2**31),
        ({"cache-control": "s-maxage=600"}, 0),
        ({"cache-control": "s-maxage=10, max-age=600"}, 600),
        ({"cache-control": "private, max-age=600"}, 600),
        ({"cache-control": "no-store, max-age=600"}, 0),
        ({"cache-control": "max-age=600, no-cache"}, 0),
        ({"cache-control": 'no-cache="set-cookie", max-age=600'}, 0),
        ({"expires": "Fri, 15 Jan 2027 08:10:00 GMT"}, 600),
        ({"expires": "Fri, 15 Jan 2027 07:50:00 GMT"}, 0),
        (
            {
                "expires": "Fri, 15 Jan 2027 12:10:00 GMT",
                "date": "Fri, 15 Jan 2027 12:00:00 GMT",
            },
            600,
        ),
        ({"expires": "Fri, 15 Jan 2027 08:10:00 GMT", "date": "today"}, 600),
        ({"expires": "0"}, 0),
        ({"expires": "Fri, 15 Jan 99999 08:10:00 GMT"}, 0),
        ({"expires": "Fri, 15 Jan 2027 08:10:00 GMT", "cache-control": "max-age=60"}, 60),
        ({"expires": "Fri, 15 Jan 2027 08:10:00 GMT", "cache-control": "max-age=x"}, 0),
    ],
)
def test_freshness_is_what_the_headers_say(headers: dict[str, str], seconds: int) -> None:
    assert fresh_for(headers, NOW) == seconds
