"""What compares roles and calls (tests/least_privilege) finds what is wrong with either."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from tests.least_privilege.roles import Permission, allowed, beyond, idle, reasons, used, wildcards
from tests.packaging.transformed import transformed

READ_CLIENT = Permission("Authorize", "dynamodb:GetItem", "ClientsTable", "*")
CALL = {
    "function": "Authorize",
    "service": "dynamodb",
    "operation": "GetItem",
    "resource": "CLIENTS_TABLE",
    "key": "",
}
SEAL = {"service": "kms", "operation": "Encrypt", "resource": "KEY_ENCRYPTION_KEY"}
SIGN_IN = {"operation": "PutItem", "resource": "USERS_TABLE", "key": "session#"}


@pytest.fixture
def template() -> dict[str, Any]:
    """The transformed template, to break."""
    return copy.deepcopy(transformed())


def recorded(folder: Path, **changes: str) -> Path:
    (folder / "1.jsonl").write_text(json.dumps(CALL | changes) + "\n")
    return folder


def own_statements(template: dict[str, Any], function: str) -> list[Any]:
    (policy,) = template["Resources"][f"{function}Role"]["Properties"]["Policies"]
    statements: list[Any] = policy["PolicyDocument"]["Statement"]
    return statements


def test_a_permission_is_read_from_the_role(template: dict[str, Any]) -> None:
    assert READ_CLIENT in allowed(template)
    assert Permission("Token", "kms:Decrypt", "KeyEncryptionKey") in allowed(template)
    assert Permission("Authorize", "dynamodb:PutItem", "UsersTable", "session#*") in allowed(
        template
    )
    assert not [each for each in allowed(template) if each.function == "Preflight"]


def test_a_recorded_call_is_the_permission_that_it_takes(
    template: dict[str, Any], tmp_path: Path
) -> None:
    calls = used(template, recorded(tmp_path))

    assert calls == {READ_CLIENT._replace(key="")}
    assert beyond(calls, allowed(template)) == []
    assert READ_CLIENT not in idle(calls, allowed(template))


def test_a_call_for_a_kind_of_items_is_allowed_by_a_condition_on_their_keys(
    template: dict[str, Any], tmp_path: Path
) -> None:
    calls = used(template, recorded(tmp_path, **SIGN_IN))

    assert beyond(calls, allowed(template)) == []


def test_a_call_for_one_purpose_of_a_key_is_allowed_by_a_condition_on_it(
    template: dict[str, Any], tmp_path: Path
) -> None:
    calls = used(template, recorded(tmp_path, **SEAL, function="Mcp", key="request-state"))

    assert beyond(calls, allowed(template)) == []


@pytest.mark.parametrize(
    "changes",
    [
        SEAL | {"function": "Mcp"},
        SEAL | {"function": "Mcp", "key": "other"},
        {"function": "Mcp", "operation": "PutItem", "resource": "KEYS_TABLE"},
        SIGN_IN | {"key": "person#"},
        SIGN_IN | {"key": ""},
        {"operation": "Scan"},
        {"resource": "KEYS_TABLE"},
        {"resource": "ContractClientsTable"},
        {"function": "Preflight"},
        {"service": "kms", "operation": "Decrypt", "resource": "KEY_ENCRYPTION_KEY"},
    ],
)
def test_a_call_that_is_not_allowed_is_found(
    template: dict[str, Any], tmp_path: Path, changes: dict[str, str]
) -> None:
    assert len(beyond(used(template, recorded(tmp_path, **changes)), allowed(template))) == 1


def test_a_permission_that_nobody_uses_is_found(template: dict[str, Any], tmp_path: Path) -> None:
    own_statements(template, "Jwks")[0]["Action"].append("dynamodb:Scan")

    unused = idle(used(template, recorded(tmp_path)), allowed(template))
    assert Permission("Jwks", "dynamodb:Scan", "KeysTable") in unused


def test_a_kind_of_items_that_nobody_touches_is_found(
    template: dict[str, Any], tmp_path: Path
) -> None:
    *_, statement = own_statements(template, "Authorize")
    statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"].append("other#*")

    unused = idle(used(template, recorded(tmp_path, **SIGN_IN)), allowed(template))
    assert Permission("Authorize", "dynamodb:PutItem", "UsersTable", "other#*") in unused
    assert Permission("Authorize", "dynamodb:PutItem", "UsersTable", "session#*") not in unused


@pytest.mark.parametrize(
    ("member", "wide"),
    [("Resource", "*"), ("Action", "dynamodb:*"), ("Resource", {"Fn::Sub": "${KeysTable.Arn}/*"})],
)
def test_a_wildcard_is_found(template: dict[str, Any], member: str, wide: Any) -> None:
    own_statements(template, "Jwks")[0][member] = wide

    assert wildcards(template) - set(reasons(template)) == {"JwksRole"}


def test_another_policy_of_aws_is_a_wildcard(template: dict[str, Any]) -> None:
    arn = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess"}
    template["Resources"]["JwksRole"]["Properties"]["ManagedPolicyArns"].append(arn)

    assert wildcards(template) - set(reasons(template)) == {"AdministratorAccess"}


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("NotAction", "*"),
        ("NotResource", "*"),
        ("Condition", {"StringLike": {"dynamodb:LeadingKeys": ["a#*"]}}),
        ("Condition", {"ForAllValues:StringLike": {"dynamodb:Attributes": ["a#*"]}}),
        ("Condition", {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["a#1"]}}),
        ("Condition", {"StringEquals": {"kms:EncryptionContext:purpose": "a"}}),
        ("Condition", {"StringEquals": {"kms:ViaService": "a"}}),
    ],
    ids=str,
)
def test_what_is_not_understood_is_refused(
    template: dict[str, Any], member: str, value: Any
) -> None:
    own_statements(template, "Jwks")[0][member] = value

    with pytest.raises(AssertionError):
        allowed(template)


def test_every_reason_is_of_something_that_is_there() -> None:
    """Neither is there a reason for what has gone."""
    traced = transformed(Tracing="Active")

    assert set(reasons(traced)) == wildcards(traced)
    assert wildcards(traced) - wildcards(transformed()) == {"AWSXrayWriteOnlyAccess"}
