"""The token endpoint serves what is advertised, and advertises what it serves."""

from gatehouse.oauth import capabilities
from gatehouse.oauth.policy import Policy
from gatehouse.oauth.token_endpoint import USE_CASES

TRUSTING = Policy(trusted_issuers=("https://idp.example",))


def test_every_grant_type_has_its_use_case_and_no_other_is_served() -> None:
    assert tuple(USE_CASES) == capabilities.GRANT_TYPES


def test_assertions_are_served_where_an_issuer_of_them_is_trusted() -> None:
    assert TRUSTING.grant_types == capabilities.GRANT_TYPES
    assert set(TRUSTING.grant_types) - set(Policy().grant_types) == {capabilities.JWT_BEARER}
    assert Policy().grant_profiles == ()


def test_no_client_can_give_itself_what_is_the_operators_to_give() -> None:
    for policy in (Policy(), TRUSTING):
        ours = set(policy.grant_types) - set(capabilities.OPERATOR_GRANT_TYPES)
        assert set(policy.registrable_grant_types) == ours
    assert "client_credentials" in capabilities.OPERATOR_GRANT_TYPES
