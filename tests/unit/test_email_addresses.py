"""An address has one form, however it is typed."""

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from gatehouse.signin.people import LONGEST_EMAIL, canonical_email, is_possible

_MARKS = st.sampled_from("\u0301\u0307\u0316\u0323\u0345")
_LETTERS = st.sampled_from("aI\u0130\u212a\u212b\u1e9e\u03a3\u0390\u1fb7") | st.characters()


@given(st.lists(_LETTERS | _MARKS, max_size=8).map("".join))
@example("I\u0307\u0316@example.com")
def test_what_is_shown_of_an_address_may_be_typed(typed: str) -> None:
    canonical = canonical_email(typed)

    assert canonical_email(canonical) == canonical
    assert canonical_email(unicodedata.normalize("NFD", typed)) == canonical


@given(st.text(_LETTERS | st.just("\U0001d160"), max_size=LONGEST_EMAIL))
@example("\U0001d160" * LONGEST_EMAIL)
def test_what_may_be_looked_up_is_never_longer_than_an_address(typed: str) -> None:
    assert not is_possible(typed, "a guess") or len(canonical_email(typed)) <= LONGEST_EMAIL
