"""A person, a browser and the pages, from the client's link to its callback."""

import html
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.client import STATE, Client, register
from tests.browser.conftest import NewVisitor
from tests.browser.loopback_site import LoopbackSite, loopback_site
from tests.browser.visitor import Visitor
from tests.running_stack import PASSWORD, USER, RunningStack

CONSENT = "Allow this app to connect?"
MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script><b>bold</b>\"'&amp;"


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_person_signs_in_and_allows_and_the_client_gets_its_code(
    new_visitor: NewVisitor,
    stack: RunningStack,
    client: Client,
    callback: LoopbackSite,
    javascript: bool,
) -> None:
    visitor = new_visitor(java_script_enabled=javascript)
    visitor.open(client.authorization_url())
    visitor.sign_in()
    visitor.press("Allow")
    expect(visitor.heading("Connected")).to_be_visible()
    [answer] = callback.arrivals
    assert answer.pop("code")
    assert answer == {"state": STATE, "iss": stack.url}


def test_the_keyboard_alone_will_do(
    visitor: Visitor, client: Client, callback: LoopbackSite
) -> None:
    keyboard = visitor.page.keyboard
    visitor.open(client.authorization_url())
    expect(visitor.email).to_be_focused()
    keyboard.type(USER)
    keyboard.press("Tab")
    expect(visitor.password).to_be_focused()
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    expect(visitor.heading(CONSENT)).to_be_visible()
    keyboard.press("Tab")
    expect(visitor.button("Deny")).to_be_focused()
    keyboard.press("Tab")
    expect(visitor.button("Allow")).to_be_focused()
    keyboard.press("Enter")
    expect(visitor.heading("Connected")).to_be_visible()
    assert "code" in callback.arrivals[0]


def test_chromium_follows_a_callback_that_redirects_to_another_site(
    signed_in: Visitor, client: Client, callback: LoopbackSite
) -> None:
    with loopback_site("localhost") as elsewhere:
        elsewhere.pages["/welcome"] = "<h1>Welcome</h1>"
        callback.redirects["/callback"] = f"{elsewhere.url}/welcome"
        signed_in.open(client.authorization_url())
        signed_in.press("Allow")
        expect(signed_in.heading("Welcome")).to_be_visible()
    assert "code" in callback.arrivals[0]


def test_the_code_arrives_on_another_port_than_the_registered_one(
    signed_in: Visitor, stack: RunningStack, callback: LoopbackSite
) -> None:
    client = register(stack, "http://127.0.0.1:3118/callback")
    signed_in.open(client.authorization_url(redirect_uri=callback.callback))
    signed_in.press("Allow")
    expect(signed_in.heading("Connected")).to_be_visible()
    assert "code" in callback.arrivals[0]


def test_the_code_goes_to_an_app_by_its_own_scheme(signed_in: Visitor, stack: RunningStack) -> None:
    client = register(stack, "cursor://anysphere.cursor-mcp/oauth/callback")
    signed_in.open(client.authorization_url())
    with signed_in.page.expect_request(lambda request: request.url.startswith("cursor:")) as left:
        signed_in.press("Allow")
    target = urlsplit(left.value.url)
    assert (target.netloc, target.path) == ("anysphere.cursor-mcp", "/oauth/callback")
    assert parse_qs(target.query).keys() == {"code", "state", "iss"}


def test_deny_tells_the_client(
    signed_in: Visitor, stack: RunningStack, client: Client, callback: LoopbackSite
) -> None:
    signed_in.open(client.authorization_url())
    signed_in.press("Deny")
    expect(signed_in.heading("Connected")).to_be_visible()
    [answer] = callback.arrivals
    assert answer.pop("error_description")
    assert answer == {"error": "access_denied", "state": STATE, "iss": stack.url}


def test_a_wrong_password_is_said_and_the_email_kept(visitor: Visitor, client: Client) -> None:
    visitor.open(client.authorization_url())
    visitor.sign_in(password="not the password")
    expect(visitor.page.get_by_role("alert")).to_have_text(
        "That email address and password do not match."
    )
    expect(visitor.email).to_have_value(USER)
    expect(visitor.password).to_have_value("")
    expect(visitor.password).to_have_accessible_description(
        "That email address and password do not match."
    )
    visitor.password.fill(PASSWORD)
    visitor.press("Sign in")
    expect(visitor.heading(CONSENT)).to_be_visible()


def test_the_consent_page_says_what_is_asked(
    signed_in: Visitor, stack: RunningStack, client: Client, callback: LoopbackSite
) -> None:
    signed_in.open(client.authorization_url())
    main = signed_in.page.get_by_role("main")
    for text in ("Claude Code", callback.url, stack.mcp_url, USER):
        expect(main.get_by_text(text, exact=True)).to_be_visible()
    expect(main.get_by_role("listitem").first).to_be_visible()
    # Sent to a program on this computer: whoever reads only the button hears the warning too
    expect(signed_in.button("Allow")).to_have_accessible_description(
        main.locator("#warning").inner_text().replace("\n", " ")
    )


def test_a_client_on_the_web_is_shown_by_its_host_and_without_the_warning(
    signed_in: Visitor, stack: RunningStack
) -> None:
    client = register(stack, "https://claude.ai/api/mcp/auth_callback", name="Claude")
    signed_in.open(client.authorization_url())
    expect(signed_in.page.get_by_text("claude.ai", exact=True)).to_be_visible()
    expect(signed_in.page.get_by_text("on this computer")).to_have_count(0)


def test_the_second_authorization_shows_consent_at_once(
    visitor: Visitor, stack: RunningStack, client: Client, callback: LoopbackSite
) -> None:
    visitor.open(client.authorization_url())
    visitor.sign_in()
    visitor.press("Allow")
    expect(visitor.heading("Connected")).to_be_visible()
    another = register(stack, callback.callback, name="Cursor")
    for again in (another, client):
        visitor.open(again.authorization_url())
        expect(visitor.heading(CONSENT)).to_be_visible()
        visitor.press("Allow")
        expect(visitor.heading("Connected")).to_be_visible()
    assert len({answer["code"] for answer in callback.arrivals}) == 3


def test_use_another_account_leads_back_to_sign_in(
    visitor: Visitor, client: Client, callback: LoopbackSite
) -> None:
    visitor.open(client.authorization_url())
    visitor.sign_in()
    visitor.press("Use another account")
    expect(visitor.heading("Sign in")).to_be_visible()
    visitor.open(client.authorization_url())
    visitor.sign_in()
    visitor.press("Allow")
    expect(visitor.heading("Connected")).to_be_visible()
    assert "code" in callback.arrivals[0]


def test_two_tabs_do_not_spoil_each_other(
    visitor: Visitor, client: Client, callback: LoopbackSite
) -> None:
    visitor.open(client.authorization_url())
    other = Visitor(visitor.page.context.new_page())
    other.open(client.authorization_url(state="the other tab"))
    visitor.sign_in()
    expect(visitor.heading(CONSENT)).to_be_visible()
    other.sign_in()
    other.press("Allow")
    expect(other.heading("Connected")).to_be_visible()
    assert callback.arrivals[0]["state"] == "the other tab"


def test_whoever_is_signed_out_meanwhile_signs_in_and_is_asked_again(
    signed_in: Visitor, client: Client, callback: LoopbackSite
) -> None:
    signed_in.open(client.authorization_url())
    signed_in.page.context.clear_cookies()
    signed_in.press("Allow")
    signed_in.sign_in()
    expect(signed_in.heading(CONSENT)).to_be_visible()
    assert callback.arrivals == []


def test_an_unknown_client_is_told_how_to_recover(
    visitor: Visitor, stack: RunningStack, client: Client, callback: LoopbackSite
) -> None:
    visitor.open(client.authorization_url(client_id="nobody-knows-me"))
    expect(visitor.heading("This app is not registered here any more")).to_be_visible()
    for app, first_step in (
        ("Claude (web, desktop, phone)", "Connectors"),
        ("Claude Code", "/mcp"),
        ("ChatGPT", "Apps"),
        ("Cursor", "command palette"),
        ("VS Code", "command palette"),
        ("Codex", "codex mcp logout"),
        ("mcp-remote", "Quit the app"),
        ("MCP Inspector", "Clear OAuth state"),
        ("Another app", "Remove this server"),
    ):
        steps = visitor.page.locator("details", has=visitor.page.get_by_text(app, exact=True))
        expect(steps.get_by_role("listitem")).to_have_count(0)
        visitor.page.get_by_text(app, exact=True).click()
        expect(steps.get_by_role("listitem").first).to_contain_text(first_step)
    assert callback.arrivals == []


def test_the_keyboard_opens_what_helps(visitor: Visitor, client: Client) -> None:
    visitor.open(client.authorization_url(client_id="nobody-knows-me"))
    keyboard = visitor.page.keyboard
    for _ in range(2):
        keyboard.press("Tab")
    keyboard.press("Enter")
    expect(visitor.page.get_by_text("Clear authentication")).to_be_visible()


def test_html_in_names_is_shown_as_text(visitor: Visitor, stack: RunningStack) -> None:
    client = register(stack, "http://127.0.0.1/callback", name=MARKUP)
    visitor.open(client.authorization_url(state=MARKUP))
    for heading in ("Sign in", CONSENT):
        expect(visitor.heading(heading)).to_be_visible()
        expect(visitor.page.get_by_text(MARKUP, exact=True)).to_be_visible()
        expect(visitor.page.locator("img, script:not(#passkey-script), b")).to_have_count(0)
        if heading == "Sign in":
            visitor.sign_in()
    # What is typed comes back in the page too; a browser asked to check it would not send it
    visitor.press("Use another account")
    visitor.page.locator("form").first.evaluate("form => form.noValidate = true")
    visitor.sign_in(email=f'">{MARKUP}')
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    expect(visitor.email).to_have_value(f'">{MARKUP}')
    expect(visitor.page.locator("img, script:not(#passkey-script), b")).to_have_count(0)


def test_no_page_loads_anything_from_elsewhere(
    visitor: Visitor, stack: RunningStack, client: Client
) -> None:
    url = client.authorization_url()
    visitor.open(url)
    visitor.sign_in(password="not the password")
    visitor.sign_in()
    expect(visitor.heading(CONSENT)).to_be_visible()
    visitor.open(client.authorization_url(client_id="nobody-knows-me"))
    # The sign-in page, two posts of it, the redirect after the second, and the error page
    assert [request.partition("?")[0] for request in visitor.requests] == [
        f"{stack.url}/oauth/authorize"
    ] * 5


def test_the_policy_refuses_what_a_page_did_not_bring(visitor: Visitor, client: Client) -> None:
    visitor.open(client.authorization_url())
    for tag, content in (("script", "alert(1)"), ("style", "body { display: none }")):
        visitor.page.evaluate(
            """([tag, content]) => {
                const element = document.createElement(tag);
                element.textContent = content;
                document.body.append(element);
            }""",
            [tag, content],
        )
    # Here the browser must complain, which also proves that complaints are heard
    script, style = visitor.complaints
    visitor.complaints.clear()
    assert "Executing inline script violates" in script
    assert "Applying inline style violates" in style
    expect(visitor.heading("Sign in")).to_be_visible()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_no_page_can_be_framed(signed_in: Visitor, client: Client, host: str) -> None:
    with loopback_site(host) as elsewhere:
        elsewhere.pages["/own"] = "<h1>Framed</h1>"
        elsewhere.pages["/"] = f"""
            <iframe src="/own"></iframe>
            <iframe src="{html.escape(client.authorization_url())}"></iframe>"""
        signed_in.open(elsewhere.url)
        _, own, ours = signed_in.page.frames
        expect(own.get_by_role("heading", name="Framed")).to_be_visible()
        assert ours.url == "chrome-error://chromewebdata/"
        expect(ours.get_by_role("button", name="Allow")).to_have_count(0)
    assert "frame-ancestors 'none'" in signed_in.complaints.pop()


@pytest.mark.parametrize(
    ("host", "ends_at"),
    [
        # To another site the browser gives no cookie, so the person is asked as if nothing was
        pytest.param("127.0.0.1", CONSENT, id="another site"),
        # To another port of this host it does: the form's own token is what is missing
        pytest.param("localhost", "This page is out of date", id="another port"),
    ],
)
def test_a_form_elsewhere_cannot_allow_for_the_person(
    new_visitor: NewVisitor, client: Client, callback: LoopbackSite, host: str, ends_at: str
) -> None:
    url = client.authorization_url()
    person, attacker = new_visitor(signed_in=True), new_visitor()
    attacker.open(url)
    attacker.sign_in()
    token_of_the_attacker = attacker.page.locator("[name=csrf]").get_attribute("value")
    with loopback_site(host) as elsewhere:
        elsewhere.pages["/"] = f"""
            <form method="post" action="{html.escape(url)}">
                <input type="hidden" name="csrf" value="{token_of_the_attacker}">
                <button name="step" value="allow">Win a prize</button>
            </form>"""
        person.open(elsewhere.url)
        person.press("Win a prize")
        expect(person.heading(ends_at)).to_be_visible()
    assert callback.arrivals == []
