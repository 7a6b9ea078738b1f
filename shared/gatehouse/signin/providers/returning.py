"""What comes back from a provider: whether it is the answer to a question of ours."""

from typing import TYPE_CHECKING

from gatehouse.parameters import Parameters
from gatehouse.signin.providers.attempts import ProviderAttempt, Secrets
from gatehouse.signin.providers.errors import Declined, OutOfDate, Untrusted
from gatehouse.signin.providers.upstream import known_error

if TYPE_CHECKING:
    from gatehouse.storage.contract.providers import ProviderAttemptStore


def find_attempt(
    answer: Parameters,
    *,
    provider: str,
    browser: str | None,
    attempts: "ProviderAttemptStore",
    now: int,
) -> tuple[ProviderAttempt, Secrets]:
    """The attempt that the answer is for, unchanged: it can still be finished.

    Raises `OutOfDate`.
    """
    state = answer.get("state")
    if not state or not browser:
        raise OutOfDate("no state, or no cookie of a browser that began a sign-in")
    secrets = Secrets(state, browser)
    attempt = attempts.find(secrets.state_hash)
    if attempt is None:
        raise OutOfDate("state is not known: invented, used before, or long expired")
    # RFC 6749 section 10.12: whoever began it is who finishes it
    if not attempt.is_from(browser):
        raise OutOfDate("state is another browser's")
    # RFC 9700 section 4.4.2: each provider has a redirect URI of its own
    if attempt.provider != provider:
        raise OutOfDate("state is for another provider")
    if attempt.expires_at <= now:
        raise OutOfDate("state has expired")
    return attempt, secrets


def use_attempt(attempt: ProviderAttempt, attempts: "ProviderAttemptStore") -> None:
    """Use the attempt up, so that nobody can finish it again. Raises `OutOfDate`."""
    if not attempts.use(attempt.state_hash):
        raise OutOfDate("state was used at the same time")


def read_code(answer: Parameters) -> str:
    """The code that came back. Raises `Declined` for an error, `Untrusted` for neither."""
    error = answer.get("error")
    if error is not None:
        raise Declined(f"the provider answered: {known_error(error)}")
    code = answer.get("code")
    if code is None:
        raise Untrusted("the answer has neither a code nor an error")
    return code
