"""The local stack, put together."""

import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from local.account import CREDENTIALS, REGION
from local.children import Children
from local.declared import Declared, Function
from local.engines import Engines
from local.errors import LocalError
from local.function_log import FunctionLog
from local.import_check import ImportCheck
from local.invocation_api import InvocationApi
from local.listener import listen
from local.template import Template

if TYPE_CHECKING:
    from local.http_server import HttpServer
    from local.runtime import LambdaFunction

_WATCH_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Options:
    """What a stack is started with; `root` is the repository.

    `template` is the repository's, which runs the source, or that of a build of it. `parameters`
    are further ones of it, and `secrets` what the operator keeps in SSM and Secrets Manager, by
    the references that a provider's `client_secret` has.
    """

    root: Path
    template: Path
    port: int
    user: str
    password: str
    signing_key: Path | None
    client_documents: str = "any"
    http_sse: str = "true"
    parameters: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The origin that clients reach the stack by."""
        return f"http://localhost:{self.port}"

    @property
    def state(self) -> Path:
        """The folder of what survives a restart, and of the logs."""
        return self.root / ".local" / str(self.port)


class Stack:
    """One stack. `stop` may be called from another thread while `start` or `watch` runs.

    One a process: gatehouse's wiring, which fills the tables, reads the environment once.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._children = Children()
        self._server: HttpServer | None = None
        self._functions: dict[str, LambdaFunction] = {}

    def start(self) -> None:
        """Return when it serves. Raises `LocalError`, and `Ended` when it is being stopped."""
        # What is slow and independent starts first, in processes of its own: the engines, and the
        # import of the handlers. This process imports what it needs meanwhile
        options = self._options
        template = Template(options.template)
        declared = self._resolved(template, {})
        sockets = listen(options.port)
        options.state.mkdir(parents=True, exist_ok=True)
        self._invocations = InvocationApi(self._functions)
        self._engines = Engines(root=options.root, state=options.state, children=self._children)
        check = ImportCheck(declared.functions, state=options.state, children=self._children)
        from local.function_urls import FunctionUrls
        from local.gateway import Gateway
        from local.http_server import HttpServer
        from local.runtime import LambdaFunction

        declared = self._seeded(template, declared)
        check.finish()
        self._write_env_vars(declared)
        log = FunctionLog(options.state / "functions.log")
        for function in declared.functions:
            self._functions[function.name] = LambdaFunction(
                function, endpoints=self._endpoints(), children=self._children, log=log
            )
        streams = FunctionUrls(declared.streams, self._functions)
        gateway = Gateway(declared.routes, self._functions, port=options.port, streams=streams)
        self._server = HttpServer(gateway, sockets)

    def watch(self) -> None:
        """Never return; raise `LocalError` when an engine has ended."""
        while True:
            time.sleep(_WATCH_SECONDS)
            self._engines.check()

    def stop(self) -> None:
        """End everything that was started."""
        if self._server:
            self._server.stop_accepting()
        self._children.end()
        if self._server:
            self._server.join()

    @property
    def persistent(self) -> bool:
        """Whether the tables survive the stack."""
        return self._engines.persistent

    def _resolved(self, template: Template, key_arns: Mapping[str, str]) -> Declared:
        attributes = {f"{name}.Arn": arn for name, arn in key_arns.items()}
        attributes |= {name: arn.rpartition("/")[2] for name, arn in key_arns.items()}
        parameters = {
            "PublicUrl": self._options.url,
            "ClientIdMetadataDocuments": self._options.client_documents,
            # one host serves everything, as behind CloudFront
            "HttpSseTransport": self._options.http_sse,
            "UseCloudFront": self._options.http_sse,
            **self._options.parameters,
        }
        return template.resolve(parameters, attributes)

    def _endpoints(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL_DYNAMODB": self._engines.dynamodb.url,
            "AWS_ENDPOINT_URL_KMS": self._engines.kms.url,
            "AWS_ENDPOINT_URL_LAMBDA": self._invocations.url,
            "AWS_ENDPOINT_URL_SSM": self._engines.kms.url,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": self._engines.kms.url,
        }

    def _write_env_vars(self, declared: Declared) -> None:
        """Leave a file for `sam local --env-vars`, so that it reaches the same engines."""
        variables: dict[str, str] = {}
        for function in declared.functions:
            variables |= function.environment
        content = {"Parameters": {**variables, **self._endpoints()}}
        (self._options.state / "env-vars.json").write_text(json.dumps(content, indent=2))

    def _seeded(self, template: Template, declared: Declared) -> Declared:
        """What the template declares, now that its keys exist."""
        _share_path(declared.functions)
        from gatehouse.errors import GatehouseError
        from gatehouse.settings import SettingsError
        from local import seed

        options = self._options
        os.environ.update({**CREDENTIALS, "AWS_REGION": REGION, **self._endpoints()})
        try:
            seed.create_tables(declared.tables, endpoint=self._engines.dynamodb.url)
            self._engines.kms.wait_until_ready()
            keys = template.logical_ids("AWS::KMS::Key")
            arns = {name: seed.create_key(endpoint=self._engines.kms.url) for name in keys}
            seed.store_secrets(options.secrets, endpoint=self._engines.kms.url)
            resolved = self._resolved(template, arns)
            for function in resolved.functions:
                os.environ.update(function.environment)
            os.environ.update(self._endpoints())
            seed.seal_signing_key(options.signing_key, state=options.state)
            seed.forget_request_state_keys()
            seed.ensure_person(options.user, options.password)
        except SettingsError as error:
            raise LocalError(f"{options.template}: {error}") from None
        except GatehouseError as error:
            raise LocalError(f"the tables cannot be filled: {error}") from None
        return resolved


def _share_path(functions: Iterable[Function]) -> None:
    # The stack's own gatehouse is the one of the functions' layer
    for folder in {folder for function in functions for folder in function.module_folders}:
        sys.path.append(str(folder))
