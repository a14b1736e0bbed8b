"""A repetition is recognized by what it asks, and answered in the form that was asked for first."""

from hypothesis import given
from hypothesis import strategies as st

from gotovo.engine.fingerprints import fingerprint, form_of, is_same_request

FORMS = st.integers(0, 255)


@given(request=st.binary(), other=st.binary(), first=FORMS, again=FORMS)
def test_a_request_is_the_same_in_every_form_and_another_one_in_none(
    request: bytes, other: bytes, first: int, again: int
) -> None:
    one, repeated = fingerprint(request, first), fingerprint(request, again)
    assert len(one) == 16
    assert is_same_request(one, repeated)
    assert form_of(one) == first
    assert is_same_request(one, fingerprint(other, again)) == (request == other)


def test_a_result_without_a_first_request_has_no_form() -> None:
    assert form_of(b"") == 0
