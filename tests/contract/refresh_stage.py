"""What the machine plays on: one grant in the engine, requests for it, and the model beside it.

Requests are stopped before each attempt to reach storage (interleaving.py). As one takes effect the
model is told (refresh_model.py), and when it is done, what it came to is compared.
"""

from dataclasses import dataclass
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

from gatehouse.aws.client import AwsClient
from gatehouse.errors import InvalidToken, OAuthError, Unavailable
from gatehouse.oauth import jws
from gatehouse.oauth.bearer import authorize_bearer
from gatehouse.oauth.clients import Client, ClientDirectory
from gatehouse.oauth.grants import AuthorizationCode, Grant
from gatehouse.oauth.issuance import Issuance
from gatehouse.oauth.parameters import Parameters
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.resources import Resources
from gatehouse.oauth.secret_values import AuthorizationCodeValue, digest, new_identifier
from gatehouse.oauth.story import Story
from gatehouse.oauth.token_endpoint import issue_tokens
from gatehouse.storage.clients import DynamoDBClientStore
from gatehouse.storage.grants import DynamoDBGrantStore
from gatehouse.storage.read_ahead import read_ahead
from gatehouse.storage.table import Table
from tests.contract.interleaving import Died, Fate, Request
from tests.contract.refresh_model import Expected, GrantModel, Refusal
from tests.contract.test_races import KEYS, VERIFIER
from tests.nothing_outside import NO_ASSERTIONS, NO_DOCUMENTS
from tests.stores import PREFIX

ISSUER = "https://mcp.example.com"
MCP_URL = f"{ISSUER}/mcp/mcp"
GRANTED, NOT_GRANTED = (MCP_URL, ISSUER), f"{ISSUER}/elsewhere"
SCOPE = "mcp offline_access"
CLIENTS, GRANTS = f"{PREFIX}ClientsTable", f"{PREFIX}GrantsTable"
START = 1_800_000_000
ATTEMPTS = 4
# The most calls that each may take, second attempts after a lost answer apart
BUDGET = {"refresh_token": 3, "authorization_code": 4, "operator": 1}


@dataclass
class InFlight:
    """A request under way, what it must come to, and whether its client still listens."""

    kind: str
    request: Request
    expected: Expected
    story: Story
    is_heard: bool


@dataclass
class Answered:
    """The token response that made a generation, as everybody must get it."""

    response: dict[str, Any]
    issued_at: int


class Stage(RuleBasedStateMachine):
    """Does what the rules of a machine want done, and judges what comes of it."""

    def __init__(self, engine: AwsClient) -> None:
        super().__init__()
        self.engine = engine
        self.now = START
        self.under_way: list[InFlight] = []
        self.answers: dict[int, Answered] = {}
        self.heard: list[int] = []
        self.has_changed = True
        self.grants = DynamoDBGrantStore(Table(engine, GRANTS))

    def consent(self, grace: int) -> None:
        """A new grant, with its code, for a client of its own."""
        self.policy = Policy(refresh_grace=grace, resources=("/elsewhere",))
        self.client, self.stranger = (self.registered_client() for _ in range(2))
        self.code = AuthorizationCodeValue.new(new_identifier())
        self.grants.add(
            Grant(
                self.code.grant_id,
                self.client.client_id,
                "subject",
                "ada@example.com",
                ("mcp", "offline_access"),
                GRANTED,
                self.now,
                self.now + 60,
                AuthorizationCode(
                    digest(str(self.code)), "https://a.example/cb", VERIFIER, "plain", self.now + 60
                ),
            )
        )
        self.model = GrantModel(
            grace=grace,
            code_expires_at=self.now + 60,
            client_used_at=self.now,
            refresh_token_lifetime=self.policy.refresh_token_lifetime,
            client_lifetime=self.policy.client_lifetime,
            granted=GRANTED,
        )

    def registered_client(self) -> Client:
        client = Client(
            new_identifier(),
            {
                "redirect_uris": ["https://a.example/cb"],
                "grant_types": ["authorization_code", "refresh_token"],
                "token_endpoint_auth_method": "none",
            },
            self.now,
            self.now,
            self.now + self.policy.client_lifetime,
        )
        DynamoDBClientStore(Table(self.engine, CLIENTS)).add(client)
        return client

    def exchange(self, *, is_heard: bool = True) -> InFlight:
        form = {"code": str(self.code), "code_verifier": VERIFIER}
        expected = Expected(self.now)
        return self.ask("authorization_code", self.client, form, expected, is_heard=is_heard)

    def present(
        self,
        generation: int,
        resource: str | None = None,
        scope: str | None = None,
        *,
        is_heard: bool = True,
    ) -> InFlight:
        token = self.answers[generation].response["refresh_token"]
        # an empty parameter counts as left out
        form = {"refresh_token": token, "resource": resource or "", "scope": scope or ""}
        expected = Expected(self.now, generation, resource, scope)
        return self.ask("refresh_token", self.client, form, expected, is_heard=is_heard)

    def ask(
        self,
        grant_type: str,
        client: Client,
        form: dict[str, str],
        expected: Expected,
        *,
        is_heard: bool = True,
    ) -> InFlight:
        story, now = Story(), self.now
        parameters = Parameters(
            {"grant_type": grant_type, "client_id": client.client_id, **form}.items()
        )
        keys = {CLIENTS: {"client_id": client.client_id}, GRANTS: {"grant_id": self.code.grant_id}}

        def serve(aws: AwsClient) -> dict[str, Any]:
            tables = read_ahead(aws, keys)
            grants = DynamoDBGrantStore(tables[GRANTS])
            return issue_tokens(
                parameters,
                None,
                clients=ClientDirectory(
                    DynamoDBClientStore(tables[CLIENTS]), NO_DOCUMENTS, self.policy
                ),
                issuance=Issuance(grants, KEYS, NO_ASSERTIONS, self.policy, ISSUER, now, story),
            )

        request = Request(serve, self.engine)
        sent = InFlight(grant_type, request, expected, story, is_heard)
        self.under_way.append(sent)
        return sent

    def finish(self, each: InFlight) -> None:
        while not each.request.is_done:
            self.step(each, Fate.ANSWERED)

    def step(self, each: InFlight, fate: Fate) -> None:
        if fate.takes_effect:
            self.foretell(each)
            self.has_changed = True
        each.request.step(fate)
        if each.request.is_done:
            self.under_way.remove(each)
            self.judge(each)

    def foretell(self, each: InFlight) -> None:
        """Tell the model what the next attempt of a request will do."""
        request, expected = each.request, each.expected
        if request.operation == "BatchGetItem":
            if each.kind == "refresh_token":
                self.model.read_for_refresh(expected)
            else:
                self.model.read_for_exchange(expected)
            return
        assert request.operation == "UpdateItem"
        if request.body["TableName"] == CLIENTS:
            if not expected.is_strangers:
                self.model.note_use(expected)
        elif "revoked_at =" in request.body["UpdateExpression"]:
            self.model.revoke()
        elif "code.used_at =" in request.body["UpdateExpression"]:
            self.model.redeem(expected)
        else:
            self.model.rotate(expected)

    def judge(self, each: InFlight) -> None:
        """Compare what a request came to with what it had to."""
        outcome, expected, fates = each.request.outcome, each.expected.outcome, each.request.fates
        assert sum(not fate.is_lost for fate in fates) <= BUDGET[each.kind]
        if isinstance(outcome, Died):
            return
        if isinstance(outcome, Unavailable):
            assert all(fate.is_lost for fate in fates[-ATTEMPTS:])
        elif each.kind == "operator":
            assert outcome is None
        elif isinstance(expected, Refusal):
            assert isinstance(outcome, OAuthError), outcome
            assert outcome.reason == expected.value
            assert self.model.is_revoked or not expected.ends_grant
        else:
            assert isinstance(outcome, dict), outcome
            assert expected is not None
            self.note_answer(expected, outcome, each)

    def note_answer(self, generation: int, response: dict[str, Any], each: InFlight) -> None:
        # everybody who is answered with a generation gets the very same answer
        answer = self.answers.setdefault(generation, Answered(response, each.expected.now))
        assert answer.response == response
        resource, scope = self.model.narrowed[generation]
        assert response["scope"] == (scope or SCOPE)
        assert self.audience(answer) == (resource or list(GRANTED))
        made_it = each.story.outcome in ("refreshed", "code_exchanged")
        assert made_it or each.story.reason
        if each.is_heard and generation not in self.heard:
            self.heard.append(generation)

    def audience(self, answer: Answered) -> object:
        signed = jws.parse(answer.response["access_token"])
        return jws.verified_claims(signed, KEYS.signing_key().private_key.public_key())["aud"]

    def is_honoured(self, answer: Answered) -> bool:
        try:
            authorize_bearer(
                f"Bearer {answer.response['access_token']}",
                find_key=lambda _: KEYS.signing_key().private_key.public_key(),
                grants=self.grants,
                resource=Resources(ISSUER).mcp,
                needed=self.policy.scopes.minimum,
                scopes=self.policy.scopes,
                issuer=ISSUER,
                now=self.now,
                story=Story(),
            )
        except InvalidToken:
            return False
        return True

    def revoke(self) -> None:
        """Let an operator end the grant, and wait before the write."""
        grant_id, now = self.code.grant_id, self.now

        def revoke(client: AwsClient) -> None:
            DynamoDBGrantStore(Table(client, GRANTS)).revoke(grant_id, now)

        request = Request(revoke, self.engine)
        self.under_way.append(InFlight("operator", request, Expected(now), Story(), is_heard=True))
