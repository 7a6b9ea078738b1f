"""What can be wrong with a server, one fault each: how the small server is broken, and its name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from tests.doctor.small_server import RESOURCE, SERVER, Asked, Change, Given

Wanted = Callable[[Asked], bool]


@dataclass(frozen=True)
class Fault:
    """How to break the server, and exactly what the doctor then names."""

    named: tuple[str, ...]
    change: Change = lambda _, given: given
    switches: tuple[str, ...] = ()
    title: str = ""


def where(wanted: Wanted, change: Callable[[Given], Given]) -> Change:
    """Change the answers to some requests."""
    return lambda asked, given: change(given) if wanted(asked) else given


def at(path: str, method: str = "") -> Wanted:
    return lambda asked: asked.path == path and method in ("", asked.method)


def bare(method: str = "") -> Wanted:
    """Requests to the MCP endpoint without a token."""
    return lambda asked: at("/mcp", method)(asked) and not asked.token and asked.method != "OPTIONS"


def called(method: str, *, modern: bool | None = None) -> Wanted:
    """JSON-RPC requests with a good token, of either era or of one."""

    def wanted(asked: Asked) -> bool:
        if asked.path != "/mcp" or "made-up" in asked.token or not asked.token:
            return False
        era = "_meta" in asked.message.get("params", {})
        ours = asked.message.get("method") == method and not asked.token.endswith(".")
        return ours and modern in (None, era)

    return wanted


def granting(kind: str) -> Wanted:
    """Requests for tokens by a grant."""
    return lambda asked: asked.path == "/oauth/token" and asked.form.get("grant_type") == kind


def status(value: int, body: Any = "") -> Callable[[Given], Given]:
    return lambda given: replace(given, status=value, body=body)


def having(**members: Any) -> Callable[[Given], Given]:
    return lambda given: given.having(**members) if isinstance(given.body, dict) else given


def with_headers(**headers: str | None) -> Callable[[Given], Given]:
    return lambda given: given.with_headers(**headers)


def challenged(written: Callable[[str], str]) -> Change:
    """Another challenge, made of the right one."""

    def change(_: Asked, given: Given) -> Given:
        right = given.headers.get("www-authenticate")
        return given.with_headers(www_authenticate=written(right)) if right else given

    return change


def renamed(_: Asked, given: Given) -> Given:
    """As API Gateway is reported to."""
    right = given.headers.get("www-authenticate")
    changed = given.with_headers(www_authenticate=None, x_amzn_remapped_www_authenticate=right)
    return changed if right else given


def resource(change: Callable[[str], str]) -> Change:
    """Another `resource` in both documents."""

    def changed(asked: Asked, given: Given) -> Given:
        if not asked.path.startswith(RESOURCE) or given.status != 200:
            return given
        return given.having(resource=change(f"http://{asked.headers['host']}/mcp"))

    return changed


def both(*changes: Change) -> Change:
    def change(asked: Asked, given: Given) -> Given:
        for each in changes:
            given = each(asked, given)
        return given

    return change


REGISTRATION: Final = at("/oauth/register", "POST")
METADATA: Final = at(SERVER, "GET")
AUTHORIZE: Final = at("/oauth/authorize", "GET")
UNKNOWN: Final = "doctor/no-such-method"


def at_path(asked: Asked) -> bool:
    return asked.path == f"{RESOURCE}/mcp"


def with_secret(asked: Asked) -> bool:
    return asked.path == "/oauth/token" and "client_secret" in asked.form


def of_cursor(asked: Asked) -> bool:
    return REGISTRATION(asked) and "cursor://" in asked.body


def with_slash(asked: Asked) -> bool:
    return AUTHORIZE(asked) and asked.query.get("resource", "").endswith("/")


def unknown_client(asked: Asked) -> bool:
    return asked.path == "/oauth/token" and "no-such-client" in asked.body


def made_up_code(asked: Asked) -> bool:
    return granting("authorization_code")(asked) and asked.form["code"].startswith("made-up")


def made_up_token(asked: Asked) -> bool:
    token = asked.token
    return asked.path == "/mcp" and (token.startswith("made-up") or token.endswith("."))


def policy(value: str | None) -> Change:
    return where(AUTHORIZE, with_headers(content_security_policy=value))


def open_redirect(asked: Asked, given: Given) -> Given:
    """Errors go back to whatever URI was asked for."""
    target = asked.query.get("redirect_uri", "")
    if not AUTHORIZE(asked) or "doctor.invalid" not in target:
        return given
    return Given(303, headers={"location": f"{target}?error=invalid_request"})


def with_null(asked: Asked, given: Given) -> Given:
    return replace(given, body={**given.body, "logo_uri": None}) if REGISTRATION(asked) else given


FAULTS: Final = (
    Fault(("no_401",), where(bare("POST"), status(403))),
    Fault(("open_without_token",), switches=("open",)),
    Fault(("get_not_refused",), where(bare("GET"), status(405))),
    Fault(("challenge_missing",), where(at("/mcp"), with_headers(www_authenticate=None))),
    Fault(("challenge_renamed",), renamed),
    Fault(("challenge_without_resource_metadata",), challenged(lambda _: 'Bearer realm="here"')),
    Fault(
        ("challenge_repeats_resource_metadata",),
        challenged(lambda right: f"{right}, {right.removeprefix('Bearer ')}"),
    ),
    Fault(
        ("challenge_leads_nowhere",), challenged(lambda right: right.replace("/mcp", "/nowhere"))
    ),
    Fault(
        ("mcp_endpoint_redirects",),
        where(at("/mcp/"), lambda _: Given(307, headers={"location": "/mcp"})),
    ),
    Fault(
        ("resource_metadata_missing", "challenge_without_resource_metadata"),
        both(
            where(lambda asked: asked.path.startswith(RESOURCE), status(404)),
            challenged(lambda _: "Bearer"),
        ),
    ),
    Fault(
        ("resource_metadata_root_only",),
        both(
            where(at_path, status(404)),
            challenged(lambda right: right.replace(f"{RESOURCE}/mcp", RESOURCE)),
            resource(lambda url: url),
        ),
    ),
    Fault(("resource_slash",), resource(lambda url: f"{url}/")),
    Fault(("resource_is_not_the_url",), resource(lambda url: url.removesuffix("/mcp"))),
    Fault(("resource_mismatch",), resource(lambda _: "https://internal.example/mcp")),
    Fault(
        ("authorization_servers_missing",),
        where(at_path, having(authorization_servers=None)),
    ),
    Fault(
        ("offline_access_in_resource",),
        where(at_path, having(scopes_supported=["mcp", "offline_access"])),
    ),
    Fault(("metadata_place_fails",), where(at(RESOURCE), status(503))),
    Fault(("metadata_not_json",), where(at(RESOURCE), status(200, "<h1>Home</h1>"))),
    Fault(
        ("server_metadata_missing", "root_endpoints_missing", "registration_endpoint_missing"),
        where(METADATA, status(404)),
    ),
    Fault(("issuer_mismatch",), where(METADATA, having(issuer="https://other.example"))),
    Fault(
        ("issuer_slash",),
        lambda asked, given: (
            given.having(issuer=f"{given.body['issuer']}/") if METADATA(asked) else given
        ),
    ),
    Fault(("endpoint_missing",), where(METADATA, having(token_endpoint=None))),
    Fault(
        ("endpoint_not_https",),
        where(METADATA, having(revocation_endpoint="http://auth.example/revoke")),
    ),
    Fault(("response_types_missing",), where(METADATA, having(response_types_supported=None))),
    Fault(("pkce_not_listed",), where(METADATA, having(code_challenge_methods_supported=None))),
    Fault(
        ("none_not_listed",),
        where(METADATA, having(token_endpoint_auth_methods_supported=["client_secret_post"])),
    ),
    Fault(("no_way_to_register",), where(METADATA, having(registration_endpoint=None))),
    Fault(("cors_missing",), where(at("/oauth/token", "OPTIONS"), status(405))),
    Fault(
        ("cors_authorization_not_allowed",),
        where(at("/mcp", "OPTIONS"), with_headers(access_control_allow_headers="*")),
    ),
    Fault(
        ("cors_challenge_hidden",),
        where(bare("GET"), with_headers(access_control_expose_headers=None)),
    ),
    Fault(
        ("cors_at_authorization",),
        where(at("/oauth/authorize"), with_headers(access_control_allow_origin="*")),
    ),
    Fault(
        ("made_up_token_accepted", "unsigned_token_accepted", "revoked_token_accepted"),
        switches=("any_token",),
    ),
    Fault(("unsigned_token_accepted",), switches=("unsigned_tokens",)),
    Fault(("bad_token_not_401",), where(made_up_token, status(403))),
    Fault(("registration_endpoint_missing",), where(REGISTRATION, status(404))),
    Fault(
        ("registration_endpoint_missing",),
        where(REGISTRATION, lambda _: Given(307, headers={"location": "/register"})),
        title="it redirects",
    ),
    Fault(
        ("registration_refused",),
        where(of_cursor, lambda _: Given(400, {"error": "invalid_redirect_uri"})),
    ),
    Fault(("registration_nulls",), with_null),
    Fault(("registration_without_redirect_uris",), where(REGISTRATION, having(redirect_uris=None))),
    Fault(("registration_not_201",), where(REGISTRATION, lambda given: replace(given, status=200))),
    Fault(
        ("registration_secret_without_expiry",),
        where(REGISTRATION, having(client_secret_expires_at=None)),
    ),
    Fault(
        ("registration_times_not_integers",), where(REGISTRATION, having(client_id_issued_at=1.5))
    ),
    Fault(
        ("client_id_needs_encoding",),
        lambda asked, given: (
            given.having(client_secret="se/cret+of=it")
            if REGISTRATION(asked) and "client_secret" in given.body
            else given
        ),
    ),
    Fault(
        ("none_not_registered",),
        where(
            REGISTRATION,
            having(
                token_endpoint_auth_method="client_secret_post",
                client_secret="a-secret",
                client_secret_expires_at=0,
            ),
        ),
    ),
    Fault(("loopback_port_refused",), switches=("exact_ports",)),
    Fault(("authorization_refused",), where(with_slash, status(400))),
    Fault(("scope_refused",), switches=("scope_is_a_ceiling",)),
    Fault(("csp_blocks_redirect",), policy("form-action 'self'; frame-ancestors 'none'")),
    Fault(("page_can_be_framed",), policy(None)),
    Fault(("open_redirect",), open_redirect),
    Fault(("pkce_not_required",), switches=("without_pkce",)),
    Fault(
        ("client_authentication_refused",),
        where(with_secret, lambda _: Given(401, {"error": "invalid_client"})),
    ),
    Fault(("token_error_unclear",), where(made_up_code, status(500))),
    Fault(
        ("unknown_client_not_told",),
        where(unknown_client, lambda _: Given(400, {"error": "invalid_grant"})),
    ),
    Fault(("sign_in_failed",), switches=("denied",)),
    Fault(
        ("iss_wrong",),
        lambda asked, given: (
            given.with_headers(location=given.headers["location"].partition("&iss=")[0])
            if asked.path == "/allow"
            else given
        ),
    ),
    Fault(
        ("token_refused",),
        where(granting("authorization_code"), lambda _: Given(400, {"error": "invalid_grant"})),
    ),
    Fault(("token_type_wrong",), where(granting("authorization_code"), having(token_type=None))),
    Fault(
        ("token_cacheable",),
        where(granting("authorization_code"), with_headers(cache_control=None)),
    ),
    Fault(
        ("expires_in_not_integer",),
        where(granting("authorization_code"), having(expires_in="300")),
    ),
    Fault(("resource_ignored",), switches=("jwt_of_another",)),
    Fault(("token_issuer_mismatch",), switches=("jwt_by_another",)),
    Fault(
        ("good_token_refused",),
        where(called("initialize"), lambda _: Given(401, {"error": "invalid_token"})),
    ),
    Fault(
        ("handshake_fails",),
        where(
            lambda asked: called("initialize")(asked) or called("server/discover")(asked),
            status(404),
        ),
    ),
    Fault(
        ("tools_capability_missing",),
        where(called("initialize"), having(result={"capabilities": {}})),
    ),
    Fault(("tool_call_fails",), where(called("tools/call"), status(500))),
    Fault(
        ("unknown_method_status",),
        where(called(UNKNOWN, modern=False), lambda given: replace(given, status=400)),
    ),
    Fault(
        ("get_neither_stream_nor_405",),
        where(lambda asked: asked.method == "GET" and bool(asked.token), status(404)),
    ),
    Fault(("discover_fails",), where(called("server/discover"), status(500))),
    Fault(
        ("modern_result_incomplete",),
        where(called("tools/list", modern=True), having(result={"tools": []})),
    ),
    Fault(
        ("modern_unknown_method_status",),
        where(called(UNKNOWN, modern=True), lambda given: replace(given, status=200)),
    ),
    Fault(
        ("refresh_token_missing",),
        where(granting("authorization_code"), having(refresh_token=None)),
    ),
    Fault(
        ("refresh_refused",),
        where(
            lambda asked: granting("refresh_token")(asked) and not unknown_client(asked),
            lambda _: Given(400, {"error": "invalid_scope"}),
        ),
    ),
    Fault(("refresh_token_not_rotated",), switches=("rotation_off", "any_generation")),
    Fault(("refresh_race",), switches=("strict_rotation",)),
    Fault(("refresh_race",), switches=("reuse_revokes",), title="and the session ends"),
    Fault(("refresh_race",), switches=("last_refresh_wins",), title="and a new token is dead"),
    Fault(("other_audience_accepted",), switches=("any_resource", "any_audience")),
    Fault(("refresh_ignores_resource",), switches=("any_refresh",)),
    Fault(
        ("revocation_refused",),
        where(at("/oauth/revoke"), lambda _: Given(401, {"error": "invalid_client"})),
    ),
    Fault(("refresh_reuse_accepted",), switches=("any_generation",)),
    Fault(("code_reuse_accepted",), switches=("codes_last",)),
    Fault(("revoked_token_accepted",), switches=("tokens_last",)),
)
