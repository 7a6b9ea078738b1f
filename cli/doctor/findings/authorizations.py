"""The authorization endpoint and its pages."""

from collections.abc import Iterator
from typing import Final

from cli.doctor.csp import directive, may_lead_to
from cli.doctor.exchange import Exchange
from cli.doctor.findings.finding import Finding, numbers
from cli.doctor.visit import Visit, Walk

_FRAMES: Final = ("deny", "sameorigin")


def loopback_ports(visit: Visit) -> Iterator[Finding]:
    """A native client comes back on the port that was free."""
    walks = [w for w in visit.walks if w.on_registered_port and w.on_registered_port.accepted]
    if walks:
        yield Finding(
            "loopback_port_refused",
            "A redirect URI on loopback is refused where its port is not the registered one.",
            "Ignore the port when you compare redirect URIs of http://127.0.0.1, http://[::1] and "
            "http://localhost; compare the rest exactly.",
            clauses=("RFC 8252 section 7.3", "OAuth 2.1 section 8.4.2"),
            clients=tuple(each.profile.name for each in walks),
            seen_in=_of(walks),
        )


def refused(visit: Visit) -> Iterator[Finding]:
    """Every client's authorization request leads to a page."""
    walks = [
        walk
        for walk in visit.walks
        if walk.authorization
        and not walk.authorization.accepted
        and not (walk.on_registered_port and walk.on_registered_port.accepted)
    ]
    by_reason: dict[str, list[Walk]] = {}
    for walk in walks:
        by_reason.setdefault(_reason(walk), []).append(walk)
    for reason, group in by_reason.items():
        scope = "invalid_scope" in reason
        yield Finding(
            "scope_refused" if scope else "authorization_refused",
            f"The authorization request of these clients is refused: {reason}.",
            "Leave out scopes that there are not, whatever was registered, and say in the token "
            "response which were granted."
            if scope
            else "Take the request as these clients send it; the exchanges show each parameter.",
            clauses=("RFC 6749 section 3.3",) if scope else ("RFC 6749 section 4.1.1",),
            clients=tuple(each.profile.name for each in group),
            seen_in=_of(group),
        )


def form_action(visit: Visit) -> Iterator[Finding]:
    """The policy of a page lets the redirect after its form through."""
    blocked = [walk for walk in visit.walks if _blocks(walk)]
    if blocked:
        yield Finding(
            "csp_blocks_redirect",
            "The page's Content-Security-Policy has a form-action that does not let the redirect "
            "to these clients through: Chromium stops there, and the code never arrives.",
            "Leave form-action out, or add the redirect URI's origin or scheme to it.",
            clauses=("CSP Level 3 section 6.4.1",),
            clients=tuple(each.profile.name for each in blocked),
            seen_in=_of(blocked),
        )


def frames(visit: Visit) -> Iterator[Finding]:
    """No page of the sign-in can be put into a frame."""
    pages = [w.authorization.exchange for w in visit.walks if w.authorization and _is_form(w)]
    open_ones = [each for each in pages if not _keeps_out_of_frames(each)]
    if open_ones:
        yield Finding(
            "page_can_be_framed",
            "The sign-in page can be put into another site's frame, and be clicked unseen.",
            "Send Content-Security-Policy: frame-ancestors 'none'.",
            clauses=("RFC 9700 section 4.16", "OAuth 2.1 section 7.12"),
            seen_in=numbers(*open_ones),
        )


def open_redirect(visit: Visit) -> Iterator[Finding]:
    """Nobody is sent to a redirect URI that was not registered."""
    tried = visit.foreign_redirect
    if tried and tried.outcome in ("code", "error"):
        yield Finding(
            "open_redirect",
            f"The authorization endpoint sends the browser to {tried.redirect_uri}, which the "
            "client never registered.",
            "Compare redirect_uri exactly with what was registered, before anything else, and "
            "show a page where it differs.",
            clauses=("RFC 6749 section 3.1.2.4", "RFC 9700 section 4.1.3"),
            seen_in=numbers(tried.exchange),
        )


def pkce(visit: Visit) -> Iterator[Finding]:
    """A request without a code_challenge is refused."""
    tried = visit.without_pkce
    if tried and tried.outcome in ("page", "code"):
        yield Finding(
            "pkce_not_required",
            "An authorization request without a code_challenge goes through, so a code that is "
            "stolen is good for whoever has it.",
            "Refuse a request without code_challenge with invalid_request.",
            clauses=("OAuth 2.1 section 4.1.1", "MCP authorization, code protection"),
            seen_in=numbers(tried.exchange),
        )


def _is_form(walk: Walk) -> bool:
    page = walk.authorization
    return bool(page and page.outcome == "page" and "<form" in page.exchange.body.lower())


def _blocks(walk: Walk) -> bool:
    page = walk.authorization
    if not page or not _is_form(walk):
        return False
    policies = page.exchange.values("content-security-policy")
    return not may_lead_to(policies, page.exchange.url, walk.profile.comes_back_to)


def _keeps_out_of_frames(page: Exchange) -> bool:
    if directive(page.values("content-security-policy"), "frame-ancestors"):
        return True
    return page.header("x-frame-options").lower() in _FRAMES


def _reason(walk: Walk) -> str:
    tried = walk.authorization
    if tried is None:
        return ""
    if tried.outcome == "error":
        error = tried.returned.get("error", "an answer without a code")
        return f"{error} ({tried.returned.get('error_description', 'no description')})"
    answer = tried.exchange.document or {}
    said = answer.get("error_description") or answer.get("error") or "a page for the person"
    return f"{tried.exchange.status or tried.exchange.failure} ({said})"


def _of(walks: list[Walk]) -> tuple[int, ...]:
    return numbers(*(each.authorization.exchange for each in walks if each.authorization))
