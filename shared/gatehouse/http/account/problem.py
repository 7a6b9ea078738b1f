"""What keeps a button of the account page from doing what it says."""


class AccountProblem(Exception):
    """The message is for the person; `outcome` and `reason` are for the log."""

    def __init__(self, message: str, *, outcome: str = "not_possible", reason: str = "") -> None:
        super().__init__(message)
        self.outcome = outcome
        self.reason = reason
