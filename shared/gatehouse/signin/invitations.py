"""Links that an operator hands out: to somebody new, or to somebody who lost their password.

There is one invitation an address, which the next one replaces: what was sent before is worthless
from then on. A link works once, until it expires.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode

from gatehouse.oauth.secret_values import digest, is_identifier, matches, new_identifier, new_secret
from gatehouse.signin.password_rule import require_fit
from gatehouse.signin.passwords import hash_password
from gatehouse.signin.people import Person, canonical_email, require_email

if TYPE_CHECKING:
    from gatehouse.storage.contract.invitations import InvitationStore
    from gatehouse.storage.contract.people import PeopleStore

PATH: Final = "/account/invitation"
LIFETIME: Final = 3 * 86400


class Kind(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What somebody with the link may do. Times are epoch seconds.

    `address_hash` is what it is kept under; `subject` is whose password is set, None for a person
    who is not there yet.
    """

    address_hash: str
    secret_hash: str
    kind: Kind
    email: str
    subject: str | None
    created_at: int
    expires_at: int
    used_at: int | None = None


class _Code(NamedTuple):
    """What a link carries: whose invitation it is, and a secret."""

    address_hash: str
    secret: str

    def __str__(self) -> str:
        return f"{self.address_hash}.{self.secret}"

    @classmethod
    def new(cls, email: str) -> "_Code":
        return cls(hash_address(email), new_secret())

    @classmethod
    def parse(cls, value: str) -> "_Code | None":
        """The parts of a presented code; None if it was never one of ours."""
        address_hash, _, secret = value.partition(".")
        return cls(address_hash, secret) if is_identifier(address_hash) else None


def hash_address(email: str) -> str:
    """Under what the invitation of an address is kept, which is in its canonical form."""
    return digest(email)[:32]


def invite(
    email: str,
    *,
    people: "PeopleStore",
    invitations: "InvitationStore",
    now: int,
    lifetime: int = LIFETIME,
) -> str | None:
    """Invite somebody; the code of their link, None if the address is in the directory already.

    Raises `NotAPerson` for what is no address.
    """
    address = require_email(email)
    if people.find(address):
        return None
    return _hand_out(address, None, invitations, now=now, lifetime=lifetime)


def offer_reset(
    email: str,
    *,
    people: "PeopleStore",
    invitations: "InvitationStore",
    now: int,
    lifetime: int = LIFETIME,
) -> str | None:
    """Let a person set another password; the code of their link, None if nobody has the address."""
    person = people.find(canonical_email(email))
    if person is None:
        return None
    return _hand_out(person.email, person.subject, invitations, now=now, lifetime=lifetime)


def invitation_url(issuer: str, code: str) -> str:
    """The link. The code is in the query, which no log of ours has."""
    return f"{issuer}{PATH}?{urlencode({'code': code})}"


def find_invitation(code: str, *, invitations: "InvitationStore", now: int) -> Invitation | None:
    """What the link with that code is for; None if it does not work, for whichever reason."""
    presented = _Code.parse(code)
    found = invitations.get(presented.address_hash) if presented else None
    if presented is None or found is None or not matches(presented.secret, found.secret_hash):
        return None
    return found if found.used_at is None and now < found.expires_at else None


def accept_invitation(
    invitation: Invitation,
    password: str,
    *,
    people: "PeopleStore",
    invitations: "InvitationStore",
    now: int,
) -> Person | None:
    """Set the password that the link is for; the person, None if it works no more.

    A reset signs out every browser of theirs. Raises `UnfitPassword`, which leaves the link good.
    """
    require_fit(password, invitation.email)
    password_hash = hash_password(password)
    # Used up first: whatever goes wrong after this, the link has worked once
    if not invitations.use(invitation, now=now):
        return None
    if invitation.kind is Kind.RESET:
        changed = people.change_password(
            invitation.email, password_hash, subject=invitation.subject
        )
        return changed if changed and changed.disabled_at is None else None
    person = Person(new_identifier(), invitation.email, password_hash, created_at=now)
    return person if people.add(person) else None


def _hand_out(
    email: str, subject: str | None, invitations: "InvitationStore", *, now: int, lifetime: int
) -> str:
    """Put a link in the place of whatever the address had; its code."""
    code = _Code.new(email)
    kind = Kind.INVITATION if subject is None else Kind.RESET
    invitations.replace(
        Invitation(
            code.address_hash, digest(code.secret), kind, email, subject, now, now + lifetime
        )
    )
    return str(code)
