"""What the roles of the transformed template allow, and what the functions did."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, NamedTuple

REASONS = "WildcardReasons"
_KIND: Final = re.compile(r"\*|([a-z_-]+#|https://)\*")
# Secrets of the operator's, whose names begin with this
_SECRET: Final = re.compile(r"arn:.*:(parameter/|secret:)gatehouse/\*")
_INDEX: Final = re.compile(r"\$\{(\w+)\.Arn\}/index/(\w+)")
_KEYS_LIKE, _KEYS = "ForAllValues:StringLike", "dynamodb:LeadingKeys"
_EQUALS, _PURPOSE = "StringEquals", "kms:EncryptionContext:purpose"
_SECRETS: Final = "gatehouse/*"


class Permission(NamedTuple):
    """One action on one resource, which is named by its logical id.

    `key` says which items of a table: allowed are those whose partition key is like it, as
    StringLike has it; used was one whose partition key began with it, up to `#`. Of a KMS key it
    says for which purpose, as the encryption context names it.
    """

    function: str
    action: str
    resource: str
    key: str = "*"

    def covers(self, used: "Permission") -> bool:
        """Whether this one, which is allowed, is enough for what was used."""
        return self[:3] == used[:3] and fnmatchcase(used.key, self.key)


def beyond(used: set[Permission], allowed: set[Permission]) -> list[Permission]:
    """What was used and not allowed."""
    return sorted(use for use in used if not any(each.covers(use) for each in allowed))


def idle(used: set[Permission], allowed: set[Permission]) -> list[Permission]:
    """What is allowed and was not used."""
    return sorted(each for each in allowed if not any(each.covers(use) for use in used))


def allowed(template: dict[str, Any]) -> set[Permission]:
    """Every permission that the functions' own policies give. Policies of AWS are wildcards."""
    return {
        Permission(name, action, resource, key)
        for name, function in _of_type(template, "AWS::Lambda::Function")
        for statement in _statements(_role(template, function))
        for action in _list(statement["Action"])
        for resource in map(_logical_id, _list(statement["Resource"]))
        for key in _keys(statement)
    }


def used(template: dict[str, Any], calls: Path) -> set[Permission]:
    """Every permission that the calls recorded in a folder took."""
    functions = dict(_of_type(template, "AWS::Lambda::Function"))
    permissions = set()
    for file in calls.glob("*.jsonl"):
        for call in map(json.loads, file.read_text().splitlines()):
            variables = functions[call["function"]]["Environment"]["Variables"]
            resource = variables.get(call["resource"])
            found = _logical_id(resource) if resource else f"unknown: {call['resource']}"
            if re.fullmatch("/?gatehouse/.+", call["resource"]):
                found = _SECRETS
            index = call.get("index")
            permissions.add(
                Permission(
                    call["function"],
                    f"{call['service']}:{call['operation']}",
                    f"{found}/{index}" if index else found,
                    call.get("key", ""),
                )
            )
    return permissions


def wildcards(template: dict[str, Any]) -> set[str]:
    """Whatever reaches more than it names: managed policies and the owners of a `*`."""
    found = set()
    for name, role in _of_type(template, "AWS::IAM::Role"):
        found |= {_policy_name(arn) for arn in role.get("ManagedPolicyArns", [])}
        found |= {name for statement in _statements(role) if _is_wide(statement)}
    for name, policy in _policies_of_resources(template):
        found |= {name for statement in policy["Statement"] if _is_wide(statement)}
    return found


def reasons(template: dict[str, Any]) -> dict[str, str]:
    """Why each wildcard is there, as the template says."""
    written: dict[str, str] = template.get("Metadata", {}).get(REASONS, {})
    return written


def _of_type(template: dict[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in template["Resources"].items():
        if resource["Type"] == kind:
            yield name, resource["Properties"]


def _role(template: dict[str, Any], function: dict[str, Any]) -> dict[str, Any]:
    name, attribute = function["Role"]["Fn::GetAtt"]
    assert attribute == "Arn"
    role: dict[str, Any] = template["Resources"][name]["Properties"]
    return role


def _statements(role: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for policy in role.get("Policies", []):
        for written in policy["PolicyDocument"]["Statement"]:
            # what a parameter switches on is held against what is done while it is on
            statement = written["Fn::If"][1] if "Fn::If" in written else written
            # Whatever says less plainly what it allows is not understood here, so it fails
            assert set(statement) - {"Condition"} <= {"Sid", "Effect", "Action", "Resource"}, (
                statement
            )
            assert statement["Effect"] == "Allow", statement
            yield statement


def _keys(statement: dict[str, Any]) -> list[Any]:
    """What the partition keys may be like of the items that a statement is about."""
    condition = statement.get("Condition", {_KEYS_LIKE: {_KEYS: "*"}})
    if list(condition) == [_EQUALS]:
        # a request without that member of the context is refused as well
        assert list(condition[_EQUALS]) == [_PURPOSE], statement
        assert all(action.startswith("kms:") for action in _list(statement["Action"])), statement
        return _list(condition[_EQUALS][_PURPOSE])
    assert list(condition) == [_KEYS_LIKE], statement
    assert list(condition[_KEYS_LIKE]) == [_KEYS], statement
    patterns = _list(condition[_KEYS_LIKE][_KEYS])
    # a kind of items and all of that kind, as nothing narrower is recorded
    assert all(_KIND.fullmatch(pattern) for pattern in patterns), statement
    return patterns


def _policies_of_resources(template: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in template["Resources"].items():
        for member in ("KeyPolicy", "PolicyDocument", "ResourcePolicyDocument"):
            if isinstance(resource.get("Properties", {}).get(member), dict):
                yield name, resource["Properties"][member]


def _is_wide(statement: dict[str, Any]) -> bool:
    return "*" in json.dumps([statement["Action"], statement["Resource"]])


def _logical_id(resource: Any) -> str:
    """`{"Fn::GetAtt": ["ClientsTable", "Arn"]}` or `{"Ref": "ClientsTable"}`; else as it is.

    `{"Fn::Sub": "${UsersTable.Arn}/index/by_subject"}` is `UsersTable/by_subject`, and what is
    below `gatehouse/` in SSM and in Secrets Manager goes by one name.
    """
    if isinstance(resource, dict) and len(resource) == 1:
        ((function, argument),) = resource.items()
        if function == "Ref":
            return str(argument)
        if function == "Fn::GetAtt" and argument[1:] == ["Arn"]:
            return str(argument[0])
        if function == "Fn::Sub" and (index := _INDEX.fullmatch(str(argument))):
            return "/".join(index.groups())
        if function == "Fn::Sub" and _SECRET.fullmatch(str(argument)):
            return _SECRETS
    return json.dumps(resource)


def _policy_name(arn: Any) -> str:
    return json.dumps(arn).strip('"}]').rpartition("/")[2]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
