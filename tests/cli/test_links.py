"""Links that `gatehouse users` hands out."""

import time
from urllib.parse import parse_qs, urlsplit

from gatehouse.signin.invitations import accept_invitation, find_invitation
from gatehouse.signin.people import Person, find_person
from tests.cli.conftest import ISSUER, Operator
from tests.cli.kept import person
from tests.stores import Stores

NOW = int(time.time())


def followed(url: str, password: str, stores: Stores) -> Person | None:
    """Whoever follows the link and chooses that password."""
    assert url.startswith(f"{ISSUER}/account/invitation?")
    (code,) = parse_qs(urlsplit(url).query)["code"]
    invitation = find_invitation(code, invitations=stores.invitations(), now=NOW + 1)
    if invitation is None:
        return None
    return accept_invitation(
        invitation,
        password,
        people=stores.people(),
        invitations=stores.invitations(),
        now=NOW + 1,
    )


def test_whoever_is_invited_chooses_their_password_once(operator: Operator, stores: Stores) -> None:
    link = operator.json("users", "invite", "Ada@example.com")

    assert link["email"] == "ada@example.com"
    assert link["expires_at"] >= NOW + 3 * 86400
    assert followed(link["url"], "correct horse", stores)
    assert find_person("ada@example.com", "correct horse", people=stores.people())
    assert followed(link["url"], "battery staple", stores) is None


def test_the_link_has_a_line_of_its_own_and_says_until_when(operator: Operator) -> None:
    url, *rest = operator.says("users", "invite", "ada@example.com").splitlines()

    assert url.startswith(ISSUER)
    assert " " not in url
    assert "it works once, until 20" in rest[0]


def test_a_new_invitation_replaces_the_one_before(operator: Operator, stores: Stores) -> None:
    first, second = (operator.json("users", "invite", "ada@example.com")["url"] for _ in range(2))

    assert followed(first, "correct horse", stores) is None
    assert followed(second, "correct horse", stores)


def test_whoever_is_there_is_not_invited_but_gets_another_password(
    operator: Operator, stores: Stores
) -> None:
    ada = person(stores, "ada@example.com", now=NOW)

    refused = operator.run("users", "invite", "ada@example.com")
    assert refused.code == 1
    assert "users reset" in refused.err

    link = operator.json("users", "reset", "ada@example.com")
    changed = followed(link["url"], "correct horse", stores)
    assert changed
    assert changed.subject == ada.subject


def test_what_is_no_address_is_not_invited(operator: Operator) -> None:
    ended = operator.run("users", "invite", "nobody")

    assert ended.code == 1
    assert "not an email address" in ended.err
