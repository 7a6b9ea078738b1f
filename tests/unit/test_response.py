"""Responses as API Gateway wants them."""

import json

from gatehouse.http.response import Response, json_response, redirect_response


def test_a_response_becomes_a_result_of_payload_format_2() -> None:
    result = Response(200, "text", {"content-type": "text/plain"}).to_result({"x-extra": "1"})
    assert result == {
        "statusCode": 200,
        "headers": {"x-extra": "1", "content-type": "text/plain"},
        "body": "text",
        "isBase64Encoded": False,
    }


def test_a_header_of_the_response_wins_over_an_extra_one() -> None:
    assert Response(200, headers={"a": "own"}).to_result({"a": "extra"})["headers"] == {"a": "own"}


def test_cookies_are_added_one_by_one_and_never_joined() -> None:
    plain = Response(200)
    both = plain.with_cookie("a=1; Path=/").with_cookie("b=2; Path=/")
    assert both.to_result({})["cookies"] == ["a=1; Path=/", "b=2; Path=/"]
    assert plain.cookies == ()


def test_json_is_not_stored_unless_it_says_so() -> None:
    response = json_response(201, {"a": "é"})
    assert (response.status, json.loads(response.body)) == (201, {"a": "é"})
    assert response.headers == {"content-type": "application/json", "cache-control": "no-store"}
    stored = json_response(200, {}, headers={"cache-control": "max-age=60"})
    assert stored.headers["cache-control"] == "max-age=60"


def test_a_redirect_turns_a_post_into_a_get_and_is_not_stored() -> None:
    response = redirect_response("https://h.example/cb?code=x")
    assert response.status == 303
    assert response.headers["location"] == "https://h.example/cb?code=x"
    assert response.headers["cache-control"] == "no-store"
