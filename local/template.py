"""Reads template.yaml and resolves it for one local stack."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from local import declared
from local.declared import Declared
from local.errors import TemplateError
from local.intrinsics import Resolver

_T = TypeVar("_T")

# The properties that the local stack reads, by type: nothing else has to make sense to it.
_READ: Final[Mapping[str, frozenset[str]]] = {
    "AWS::Serverless::LayerVersion": frozenset({"ContentUri"}),
    "AWS::Serverless::Function": frozenset(
        {
            "CodeUri",
            "Environment",
            "Events",
            "FunctionUrlConfig",
            "Handler",
            "Layers",
            "MemorySize",
            "Runtime",
            "Timeout",
        }
    ),
    "AWS::ApiGatewayV2::Integration": frozenset(
        {
            "IntegrationType",
            "IntegrationUri",
            "PayloadFormatVersion",
            "ResponseParameters",
            "TimeoutInMillis",
        }
    ),
    "AWS::ApiGatewayV2::Route": frozenset({"RouteKey", "Target"}),
    "AWS::CloudFront::Distribution": frozenset({"DistributionConfig"}),
    "AWS::DynamoDB::Table": frozenset(
        {
            "AttributeDefinitions",
            "BillingMode",
            "GlobalSecondaryIndexes",
            "KeySchema",
            "LocalSecondaryIndexes",
            "ProvisionedThroughput",
            "TableName",
            "TimeToLiveSpecification",
        }
    ),
}


class Template:
    """A SAM template."""

    def __init__(self, path: Path) -> None:
        """Read the file. Raises `TemplateError`."""
        self._path = path
        self._content = _load(path)
        self._resources: dict[str, Any] = self._section("Resources")

    def logical_ids(self, resource_type: str) -> list[str]:
        """The logical ids of the resources of a type, in the order of the file."""
        return [n for n, resource in self._resources.items() if resource["Type"] == resource_type]

    def resolve(self, parameters: Mapping[str, str], attributes: Mapping[str, str]) -> Declared:
        """What the template declares when it is given these parameters.

        `attributes` is what GetAtt gives, by `LogicalId.Attribute`; an ARN that it lacks is made
        up. Raises `TemplateError`.
        """
        resolver = self._resolver(parameters, attributes)
        shared = self._section("Globals").get("Function") or {}
        folder = self._path.parent

        def function(name: str, own: dict[str, Any]) -> declared.Function:
            properties = _merged(self._resolved(resolver, "AWS::Serverless::Function", shared), own)
            return declared.function(name, properties, folder=folder, layers=layers)

        layers = self._each(
            resolver, "AWS::Serverless::LayerVersion", lambda _, own: str(own["ContentUri"])
        )
        functions = self._each(resolver, "AWS::Serverless::Function", function)
        integrations = self._each(
            resolver,
            "AWS::ApiGatewayV2::Integration",
            lambda _, own: declared.integration(own, functions=functions),
        )
        routes = self._each(
            resolver,
            "AWS::ApiGatewayV2::Route",
            lambda _, own: declared.route(own, integrations=integrations),
        )
        tables = self._each(resolver, "AWS::DynamoDB::Table", declared.table)
        streams = self._each(
            resolver,
            "AWS::CloudFront::Distribution",
            lambda _, own: declared.streamed_paths(own, functions=functions),
        )
        return Declared(
            tuple(functions.values()),
            tuple(routes.values()),
            tuple(tables.values()),
            {path: name for paths in streams.values() for path, name in paths.items()},
        )

    def _resolver(self, parameters: Mapping[str, str], attributes: Mapping[str, str]) -> Resolver:
        defaults = {
            name: str(parameter["Default"])
            for name, parameter in self._section("Parameters").items()
            if "Default" in parameter
        }
        return Resolver(
            parameters=defaults | dict(parameters),
            conditions=self._section("Conditions"),
            resource_types={name: resource["Type"] for name, resource in self._resources.items()},
            attributes=attributes,
        )

    def _each(
        self, resolver: Resolver, resource_type: str, read: Callable[[str, dict[str, Any]], _T]
    ) -> dict[str, _T]:
        found: dict[str, _T] = {}
        for name in self.logical_ids(resource_type):
            resource = self._resources[name]
            with self._named(name):
                if "Condition" not in resource or resolver.holds(resource["Condition"]):
                    own = self._resolved(resolver, resource_type, resource.get("Properties") or {})
                    found[name] = read(name, own)
        return found

    def _resolved(
        self, resolver: Resolver, resource_type: str, properties: dict[str, Any]
    ) -> dict[str, Any]:
        read = {n: value for n, value in properties.items() if n in _READ[resource_type]}
        resolved: dict[str, Any] = resolver.resolve(read)
        return resolved

    def _section(self, name: str) -> dict[str, Any]:
        section = self._content.get(name) or {}
        if not isinstance(section, dict) or not all(isinstance(v, dict) for v in section.values()):
            raise TemplateError(f"{self._path.name}: {name} is no map of maps")
        if name == "Resources" and not all("Type" in resource for resource in section.values()):
            untyped = next(n for n, resource in section.items() if "Type" not in resource)
            raise TemplateError(f"{self._path.name}: {untyped}: no Type")
        return section

    @contextmanager
    def _named(self, resource: str) -> Iterator[None]:
        try:
            yield
        except TemplateError as error:
            raise TemplateError(f"{self._path.name}: {resource}: {error}") from None
        except KeyError as error:
            raise TemplateError(f"{self._path.name}: {resource}: no {error.args[0]}") from None
        except (AttributeError, TypeError, ValueError) as error:
            raise TemplateError(f"{self._path.name}: {resource}: {error}") from None


def _merged(shared: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    # As SAM merges Globals: maps member by member, lists one after the other, the rest replaced
    merged = {**shared, **own}
    for name in shared.keys() & own.keys():
        if isinstance(shared[name], dict) and isinstance(own[name], dict):
            merged[name] = _merged(shared[name], own[name])
        elif isinstance(shared[name], list) and isinstance(own[name], list):
            merged[name] = shared[name] + own[name]
    return merged


def _load(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader
    except OSError as error:
        raise TemplateError(f"{path.name}: {error.strerror}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TemplateError(f"{path.name}, line {line}: {error.problem}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TemplateError(f"{path.name}: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict) or not content.get("Resources"):
        raise TemplateError(f"{path.name}: no Resources")
    return content


# libyaml's parser, where PyYAML was built with it, reads the template ten times faster.
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML with CloudFormation's short tags: `!Sub x` is `{"Fn::Sub": x}`."""


def _short_form(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    argument: Any
    if isinstance(node, yaml.ScalarNode):
        argument = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        argument = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        argument = loader.construct_mapping(node, deep=True)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": argument}


_Loader.add_multi_constructor("!", _short_form)
