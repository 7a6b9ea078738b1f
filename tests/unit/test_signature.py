"""Signature Version 4, compared with botocore's."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from hypothesis import given
from hypothesis import strategies as st

from gatehouse.aws.signature import Credentials, signed_headers

AT = datetime(2026, 8, 30, 12, 36, 0, tzinfo=UTC)
HOST = "dynamodb.eu-central-1.amazonaws.com"
CREDENTIALS = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "session/+=")

VISIBLE = st.characters(min_codepoint=33, max_codepoint=126)
WORDS = st.text(VISIBLE, min_size=1, max_size=20)
SECRETS = st.text(VISIBLE, min_size=1, max_size=50)


def ours(headers: dict[str, str], body: bytes, credentials: Credentials) -> str:
    signed = signed_headers(
        {"host": HOST, **headers},
        body,
        credentials=credentials,
        region="eu-central-1",
        service="dynamodb",
        at=AT,
    )
    return signed["authorization"]


def botocores(headers: dict[str, str], body: bytes, credentials: Credentials) -> str:
    request = AWSRequest("POST", f"https://{HOST}/", headers=headers, data=body)
    with time_machine.travel(AT, tick=False):
        SigV4Auth(BotocoreCredentials(*credentials), "dynamodb", "eu-central-1").add_auth(request)
    return str(request.headers["Authorization"])


@given(st.binary(max_size=200))
def test_any_body_is_signed_as_botocore_signs_it(body: bytes) -> None:
    headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB.GetItem"}
    assert ours(headers, body, CREDENTIALS) == botocores(headers, body, CREDENTIALS)


@given(WORDS, WORDS)
def test_any_header_value_is_signed_as_botocore_signs_it(content_type: str, target: str) -> None:
    headers = {"content-type": f" {content_type} x ", "x-amz-target": target}
    assert ours(headers, b"{}", CREDENTIALS) == botocores(headers, b"{}", CREDENTIALS)


@given(WORDS, SECRETS, st.none() | SECRETS)
def test_any_credentials_sign_as_botocore_signs(
    access_key_id: str, secret: str, session_token: str | None
) -> None:
    credentials = Credentials(access_key_id, secret, session_token)
    headers = {"content-type": "application/x-amz-json-1.1"}
    assert ours(headers, b"{}", credentials) == botocores(headers, b"{}", credentials)


def test_runs_of_spaces_inside_a_value_count_as_one() -> None:
    headers = {"x-amz-target": "a  b"}
    assert ours(headers, b"{}", CREDENTIALS) == botocores(headers, b"{}", CREDENTIALS)


def test_the_headers_to_send_are_those_that_were_signed() -> None:
    signed = signed_headers(
        {"host": HOST}, b"{}", credentials=CREDENTIALS, region="r", service="kms", at=AT
    )
    assert signed["x-amz-date"] == "20260830T123600Z"
    assert signed["x-amz-security-token"] == "session/+="
    assert signed["host"] == HOST
    assert "SignedHeaders=host;x-amz-date;x-amz-security-token," in signed["authorization"]


@pytest.mark.parametrize("session_token", [None, ""])
def test_without_a_session_token_no_header_is_sent(session_token: str | None) -> None:
    credentials = CREDENTIALS._replace(session_token=session_token)
    signed = signed_headers(
        {"host": HOST}, b"", credentials=credentials, region="r", service="kms", at=AT
    )
    assert "x-amz-security-token" not in signed


def test_the_time_zone_of_the_clock_does_not_matter() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=9)))
    signatures = {
        signed_headers(
            {"host": HOST}, b"", credentials=CREDENTIALS, region="r", service="kms", at=at
        )["authorization"]
        for at in (AT, elsewhere)
    }
    assert len(signatures) == 1
