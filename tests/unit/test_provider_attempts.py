"""What an attempt shows a provider, and proves by: made of the state and the browser, both."""

import base64
import hashlib

from gatehouse.oauth.secret_values import digest
from gatehouse.signin.providers.attempts import Secrets, new_attempt


def test_neither_the_url_nor_the_cookie_alone_is_enough() -> None:
    ours = Secrets("state", "browser")
    others = [Secrets("state", "another"), Secrets("another", "browser")]

    assert ours.nonce not in {each.nonce for each in others}
    assert ours.code_verifier not in {each.code_verifier for each in others}
    assert ours.nonce != ours.code_verifier
    assert (ours.nonce, ours.code_verifier) == (
        Secrets("state", "browser").nonce,
        Secrets("state", "browser").code_verifier,
    )


def test_the_challenge_is_the_verifiers() -> None:
    """RFC 7636 section 4.2."""
    ours = Secrets("state", "browser")
    hashed = hashlib.sha256(ours.code_verifier.encode()).digest()

    assert ours.code_challenge == base64.urlsafe_b64encode(hashed).decode().rstrip("=")
    assert 43 <= len(ours.code_verifier) <= 128


def test_what_is_kept_of_it_is_hashes() -> None:
    attempt = new_attempt(
        Secrets("state", "browser"), provider="acme", return_to="/", asks_again=False, now=1000
    )

    assert (attempt.state_hash, attempt.browser_hash) == (digest("state"), digest("browser"))
    assert attempt.expires_at == 1600
    assert attempt.is_from("browser")
    assert not attempt.is_from("another")
    assert not attempt.is_from(None)
