"""CloudFormation's intrinsic functions, resolved for one local stack."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from local.account import PSEUDO_PARAMETERS, REGION, local_arn
from local.errors import TemplateError

NO_VALUE: Final = object()  # what AWS::NoValue stands for: the member is left out
# Made up like ARNs, for where only their form matters.
_HOSTS: Final = {
    "ApiEndpoint": "https://{}.execute-api.{}.amazonaws.com",
    "FunctionUrl": "https://{}.lambda-url.{}.on.aws/",
    "DomainName": "{}.{}.cloudfront.net",
}
_SUB_VARIABLE: Final = re.compile(r"\$\{(!?)([^}]+)\}")


@dataclass(frozen=True, slots=True)
class Resolver:
    """What the functions refer to.

    `resource_types` are the types by logical id; `attributes` hold what GetAtt gives, by
    `LogicalId.Attribute`, where the stack knows better than an ARN made up here.
    """

    parameters: Mapping[str, str]
    conditions: Mapping[str, Any]
    resource_types: Mapping[str, str]
    attributes: Mapping[str, str]

    def resolve(self, node: Any) -> Any:
        """`node` with every function in it carried out. Raises `TemplateError`."""
        if isinstance(node, dict):
            if len(node) == 1:
                ((name, argument),) = node.items()
                if name in ("Ref", "Condition") or str(name).startswith("Fn::"):
                    return self._function(str(name), argument)
            members = {key: self.resolve(value) for key, value in node.items()}
            return {key: value for key, value in members.items() if value is not NO_VALUE}
        if isinstance(node, list):
            return [item for item in map(self.resolve, node) if item is not NO_VALUE]
        return node

    def holds(self, condition: str) -> bool:
        """Whether the condition of that name holds."""
        if condition not in self.conditions:
            raise TemplateError(f"there is no condition {condition}")
        return bool(self.resolve(self.conditions[condition]))

    def _function(self, name: str, argument: Any) -> Any:
        functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self.holds,
            "Fn::GetAtt": self._get_attribute,
            "Fn::Sub": self._substitute,
            "Fn::Join": self._join,
            "Fn::Select": lambda pair: self.resolve(pair[1])[int(pair[0])],
            "Fn::Split": lambda pair: str(self.resolve(pair[1])).split(pair[0]),
            "Fn::If": self._if,
            "Fn::Equals": lambda pair: self.resolve(pair[0]) == self.resolve(pair[1]),
            "Fn::Not": lambda conditions: not self.resolve(conditions[0]),
            "Fn::And": lambda conditions: all(map(self.resolve, conditions)),
            "Fn::Or": lambda conditions: any(map(self.resolve, conditions)),
        }
        if name not in functions:
            raise TemplateError(f"the local stack does not know {name}")
        try:
            return functions[name](argument)
        except (IndexError, KeyError, TypeError, ValueError):
            raise TemplateError(f"{name} cannot be given {argument!r}") from None

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        for values in (self.parameters, self.attributes, PSEUDO_PARAMETERS):
            if name in values:
                return values[name]
        if name in self.resource_types:
            return name
        raise TemplateError(f"there is no parameter or resource {name}")

    def _get_attribute(self, path: str | list[str]) -> str:
        name = path if isinstance(path, str) else ".".join(path)
        if name in self.attributes:
            return self.attributes[name]
        resource, _, attribute = name.partition(".")
        if attribute in _HOSTS:
            # what SAM calls the URL of a function
            function = resource.removesuffix("Url") if attribute == "FunctionUrl" else resource
            if function in self.resource_types:
                return _HOSTS[attribute].format(function.lower(), REGION)
        if resource not in self.resource_types:
            raise TemplateError(f"there is no resource {resource}")
        if attribute != "Arn":
            raise TemplateError(f"the local stack does not know the attribute {name}")
        return local_arn(self.resource_types[resource], resource)

    def _substitute(self, argument: str | list[Any]) -> str:
        text, own = (argument, {}) if isinstance(argument, str) else argument

        def value(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return f"${{{name}}}"
            if name in own:
                return str(self.resolve(own[name]))
            return str(self._get_attribute(name) if "." in name else self._ref(name))

        return _SUB_VARIABLE.sub(value, text)

    def _join(self, argument: list[Any]) -> str:
        separator, parts = argument
        return str(separator).join(map(str, self.resolve(parts)))

    def _if(self, argument: list[Any]) -> Any:
        condition, then, otherwise = argument
        return self.resolve(then if self.holds(condition) else otherwise)
