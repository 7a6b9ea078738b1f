"""The recorder of AWS calls, in a function's own process as the local stack starts it."""

import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from local.recorder import VARIABLE
from tests.clients.plain_client import PlainClient
from tests.clients.sign_in import new_http
from tests.running_stack import RunningStack, running_stack


def ask(stack: RunningStack, path: str) -> None:
    with urllib.request.urlopen(f"{stack.url}{path}") as answer:
        assert answer.status == 200


def recorded(folder: Path) -> list[dict[str, str]]:
    files = sorted(folder.glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def test_each_call_of_a_function_is_written_down_once(tmp_path: Path) -> None:
    with running_stack(environment={VARIABLE: str(tmp_path)}) as stack:
        ask(stack, "/.well-known/jwks.json")
        ask(stack, "/.well-known/jwks.json")
        ask(stack, "/.well-known/oauth-protected-resource")

    assert recorded(tmp_path) == [
        {
            "function": "Jwks",
            "service": "dynamodb",
            "operation": "Query",
            "resource": "KEYS_TABLE",
            "key": "",
        }
    ]


def test_a_batch_is_a_call_to_each_of_its_tables(tmp_path: Path) -> None:
    form = b"grant_type=refresh_token&client_id=unknown&refresh_token=gtr_a.b.c"
    environment = {VARIABLE: str(tmp_path)}
    with running_stack(environment=environment) as stack, pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{stack.url}/token", form)

    assert [(call["operation"], call["resource"]) for call in recorded(tmp_path)] == [
        ("BatchGetItem", "CLIENTS_TABLE"),
        ("BatchGetItem", "GRANTS_TABLE"),
    ]


def test_of_an_items_key_only_the_kind_is_written_down(tmp_path: Path) -> None:
    with (
        running_stack(environment={VARIABLE: str(tmp_path)}) as stack,
        new_http(stack.url) as http,
    ):
        client = PlainClient(http, {"redirect_uris": ["http://127.0.0.1/callback"]})
        client.connect("http://127.0.0.1:50001/callback")

    kinds = {(call["resource"], call["key"]) for call in recorded(tmp_path) if "key" in call}
    assert kinds == {
        ("CLIENTS_TABLE", ""),
        ("GRANTS_TABLE", ""),
        ("KEYS_TABLE", ""),
        ("USERS_TABLE", "consent#"),
        ("USERS_TABLE", "device#"),
        ("USERS_TABLE", "failures#"),
        ("USERS_TABLE", "person#"),
        ("USERS_TABLE", "session#"),
    }
