"""The authorization endpoint, with sign-in and consent, as a browser without scripts sees it."""

from urllib.parse import urlsplit

import pytest
import time_machine

from gatehouse import wiring
from gatehouse.signin.people import add_person
from gatehouse.wiring import signin
from tests.forms import read_form, read_text
from tests.functions.actors import CALLBACK, EMAIL, PASSWORD, Browser, Client, callback
from tests.functions.deployment import MCP_URL, ORIGIN, Deployment
from tests.functions.tables import Tables


@pytest.mark.parametrize("path", ["/oauth/authorize", "/authorize"])
def test_a_person_signs_in_consents_and_goes_back_to_the_client(
    deployment: Deployment, client: Client, path: str
) -> None:
    browser = Browser(deployment)
    target = client.authorization_url().replace("/oauth/authorize", path)

    consent = browser.sign_in(target)
    answer = callback(browser.press(consent, "Allow"))

    assert set(answer) == {"code", "state", "iss"}
    assert answer["state"] == "some state"
    assert answer["iss"] == ORIGIN


def test_the_consent_page_tells_what_is_asked_for_and_by_whom(
    deployment: Deployment, client: Client
) -> None:
    text = read_text(Browser(deployment).sign_in(client.authorization_url()).text)

    assert "Test client" in text
    assert "127.0.0.1:43110" in text
    assert MCP_URL in text
    assert "Use this server's tools on your behalf" in text
    assert "Stay connected while you are away" in text
    assert f"Signed in as {EMAIL}" in text


@pytest.mark.parametrize(
    ("redirect_uri", "warns"),
    [
        ("http://localhost:3118/callback", True),
        ("cursor://anysphere.cursor-mcp/oauth/callback", True),
        ("https://claude.ai/api/mcp/auth_callback", False),
    ],
)
def test_it_warns_where_the_redirect_goes_to_this_computer(
    deployment: Deployment, redirect_uri: str, warns: bool
) -> None:
    client = Client.register(deployment, redirect_uris=[redirect_uri])
    page = Browser(deployment).sign_in(client.authorization_url(redirect_uri=redirect_uri))

    assert ("a program on this computer" in read_text(page.text)) is warns


def test_deny_tells_the_client(deployment: Deployment, client: Client) -> None:
    browser = Browser(deployment)
    answer = callback(browser.press(browser.sign_in(client.authorization_url()), "Deny"))

    assert answer["error"] == "access_denied"
    assert answer["state"] == "some state"
    assert answer["iss"] == ORIGIN
    assert "code" not in answer


def test_the_second_time_the_person_is_still_signed_in(
    deployment: Deployment, client: Client
) -> None:
    browser = Browser(deployment)
    browser.sign_in(client.authorization_url())

    assert "Allow" in read_form(browser.get(client.authorization_url()).text).buttons


def test_a_session_ends_in_time(deployment: Deployment, client: Client) -> None:
    with time_machine.travel("2026-03-01T00:00Z", tick=False) as clock:
        browser = Browser(deployment)
        consent = browser.sign_in(client.authorization_url())
        clock.shift(43200)

        page = browser.get(browser.press(consent, "Allow").headers["location"])

        assert "Sign in" in read_form(page.text).buttons


def test_another_account_can_be_chosen(deployment: Deployment, client: Client) -> None:
    browser = Browser(deployment)
    consent = browser.sign_in(client.authorization_url())
    stolen = dict(browser.cookies)

    signed_out = browser.press(consent, "Use another account")

    page = browser.get(signed_out.headers["location"])
    assert "Sign in" in read_form(page.text).buttons
    again = Browser(deployment, stolen).get(client.authorization_url())
    assert "Sign in" in read_form(again.text).buttons


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "wrong"),
        ("nobody@example.com", PASSWORD),
        ("", ""),
        (EMAIL, ""),
        (EMAIL, "x" * 5000),
        ("x" * 5000, PASSWORD),
    ],
)
def test_wrong_credentials_get_one_answer_whoever_it_was(
    deployment: Deployment, client: Client, email: str, password: str
) -> None:
    browser = Browser(deployment)
    page = browser.get(client.authorization_url())
    answer = browser.press(page, "Sign in", email=email, password=password)

    assert answer.status == 400
    assert "That email address and password do not match." in read_text(answer.text)
    assert "gatehouse-session" not in "".join(answer.cookies)


def test_capitals_in_the_email_address_do_not_matter(
    deployment: Deployment, client: Client
) -> None:
    page = Browser(deployment).sign_in(client.authorization_url(), email=f" {EMAIL.upper()} ")

    assert "Allow" in read_form(page.text).buttons


def test_a_get_changes_nothing(deployment: Deployment, client: Client, tables: Tables) -> None:
    before = tables.everything()

    Browser(deployment).get(client.authorization_url())

    assert tables.everything() == before


def test_pages_are_protected_by_their_headers(deployment: Deployment, client: Client) -> None:
    headers = deployment.ask("GET", client.authorization_url()).headers

    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "form-action" not in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers


def test_cookies_are_bound_to_the_host(deployment: Deployment, client: Client) -> None:
    browser = Browser(deployment)
    page = browser.get(client.authorization_url())
    answers = [page, browser.press(page, "Sign in", email=EMAIL, password=PASSWORD)]

    cookies = [cookie.split("; ") for answer in answers for cookie in answer.cookies]
    lasting = {"__Host-gatehouse-device": ["Max-Age=31536000"]}
    assert len(cookies) == 3
    for pair, *attributes in cookies:
        name = pair.partition("=")[0]
        assert name.startswith("__Host-")
        # that a browser is known outlives the session, and nothing else does
        expected = ["HttpOnly", "Path=/", "SameSite=Lax", "Secure", *lasting.get(name, [])]
        assert sorted(attributes) == sorted(expected)


def test_html_in_the_clients_name_is_escaped(deployment: Deployment) -> None:
    name = '<script>alert(1)</script>"onload="x'
    client = Client.register(deployment, client_name=name)
    browser = Browser(deployment)
    sign_in = browser.get(client.authorization_url())
    consent = browser.sign_in(client.authorization_url())

    for page in (sign_in, consent):
        assert name in read_text(page.text)
        assert "<script>" not in page.text


def test_html_in_state_and_in_what_was_typed_is_escaped(
    deployment: Deployment, client: Client
) -> None:
    attack = '"><script>alert(1)</script>'
    browser = Browser(deployment)
    page = browser.get(client.authorization_url(state=attack))
    answer = browser.press(page, "Sign in", email=attack, password="wrong")

    assert "<script>" not in page.text + answer.text
    assert read_form(answer.text).fields["email"] == attack


# ---- Errors that a person reads: nothing is sent to a URI that is not trusted ---------------


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"client_id": "unknown"},
        {"client_id": "../../etc/passwd"},
        {"client_id": "x" * 3000},
        {"client_id": "https://client.example.com/metadata?version=1"},
        {"redirect_uri": "https://evil.example.com/callback"},
        {"redirect_uri": CALLBACK + "/more"},
        {"redirect_uri": "http://127.0.0.1.evil.example.com/callback"},
        {"redirect_uri": "http://localhost:43110/callback"},
    ],
)
def test_an_untrusted_client_or_redirect_uri_gets_a_page(
    deployment: Deployment, client: Client, changes: dict[str, str | None]
) -> None:
    answer = deployment.ask("GET", client.authorization_url(**changes))

    assert answer.status == 400
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "location" not in answer.headers
    assert "evil" not in answer.text


def test_an_unknown_client_learns_how_to_recover(deployment: Deployment, client: Client) -> None:
    page = deployment.ask("GET", client.authorization_url(client_id="gone"))

    assert page.status == 400  # which FastMCP takes for a dead registration
    text = read_text(page.text)
    assert "not registered here any more" in text
    for app in ("Claude", "Claude Code", "ChatGPT", "Cursor", "VS Code", "Codex", "mcp-remote"):
        assert app in text
    assert "`" not in text


@pytest.mark.parametrize("parameter", ["client_id", "redirect_uri"])
def test_a_repeated_identification_gets_a_page(
    deployment: Deployment, client: Client, parameter: str
) -> None:
    answer = deployment.ask("GET", f"{client.authorization_url()}&{parameter}=second")

    assert answer.status == 400
    assert "location" not in answer.headers


def test_the_port_of_a_loopback_redirect_is_free(deployment: Deployment, client: Client) -> None:
    elsewhere = "http://127.0.0.1:50999/callback"
    browser = Browser(deployment)
    consent = browser.sign_in(client.authorization_url(redirect_uri=elsewhere))

    location = browser.press(consent, "Allow").headers["location"]

    assert location.startswith(f"{elsewhere}?")


def test_the_only_redirect_uri_may_be_left_out(deployment: Deployment, client: Client) -> None:
    assert client.authorize(redirect_uri=None)["code"]


# ---- Errors that go back to the client -----------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "S512"}, "invalid_request"),
        ({"resource": "https://other.example.com/mcp"}, "invalid_target"),
        ({"resource": f"{MCP_URL}#fragment"}, "invalid_target"),
        ({"resource": "not a url"}, "invalid_target"),
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "invalid_request"),
    ],
)
def test_an_error_after_the_redirect_uri_is_trusted_goes_back(
    deployment: Deployment, client: Client, changes: dict[str, str | None], code: str
) -> None:
    answer = callback(deployment.ask("GET", client.authorization_url(**changes)))

    assert answer["error"] == code
    assert answer["error_description"]
    assert answer["state"] == "some state"
    assert answer["iss"] == ORIGIN


@pytest.mark.parametrize("parameter", ["scope", "code_challenge", "response_type"])
def test_a_repeated_parameter_goes_back(
    deployment: Deployment, client: Client, parameter: str
) -> None:
    target = f"{client.authorization_url(scope='mcp')}&{parameter}=x"

    assert callback(deployment.ask("GET", target))["error"] == "invalid_request"


def test_a_repeated_state_is_not_sent_back(deployment: Deployment, client: Client) -> None:
    answer = callback(deployment.ask("GET", f"{client.authorization_url()}&state=second"))

    assert answer["error"] == "invalid_request"
    assert "state" not in answer


def test_the_query_of_the_redirect_uri_is_kept(deployment: Deployment) -> None:
    redirect_uri = "https://app.example.com/callback?tenant=a%20b"
    client = Client.register(deployment, redirect_uris=[redirect_uri])

    answer = deployment.ask(
        "GET", client.authorization_url(redirect_uri=redirect_uri, response_type="token")
    )

    assert urlsplit(answer.headers["location"]).query.startswith("tenant=a%20b&error=")


# ---- Forms that did not come from our page --------------------------------------------------


@pytest.mark.parametrize("csrf", [None, "", "0" * 64, "é"])
def test_a_forged_consent_is_refused(
    deployment: Deployment, client: Client, tables: Tables, csrf: str | None
) -> None:
    browser = Browser(deployment)
    browser.sign_in(client.authorization_url())
    before = tables.count("GrantsTable")

    form = {"step": "allow"} | ({} if csrf is None else {"csrf": csrf})
    answer = browser.post(client.authorization_url(), form)

    assert answer.status == 403
    assert "location" not in answer.headers
    assert tables.count("GrantsTable") == before


def test_a_form_made_for_another_request_is_refused(deployment: Deployment, client: Client) -> None:
    browser = Browser(deployment)
    consent = browser.sign_in(client.authorization_url(scope="mcp"))
    form = read_form(consent.text).filled("Allow")

    answer = browser.post(client.authorization_url(scope="mcp offline_access"), form)

    assert answer.status == 403


def test_a_form_from_another_persons_browser_is_refused(
    deployment: Deployment, client: Client
) -> None:
    theirs = Browser(deployment).sign_in(client.authorization_url())
    ours = Browser(deployment)
    ours.sign_in(client.authorization_url())

    answer = ours.post(client.authorization_url(), read_form(theirs.text).filled("Allow"))

    assert answer.status == 403


def test_a_forged_sign_in_signs_nobody_in(deployment: Deployment, client: Client) -> None:
    browser = Browser(deployment)
    form = {"step": "sign-in", "email": EMAIL, "password": PASSWORD, "csrf": "0" * 64}
    answer = browser.post(client.authorization_url(), form)

    assert answer.status == 400
    assert not any("session" in cookie for cookie in answer.cookies)


def test_signing_in_changes_the_session_cookie(deployment: Deployment, client: Client) -> None:
    planted = {"__Host-gatehouse-session": "planted"}
    browser = Browser(deployment, dict(planted))
    browser.sign_in(client.authorization_url())

    assert browser.cookies["__Host-gatehouse-session"] != "planted"


def test_two_tabs_do_not_spoil_each_other(deployment: Deployment, client: Client) -> None:
    browser = Browser(deployment)
    first = browser.get(client.authorization_url(state="first"))
    second = browser.get(client.authorization_url(state="second"))
    browser.press(first, "Sign in", email=EMAIL, password=PASSWORD)
    answer = browser.press(second, "Sign in", email=EMAIL, password=PASSWORD)
    consent = browser.get(answer.headers["location"])

    assert callback(browser.press(consent, "Allow"))["state"] == "second"


@pytest.mark.parametrize("space", ["\u2000", "\u3000", "\xa0", "\x85", "\x0b"])
@pytest.mark.parametrize("name", ["__Host-gatehouse-session", "__Host-gatehouse-browser"])
def test_a_cookie_that_only_looks_like_ours_is_not_read(
    deployment: Deployment, client: Client, space: str, name: str
) -> None:
    """A subdomain may set it, as the browser sees no `__Host-` at its beginning."""
    attacker = Browser(deployment)
    attacker.sign_in(client.authorization_url())
    planted = {f"{space}{name}": attacker.cookies[name]}

    page = Browser(deployment, planted).get(client.authorization_url())

    assert "Sign in" in read_form(page.text).buttons
    assert attacker.cookies[name] not in "".join(page.cookies)


def test_a_person_who_was_removed_is_signed_in_nowhere(
    deployment: Deployment, client: Client, tables: Tables
) -> None:
    add_person("eve@example.com", "eves-password", people=signin.people(), now=wiring.now())
    browser = Browser(deployment)
    browser.sign_in(client.authorization_url(), "eve@example.com", "eves-password")

    tables.delete("UsersTable", id="person#eve@example.com")

    page = browser.get(client.authorization_url())
    assert "Sign in" in read_form(page.text).buttons
