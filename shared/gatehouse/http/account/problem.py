"""What keeps a button of the account page from doing what it says."""

from collections.abc import Mapping

from gatehouse.http.page_response import NO_HEADERS


class AccountProblem(Exception):
    """The message is for the person; `outcome` and `reason` are for the log.

    The page that shows it has `status` and `further` headers.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        outcome: str = "not_possible",
        reason: str = "",
        further: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.outcome = outcome
        self.reason = reason
        self.further = further
