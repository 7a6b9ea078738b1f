"""The client of AWS services, against a server of the standard library on loopback."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from gatehouse.aws import client as client_module
from gatehouse.aws.client import AwsClient, AwsError, service_endpoint
from gatehouse.aws.invocations import Invocations
from gatehouse.aws.signature import Credentials
from gatehouse.errors import Unavailable

DROP = "drop the connection"
Answer = tuple[int, bytes] | tuple[int, bytes, str] | str
OK = (200, b'{"Item": {}}')
ATTEMPTS = 4


class Service(HTTPServer):
    """Gives the answers it was told to give, in order, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[Answer] = []
        self.asked: list[tuple[dict[str, str], bytes]] = []
        self.paths: list[str] = []
        self.connections = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5
    server: Service

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((headers, body))
        self.server.paths.append(self.path)
        answer = self.server.answers.pop(0)
        if isinstance(answer, str):
            self.close_connection = True
            return
        status, content, *error = answer
        self.send_response(status)
        for name in error:
            self.send_header("x-amzn-ErrorType", name)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        pass


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setattr(client_module, "_FIRST_PAUSE_SECONDS", 0)
    with Service() as service:
        thread = Thread(target=service.serve_forever, args=(0.01,))
        thread.start()
        yield service
        service.shutdown()
        thread.join()


@pytest.fixture
def client(service: Service) -> Iterator[AwsClient]:
    client = _client(service.url)
    yield client
    client.close()


def _credentials() -> Credentials:
    return Credentials("AKID", "secret", "session")


def _client(endpoint: str, credentials: Callable[[], Credentials] = _credentials) -> AwsClient:
    return AwsClient(
        "dynamodb",
        "DynamoDB_20120810",
        region="eu-central-1",
        endpoint=endpoint,
        content_type="application/x-amz-json-1.0",
        credentials=credentials,
    )


def refusal(code: str, **members: object) -> bytes:
    return json.dumps({"__type": code, "message": "no", **members}).encode()


THROTTLED = (
    400,
    refusal("com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"),
)


def test_a_call_is_a_signed_post_of_json(service: Service, client: AwsClient) -> None:
    service.answers = [OK]
    assert client.call("GetItem", {"TableName": "é"}) == {"Item": {}}
    ((headers, body),) = service.asked
    assert json.loads(body) == {"TableName": "é"}
    assert headers["x-amz-target"] == "DynamoDB_20120810.GetItem"
    assert headers["content-type"] == "application/x-amz-json-1.0"
    assert headers["host"] == service.url.removeprefix("http://")
    assert headers["x-amz-security-token"] == "session"
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKID/")


def test_one_connection_serves_many_calls(service: Service, client: AwsClient) -> None:
    service.answers = [OK, THROTTLED, OK]
    client.call("GetItem", {})
    client.call("GetItem", {})
    assert service.connections == 1


def test_an_empty_answer_is_an_empty_object(service: Service, client: AwsClient) -> None:
    service.answers = [(200, b"")]
    assert client.call("DeleteItem", {}) == {}


@pytest.mark.parametrize(
    "code",
    [
        "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "ConditionalCheckFailedException",
    ],
)
def test_a_refusal_is_raised_at_once_with_its_body(
    service: Service, client: AwsClient, code: str
) -> None:
    service.answers = [(400, refusal(code, Item={"id": {"S": "x"}}))]
    with pytest.raises(AwsError, match="ConditionalCheckFailedException: no") as refused:
        client.call("PutItem", {})
    assert refused.value.code == "ConditionalCheckFailedException"
    assert refused.value.body["Item"] == {"id": {"S": "x"}}
    assert len(service.asked) == 1


def test_the_service_does_not_decide_what_is_tried_again(
    service: Service, client: AwsClient
) -> None:
    service.answers = [(400, refusal("ValidationException", retryable=True))]
    with pytest.raises(AwsError):
        client.call("PutItem", {})
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        THROTTLED,
        (400, refusal("ThrottlingException")),
        (400, refusal("RequestLimitExceeded")),
        (400, refusal("LimitExceededException")),
        (500, refusal("InternalServerError")),
        (503, b"<html>busy</html>"),
        (502, b""),
        (503, b"\xff"),
        DROP,
    ],
    ids=str,
)
def test_trouble_that_passes_is_not_noticed(
    service: Service, client: AwsClient, trouble: Answer
) -> None:
    service.answers = [trouble, trouble, OK]
    assert client.call("GetItem", {}) == {"Item": {}}
    assert len(service.asked) == 3


@pytest.mark.parametrize("content", [b"[]", b"null", b'"busy"'])
def test_trouble_in_json_that_is_no_object_is_not_noticed(
    service: Service, client: AwsClient, content: bytes
) -> None:
    service.answers = [(503, content), OK]
    assert client.call("GetItem", {}) == {"Item": {}}


@pytest.mark.parametrize("trouble", [THROTTLED, (500, b"{}"), DROP], ids=str)
def test_trouble_that_stays_is_unavailable(
    service: Service, client: AwsClient, trouble: Answer
) -> None:
    service.answers = [trouble for _ in range(ATTEMPTS)]
    with pytest.raises(Unavailable, match="dynamodb GetItem"):
        client.call("GetItem", {})
    assert len(service.asked) == ATTEMPTS


def test_the_client_is_good_again_after_a_failure(service: Service, client: AwsClient) -> None:
    service.answers = [*[DROP] * ATTEMPTS, OK]
    with pytest.raises(Unavailable):
        client.call("GetItem", {})
    assert client.call("GetItem", {}) == {"Item": {}}


def test_each_attempt_is_signed_afresh_over_the_same_body(service: Service) -> None:
    key_ids = iter(("FIRST", "SECOND"))
    client = _client(service.url, lambda: Credentials(next(key_ids), "secret"))
    service.answers = [THROTTLED, OK]
    client.call("GetItem", {"a": 1})
    client.close()
    first, second = service.asked
    assert first[1] == second[1]
    assert "Credential=FIRST/" in first[0]["authorization"]
    assert "Credential=SECOND/" in second[0]["authorization"]


@pytest.mark.usefixtures("service")
def test_a_service_that_is_not_there_is_unavailable() -> None:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as gone:
        port = gone.server_port
    with pytest.raises(Unavailable):
        _client(f"http://127.0.0.1:{port}").call("GetItem", {})


@pytest.mark.parametrize(
    ("environment", "endpoint"),
    [
        ({}, "https://kms.eu-central-1.amazonaws.com"),
        ({"AWS_ENDPOINT_URL": "http://all"}, "http://all"),
        ({"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_KMS": "http://k"}, "http://k"),
        ({"AWS_ENDPOINT_URL_DYNAMODB": "http://d"}, "https://kms.eu-central-1.amazonaws.com"),
    ],
)
def test_the_endpoint_comes_from_the_environment_as_for_aws_tools(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], endpoint: str
) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL_DYNAMODB"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert service_endpoint("kms", "eu-central-1") == endpoint


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-central-1", "dynamodb.eu-central-1.amazonaws.com"),
        ("cn-north-1", "dynamodb.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_a_service_s_host_is_that_of_its_partition(
    region: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)

    assert service_endpoint("dynamodb", region) == f"https://{host}"


@pytest.fixture
def invocations(service: Service) -> Iterator[Invocations]:
    client = Invocations(
        "stack-McpTask-1A", "eu-central-1", endpoint=service.url, credentials=_credentials
    )
    yield client
    client.close()


def test_an_invocation_is_an_event_that_lambda_queues(
    service: Service, invocations: Invocations
) -> None:
    service.answers = [(202, b"")]
    invocations.invoke({"task_id": "a"})
    ((headers, body),) = service.asked
    assert service.paths == ["/2015-03-31/functions/stack-McpTask-1A/invocations"]
    assert json.loads(body) == {"task_id": "a"}
    assert headers["x-amz-invocation-type"] == "Event"
    assert "/lambda/aws4_request" in headers["authorization"]


def test_a_refused_invocation_is_named_by_its_header(
    service: Service, invocations: Invocations
) -> None:
    service.answers = [(404, b'{"Message": "no function"}', "ResourceNotFoundException:http://x")]
    with pytest.raises(AwsError, match="no function") as refused:
        invocations.invoke({})
    assert refused.value.code == "ResourceNotFoundException"


def test_an_invocation_that_is_throttled_is_tried_again(
    service: Service, invocations: Invocations
) -> None:
    service.answers = [(429, b"{}", "TooManyRequestsException"), (202, b"")]
    invocations.invoke({})
    assert len(service.asked) == 2
