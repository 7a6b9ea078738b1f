"""Refreshing, and two clients' processes that do it at once."""

from collections.abc import Iterator

from cli.doctor.findings.finding import Finding, numbers
from cli.doctor.visit import Visit, texts


def refresh_token(visit: Visit) -> Iterator[Finding]:
    """There is a refresh token where the server has that grant."""
    grants = texts(visit.server.get("grant_types_supported"))
    got = (visit.token_answer and visit.token_answer.found) or {}
    if "refresh_token" in grants and got.get("access_token") and not got.get("refresh_token"):
        yield Finding(
            "refresh_token_missing",
            "The server lists the refresh_token grant, and the token response has no refresh "
            "token: people have to sign in again whenever the access token expires.",
            "Issue a refresh token with every code, or to whom asks for offline_access and say "
            "so in scopes_supported.",
            clauses=("MCP authorization, refresh tokens",),
            clients=visit.everybody,
            seen_in=numbers(visit.token_answer),
        )


def refreshed(visit: Visit) -> Iterator[Finding]:
    """A refresh without a scope works, and replaces the refresh token."""
    if not visit.refreshed:
        return
    found = visit.refreshed.found
    if not found:
        said = (visit.refreshed.document or {}).get("error", "no error code")
        yield Finding(
            "refresh_refused",
            f"A refresh is answered {visit.refreshed.status} ({said}).",
            "Take a refresh without scope, which keeps the scope, and with resource.",
            clauses=("RFC 6749 section 6",),
            clients=visit.everybody,
            seen_in=numbers(visit.refreshed),
        )
        return
    before = (visit.token_answer and visit.token_answer.found) or {}
    public = bool(visit.own and not visit.own.secret)
    if public and found.get("refresh_token") in (None, before.get("refresh_token")):
        yield Finding(
            "refresh_token_not_rotated",
            "A public client keeps the same refresh token, so a stolen one is never noticed.",
            "Issue a new refresh token with every refresh of a public client.",
            clauses=("OAuth 2.1 section 4.3.1", "MCP authorization, token theft"),
            seen_in=numbers(visit.refreshed),
        )


def race(visit: Visit) -> Iterator[Finding]:
    """Two refreshes at once both end with a refresh token that works."""
    lost = [each for each in visit.race if not each.found]
    dead = [each for each in visit.after_race if not each.found]
    if not lost and not dead:
        return
    how = "one of them is refused" if lost else "both are answered"
    then = ", and then a refresh token that was just issued is dead" if dead else ""
    yield Finding(
        "refresh_race",
        f"Two refreshes with one token at once: {how}{then}. Two processes of one client, or one "
        "that repeats a request whose answer was lost, lose their session.",
        "Answer a refresh token that comes again within seconds with the same answer as the "
        "first time; end the grant only for older ones.",
        clauses=("RFC 9700 section 4.14.2",) if dead else (),
        clients=visit.clients("refreshes_twice"),
        seen_in=numbers(*visit.race, *visit.after_race),
    )
