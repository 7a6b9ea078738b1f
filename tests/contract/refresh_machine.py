"""The machine: what may happen to a grant and its tokens, in any order, and what must hold then."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from gatehouse.aws.client import AwsClient
from gatehouse.oauth.secret_values import digest
from tests.contract.interleaving import Fate
from tests.contract.refresh_model import A_DAY, Expected
from tests.contract.refresh_stage import ISSUER, MCP_URL, NOT_GRANTED, Stage

# What ends a grant happens in stories about that alone: the others would all be short
THEMES = {
    "refresh": "tokens are refreshed",
    "haste": "tokens are refreshed, and the grace is shorter than a request may take",
    "codes": "the code is exchanged at once by several",
    "replay": "the code comes again",
    "operator": "an operator revokes",
    "expiry": "much time passes",
    "stranger": "another client has the token",
}

FUNCTION_TIMEOUT = 15  # seconds, as the template has it
MOST_AT_ONCE = 4
PICK = st.integers(0, 5)
LOST = (Fate.LOST_BEFORE, Fate.LOST_AFTER)
FATES = st.sampled_from([*[Fate.ANSWERED] * 6, *LOST, *Fate])
MOMENTS = st.sampled_from([1, 1, 4, 5, 6, 14, 60])
AGES = st.sampled_from([3600, A_DAY, 25 * A_DAY, 40 * A_DAY])
RESOURCES = st.sampled_from([None, None, None, MCP_URL, ISSUER, NOT_GRANTED])


class Sessions(Stage):
    """One grant, from its code to its end."""

    def __init__(self, engine: AwsClient, theme: str) -> None:
        super().__init__(engine)
        self.theme = theme

    @initialize()
    def somebody_consents(self) -> None:
        self.consent(grace=5 if self.theme == "haste" else 60)
        if self.theme != "codes":
            self.finish(self.exchange())

    # ---- What may happen -----------------------------------------------------------------

    @precondition(
        lambda self: self.theme in ("codes", "replay") and len(self.under_way) < MOST_AT_ONCE
    )
    @rule(is_heard=st.booleans())
    def the_code_is_presented(self, is_heard: bool) -> None:
        self.exchange(is_heard=is_heard)

    @precondition(lambda self: self.heard and len(self.under_way) < MOST_AT_ONCE)
    @rule(
        pick=PICK,
        is_heard=st.booleans(),
        resource=RESOURCES,
        scope=st.sampled_from([None, "mcp"]),
    )
    def a_refresh_token_is_presented(
        self, pick: int, is_heard: bool, resource: str | None, scope: str | None
    ) -> None:
        self.present(self.picked_token(pick), resource, scope, is_heard=is_heard)

    @precondition(lambda self: self.heard and len(self.under_way) < MOST_AT_ONCE)
    @rule(pick=PICK, rivals=st.integers(1, 2), seconds=MOMENTS)
    def others_come_between_the_read_and_the_write_of_a_refresh(
        self, pick: int, rivals: int, seconds: int
    ) -> None:
        slow = self.present(self.picked_token(pick))
        self.step(slow, Fate.ANSWERED)
        self.time_passes(min(seconds, FUNCTION_TIMEOUT))
        for _ in range(rivals):
            match self.theme:
                case "operator":
                    self.an_operator_revokes()
                    self.finish(self.under_way[-1])
                case "replay":
                    self.finish(self.exchange())
                case _:
                    self.finish(self.present(max(self.heard)))
        self.finish(slow)

    @precondition(lambda self: self.heard and len(self.under_way) < MOST_AT_ONCE)
    @rule(pick=PICK, seconds=MOMENTS, is_older_first=st.booleans())
    def two_hold_one_token(self, pick: int, seconds: int, *, is_older_first: bool) -> None:
        generation = self.picked_token(pick)
        older = self.present(generation)
        self.step(older, Fate.ANSWERED)
        self.time_passes(min(seconds, FUNCTION_TIMEOUT))
        younger = self.present(generation)
        self.step(younger, Fate.ANSWERED)
        for each in (older, younger) if is_older_first else (younger, older):
            self.finish(each)

    @precondition(lambda self: self.theme == "codes" and len(self.under_way) < MOST_AT_ONCE)
    @rule(lost=st.sampled_from([None, *LOST]))
    def another_comes_between_the_read_and_the_write_of_an_exchange(
        self, lost: Fate | None
    ) -> None:
        slow = self.exchange()
        self.step(slow, Fate.ANSWERED)
        if lost and not slow.request.is_done:
            self.step(slow, lost)
        self.finish(self.exchange())
        self.finish(slow)

    @precondition(lambda self: self.heard)
    @rule(pick=PICK)
    def a_holder_refreshes(self, pick: int) -> None:
        self.finish(self.present(self.picked_token(pick)))

    @precondition(lambda self: self.heard and self.theme == "stranger")
    @rule(pick=PICK)
    def another_client_presents_the_token(self, pick: int) -> None:
        generation = self.picked_token(pick)
        form = {"refresh_token": self.answers[generation].response["refresh_token"]}
        expected = Expected(self.now, generation, is_strangers=True)
        self.finish(self.ask("refresh_token", self.stranger, form, expected))

    @precondition(lambda self: self.theme == "operator" and len(self.under_way) < MOST_AT_ONCE)
    @rule()
    def an_operator_revokes(self) -> None:
        self.revoke()

    @precondition(lambda self: self.under_way)
    @rule(pick=PICK, fate=FATES)
    def a_request_goes_one_step(self, pick: int, fate: Fate) -> None:
        self.step(self.under_way[pick % len(self.under_way)], fate)

    @precondition(lambda self: self.under_way)
    @rule(pick=PICK)
    def a_request_goes_to_its_end(self, pick: int) -> None:
        self.finish(self.under_way[pick % len(self.under_way)])

    @precondition(lambda self: self.theme == "expiry")
    @rule(seconds=AGES)
    def much_time_passes(self, seconds: int) -> None:
        self.time_passes(seconds)

    @rule(seconds=MOMENTS)
    def time_passes(self, seconds: int) -> None:
        self.now += seconds
        # Lambda ends what takes too long
        for each in list(self.under_way):
            if self.now - each.expected.now > FUNCTION_TIMEOUT:
                self.step(each, Fate.DIED_BEFORE)

    @precondition(lambda self: self.answers)
    @rule(pick=PICK)
    def an_access_token_is_used(self, pick: int) -> None:
        answer = list(self.answers.values())[-1 - pick % len(self.answers)]
        is_fresh = self.now < answer.issued_at + self.policy.access_token_lifetime
        assert self.is_honoured(answer) is (self.model.is_live(self.now) and is_fresh)

    # ---- What must hold ------------------------------------------------------------------

    @invariant()
    def the_stored_grant_is_the_models(self) -> None:
        if not self.has_changed:
            return
        self.has_changed = False
        stored, model = self.grants.get(self.code.grant_id), self.model
        assert stored
        assert stored.code
        assert (stored.revoked_at is not None) is model.is_revoked
        assert (stored.code.used_at is not None) is model.is_redeemed
        if model.is_redeemed:
            assert stored.refresh_token
            assert stored.expires_at == model.expires_at
            # at most one token is current, and it is the newest one
            current = {
                generation
                for generation, answer in self.answers.items()
                if digest(answer.response["refresh_token"]) == stored.refresh_token.current_hash
            }
            assert current == {model.generation} & set(self.answers)

    def teardown(self) -> None:
        if not hasattr(self, "model"):
            return
        for each in list(self.under_way):
            self.step(each, Fate.DIED_BEFORE)
        self.a_holder_that_behaves_still_has_its_session()
        self.what_was_revoked_stays_revoked()

    def a_holder_that_behaves_still_has_its_session(self) -> None:
        """The newest token that anybody got is good, if its answer was not waited out."""
        model = self.model
        client_is_there = self.now < model.client_used_at + model.client_lifetime
        if not (self.heard and model.is_live(self.now) and client_is_there):
            return
        newest = max(self.heard)
        # nobody can have used what nobody got
        assert model.generation - newest in (0, 1)
        if newest == model.generation or self.now < model.rotated_at + model.grace:
            for _ in range(2):
                self.finish(self.present(newest))
                newest = max(self.heard)
                assert newest == model.generation
            assert self.is_honoured(self.answers[newest])

    def what_was_revoked_stays_revoked(self) -> None:
        if not self.model.is_revoked:
            return
        for generation in self.heard:
            self.finish(self.present(generation))
        for answer in self.answers.values():
            assert not self.is_honoured(answer)

    def picked_token(self, pick: int) -> int:
        """A generation that somebody holds, the newest most of the time."""
        return sorted(self.heard)[-1 - (pick // 2) % len(self.heard)]
