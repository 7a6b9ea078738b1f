"""Calls of the JSON API of a server that the operator named: a token endpoint, a list of groups."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from gatehouse.documents import ApiAnswer, DocumentUnavailable
from gatehouse.fetch.documents import read_json, require_json
from gatehouse.fetch.exchanges import Exchanges, Sending

_FORM: Final = "application/x-www-form-urlencoded"


class ApiCaller:
    """Keeps the promises of `CallApi`; `ways_out` are those of `Exchanges`."""

    def __init__(self, *, largest: int, **ways_out: Any) -> None:
        self._exchanges = Exchanges(largest=largest, **ways_out)

    def __call__(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ApiAnswer:
        sending = Sending(headers or {})
        if form is not None:
            sending = Sending({"content-type": _FORM, **sending.headers}, urlencode(form).encode())
        answer = self._exchanges.ask(url, sending, _require_answer)
        return ApiAnswer(answer.status, read_json(answer.content))


def _require_answer(status: int, headers: Mapping[str, str]) -> None:
    # a refusal (4xx) is an answer as well (RFC 6749 section 5.2)
    if status != 200 and not 400 <= status < 500:
        raise DocumentUnavailable(f"status {status}")
    require_json(headers)
