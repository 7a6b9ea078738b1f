"""What one visit to a server has seen so far: steps write it down, checks read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cli.doctor.challenge import Challenge, read_challenge
from cli.doctor.exchange import Exchange
from cli.doctor.profile import Profile
from cli.doctor.recorder import Recorder
from cli.doctor.urls import covers


@dataclass(frozen=True)
class Options:
    """What whoever runs the doctor chose. `token` is an access token that they already have."""

    sign_in: bool = True
    destructive: bool = False
    token: str = ""
    tool: str = ""
    wait_seconds: float = 300


@dataclass(frozen=True)
class Registration:
    """What a client got: its id, and a secret where it has one. No exchange for documents."""

    client_id: str
    answer: Mapping[str, Any]
    exchange: Exchange | None = None

    @property
    def secret(self) -> str:
        """The client's secret; empty if it is public."""
        return str(self.answer.get("client_secret") or "")

    @property
    def method(self) -> str:
        """The client authentication that it was told to use."""
        default = "client_secret_basic" if self.secret else "none"
        return str(self.answer.get("token_endpoint_auth_method") or default)


@dataclass(frozen=True)
class Authorization:
    """Where an authorization request led: to a `page`, back with a `code` or an `error`, to a
    refusal (`refused`), or further than the doctor follows (`elsewhere`)."""

    outcome: str
    redirect_uri: str
    exchange: Exchange
    returned: Mapping[str, str] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """Whether a person could go on from there."""
        return self.outcome in ("page", "code", "elsewhere")


@dataclass
class Walk:
    """How far one client gets: `stopped` says why it does not get on, in words."""

    profile: Profile
    exchanges: list[Exchange] = field(default_factory=list)
    stopped: str = ""
    header_failed: Exchange | None = None
    aborted_by: Exchange | None = None
    registered: Exchange | None = None
    registration: Registration | None = None
    authorization: Authorization | None = None
    on_registered_port: Authorization | None = None
    token_answer: Exchange | None = None
    reached: str = "nothing"


@dataclass
class Tokens:
    """A token response, and what it was asked with."""

    registration: Registration
    exchange: Exchange
    answer: Mapping[str, Any]
    asked_scope: str = ""

    @property
    def access_token(self) -> str:
        """The access token; empty if there is none."""
        return str(self.answer.get("access_token") or "")

    @property
    def refresh_token(self) -> str:
        """The refresh token; empty if there is none."""
        return str(self.answer.get("refresh_token") or "")


@dataclass
class Visit:
    """Everything that is known of the server at `url`, exchange by exchange."""

    url: str
    profiles: tuple[Profile, ...]
    recorder: Recorder
    options: Options = Options()

    opened: dict[str, Exchange] = field(default_factory=dict)
    respelled: Exchange | None = None
    resource_places: dict[str, Exchange] = field(default_factory=dict)
    server_places: dict[str, Exchange] = field(default_factory=dict)
    root_endpoints: dict[str, Exchange] = field(default_factory=dict)
    walks: list[Walk] = field(default_factory=list)
    preflights: dict[str, Exchange] = field(default_factory=dict)
    made_up_tokens: dict[str, Exchange] = field(default_factory=dict)
    unknown_client: dict[str, Exchange] = field(default_factory=dict)
    own: Registration | None = None
    own_redirect_uri: str = ""
    foreign_redirect: Authorization | None = None
    without_pkce: Authorization | None = None
    foreign_resource: Authorization | None = None
    came_back: Authorization | None = None
    code_request: Mapping[str, str] = field(default_factory=dict)
    token_answer: Exchange | None = None
    tokens: Tokens | None = None
    calls: dict[str, Exchange] = field(default_factory=dict)
    refreshed: Exchange | None = None
    race: tuple[Exchange, ...] = ()
    after_race: tuple[Exchange, ...] = ()
    revoked: Exchange | None = None
    destroyed: dict[str, Exchange] = field(default_factory=dict)
    unchecked: list[str] = field(default_factory=list)
    remains: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether the handshake works without a token."""
        return self.opened["POST"].status == 200

    @property
    def challenge(self) -> Challenge | None:
        """The Bearer challenge of the first refusal that has one."""
        found = (read_challenge(each.header("www-authenticate")) for each in self.opened.values())
        return next((each for each in found if each), None)

    @property
    def resource_exchange(self) -> Exchange | None:
        """Where the protected resource metadata was found first."""
        return next((each for each in self.resource_places.values() if each.found), None)

    @property
    def resource_document(self) -> Mapping[str, Any]:
        """The protected resource metadata; empty if there is none."""
        return (self.resource_exchange and self.resource_exchange.found) or {}

    @property
    def resource(self) -> str:
        """The resource that tokens are asked for."""
        named = self.resource_document.get("resource")
        return str(named) if covers(named, self.url) else self.url

    @property
    def server_exchange(self) -> Exchange | None:
        """Where the authorization server metadata was found first."""
        return next((each for each in self.server_places.values() if each.found), None)

    @property
    def server(self) -> Mapping[str, Any]:
        """The authorization server metadata; empty if there is none."""
        return (self.server_exchange and self.server_exchange.found) or {}

    @property
    def scopes(self) -> str:
        """The scope that a client asks for: the challenge's, else all of the resource's."""
        challenged = self.challenge.first("scope") if self.challenge else ""
        return challenged or " ".join(texts(self.resource_document.get("scopes_supported")))

    @property
    def everybody(self) -> tuple[str, ...]:
        """Every client that is walked as."""
        return tuple(profile.name for profile in self.profiles)

    def clients(self, quirk: str) -> tuple[str, ...]:
        """The clients that have a habit."""
        return tuple(profile.name for profile in self.profiles if profile.has(quirk))


def texts(value: Any) -> list[str]:
    """The texts of a JSON array; none of anything else."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
